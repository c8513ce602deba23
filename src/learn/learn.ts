import type { Channel } from '../core/prediction.ts';
import type { ModelManifest } from '../detect/mnad/manifest.ts';
import { writeModel } from '../detect/mnad/model.ts';
import type { NetworkSpec, Task } from '../detect/mnad/network.ts';
import type { Provider } from '../onnx/options.ts';
import { type CheckpointFile, type CheckpointOptions, checkpointFile, fingerprintOf } from './checkpoint.ts';
import { type DoubtOptions, doubtOddest } from './doubt.ts';
import type { LearnEvent } from './events.ts';
import { examineWhole } from './finish.ts';
import { gather, type LearnSource, nameOf } from './gather.ts';
import { requireProvider } from './provider-check.ts';
import type { Clip } from './scene.ts';
import { type Settings, settingsFor } from './settings.ts';
import { type Duration, type TrainProgress, train } from './train.ts';
import { writeGolden } from './write-golden.ts';

export interface LearnRequest {
	readonly sources: readonly LearnSource[];
	readonly out: string;
	readonly id: string;
	readonly task: Task;
	/** For footage that nobody has looked at: what of it not to take for normal. Without it all is believed. */
	readonly doubt?: DoubtOptions | null;
	/** Whether to learn where things move, too; null: where there is one source. Needs footage of one camera. */
	readonly places: boolean | null;
	readonly network: NetworkSpec;
	readonly framesPerSecond: number;
	readonly duration: Duration;
	readonly seed: number;
	readonly threads: number;
	/** What an experiment changes of the settings. */
	readonly change?: (usual: Settings) => Settings;
	/** The CPU unless told. */
	readonly provider?: Provider;
	/** Most bytes of footage held in memory; `FOOTAGE_BYTES_MAX` unless told. */
	readonly footageBytesMax?: number;
	/** Without it nothing is written before the model is, and a run that is killed is lost. */
	readonly checkpoint?: Pick<CheckpointOptions, 'resume' | 'everyMs' | 'replaceFile'>;
	/** As it was called, for the model card. */
	readonly command: string;
	readonly signal: AbortSignal;
	readonly told: (event: LearnEvent) => void;
}

/** An hour and a half at five frames a second; besides it learning needs about half a GiB. */
export const FOOTAGE_BYTES_MAX = 2 ** 30;

/**
 * What each channel counts; chosen on the simulated scene's labels, those without a head on synthetic oddities in held-out
 * footage, see `docs/design/training.md`.
 */
export const WEIGHTS: Partial<Record<Channel, number>> = { oddity: 1, motion: 1 };
const WEIGHTS_WITHOUT_HEAD: Partial<Record<Channel, number>> = { patch: 1, distance: 0.2, motion: 1 };

/**
 * Learns a model from normal footage and writes its folder.
 * @throws ForeframeError DATASET_INVALID, SOURCE_FAILED, LEARNING_FAILED, CHECKPOINT_INVALID, PROVIDER_REFUSED; the signal's
 * reason when it aborts.
 */
export async function learn(request: LearnRequest): Promise<ModelManifest> {
	const { sources, framesPerSecond, task, network, signal, told, duration, seed, threads, provider } = request;
	if (provider !== undefined) await requireProvider(provider);
	const usual = settingsFor(task, network, request.places ?? sources.length === 1);
	const settings = request.change?.(usual) ?? usual;
	const { inputs, memory, head, batch, learningRate, sampling } = settings;
	const bytesMax = request.footageBytesMax ?? FOOTAGE_BYTES_MAX;
	const { clips: gathered, heldOut } = await gather({ sources, framesPerSecond, bytesMax, signal, told }, settings);
	const { clips, frames: doubted } =
		request.doubt == null ? { clips: gathered, frames: 0 } : await doubtOddest(gathered, request.doubt, signal);
	const frames = clips.reduce((sum, clip) => sum + clip.frames.length, 0);
	told({ kind: 'footage', clips: clips.length, frames, doubted, heldOut: heldOut.map(({ name }) => name) });

	const training = {
		recipe: { task, network, inputs, memory, head, batch, crop: cropOf([...clips, ...heldOut], settings) },
		sampling,
		duration,
		learningRate,
		seed,
		framesPerSecond,
	};
	const checkpoint = openCheckpoint(request, fingerprintOf([clips, heldOut], training));
	const trained = await train({
		...training,
		clips,
		heldOut,
		threads,
		...(provider === undefined ? {} : { provider }),
		...(checkpoint === null ? {} : { checkpoint }),
		resumed: ({ step, elapsedMs }) => told({ kind: 'resumed', step, minutes: minutesOf(elapsedMs) }),
		signal,
		progress: (progress) => told(trainingEvent(progress)),
	});
	const draft: ModelManifest = {
		kind: 'foreframe-model',
		version: 1,
		id: request.id,
		detector: 'mnad',
		task,
		network,
		inputs,
		memory,
		head,
		framesPerSecond,
		gate: 1,
		weights: head === null ? WEIGHTS_WITHOUT_HEAD : WEIGHTS,
		sha256: '0'.repeat(64),
		training: {
			command: request.command,
			data: sources.map(nameOf),
			heldOut: [...new Set(heldOut.map(({ name }) => name))],
			seed,
			steps: trained.steps,
			minutes: Math.round(trained.minutes * 10) / 10,
			heldOutError: trained.heldOutError,
		},
	};
	const scores = await examineWhole(draft, trained, heldOut, signal, provider);
	const manifest = await writeModel(request.out, { ...trained, manifest: { ...draft, gate: scores.gate } });
	await writeGolden(request.out);
	await checkpoint?.remove();
	told({ kind: 'done', manifest, heldOut: { ...scores, median: Object.fromEntries(scores.median) } });
	return manifest;
}

function openCheckpoint({ out, checkpoint, told }: LearnRequest, fingerprint: string): CheckpointFile | null {
	if (checkpoint === undefined) return null;
	return checkpointFile(
		{
			...checkpoint,
			folder: out,
			warn: (message) => told({ kind: 'warning', message }),
			saved: ({ step, elapsedMs }) => told({ kind: 'checkpoint', step, minutes: minutesOf(elapsedMs) }),
		},
		fingerprint,
	);
}

function trainingEvent({ terms, heldOutError, usage, ...rest }: TrainProgress): LearnEvent {
	const finite = Object.entries(terms).map(([name, value]) => [name, Number.isFinite(value) ? value : null]);
	return {
		kind: 'training',
		...rest,
		terms: Object.fromEntries(finite),
		heldOutError: Number.isFinite(heldOutError) ? heldOutError : null,
		usage: Array.from(usage, (share) => Number(share.toPrecision(4))),
	};
}

function minutesOf(ms: number): number {
	return Math.round(ms / 600) / 100;
}

/** A square that fits into every picture; the sides of those are multiples of 16. */
function cropOf(clips: readonly Clip[], { crop }: Settings): number {
	return Math.min(crop, ...clips.flatMap(({ size }) => [size.width, size.height]));
}
