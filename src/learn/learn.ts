import { ForeframeError } from '../core/errors.ts';
import type { Channel } from '../core/prediction.ts';
import type { ModelManifest } from '../detect/mnad/manifest.ts';
import { writeModel } from '../detect/mnad/model.ts';
import type { NetworkSpec, Task } from '../detect/mnad/network.ts';
import type { Dataset } from '../ingest/dataset.ts';
import { readClips } from './clips.ts';
import { examineWhole, type HeldOutScores } from './finish.ts';
import type { Clip } from './sampler.ts';
import { type Settings, settingsFor } from './settings.ts';
import { type Duration, type TrainProgress, train } from './train.ts';

export interface LearnRequest {
	readonly datasets: readonly Dataset[];
	readonly out: string;
	readonly id: string;
	readonly task: Task;
	readonly network: NetworkSpec;
	readonly framesPerSecond: number;
	readonly duration: Duration;
	readonly seed: number;
	readonly threads: number;
	/** As it was called, for the model card. */
	readonly command: string;
	readonly signal: AbortSignal;
	readonly told: (event: LearnEvent) => void;
}

export type LearnEvent =
	| { readonly kind: 'reading'; readonly dataset: string; readonly done: number; readonly total: number }
	| { readonly kind: 'footage'; readonly clips: number; readonly frames: number; readonly heldOut: readonly string[] }
	| ({ readonly kind: 'training' } & TrainProgress)
	| { readonly kind: 'done'; readonly manifest: ModelManifest; readonly heldOut: HeldOutScores };

/** Share of the clips of each data set, its last ones, that is not learned from. */
const HELD_OUT_SHARE = 0.12;

/** What each channel counts; chosen on synthetic oddities in held-out footage, see `docs/design/training.md`. */
const WEIGHTS: Partial<Record<Channel, number>> = { patch: 1, distance: 0.2, motion: 1 };

/**
 * Learns a model from the normal footage of data sets and writes its folder.
 * @throws ForeframeError DATASET_INVALID, SOURCE_FAILED; the signal's reason when it aborts.
 */
export async function learn(request: LearnRequest): Promise<ModelManifest> {
	const { datasets, framesPerSecond, task, network, signal, told, duration, seed, threads } = request;
	const settings = settingsFor(task, network);
	const { inputs, memory, batch, learningRate, sampling } = settings;
	const { clips, heldOut } = await gather(request, settings);
	const frames = clips.reduce((sum, clip) => sum + clip.frames.length, 0);
	told({ kind: 'footage', clips: clips.length, frames, heldOut: heldOut.map(({ name }) => name) });

	const trained = await train({
		recipe: { task, network, inputs, memory, batch, crop: cropOf([...clips, ...heldOut], settings) },
		sampling,
		clips,
		heldOut,
		duration,
		learningRate,
		seed,
		threads,
		signal,
		progress: (progress) => told({ kind: 'training', ...progress }),
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
		framesPerSecond,
		gate: 1,
		weights: WEIGHTS,
		sha256: '0'.repeat(64),
		training: {
			command: request.command,
			data: datasets.map(({ name }) => name),
			heldOut: [...new Set(heldOut.map(({ name }) => name))],
			seed,
			steps: trained.steps,
			minutes: Math.round(trained.minutes * 10) / 10,
			heldOutError: trained.heldOutError,
		},
	};
	const scores = await examineWhole(draft, trained, heldOut, signal);
	const manifest = await writeModel(request.out, { ...trained, manifest: { ...draft, gate: scores.gate } });
	told({ kind: 'done', manifest, heldOut: scores });
	return manifest;
}

/** Clips are named after their data set, so that a model can say what it has seen. */
async function gather(
	{ datasets, framesPerSecond, signal, told }: LearnRequest,
	{ inputs, sampling }: Settings,
): Promise<{ readonly clips: readonly Clip[]; readonly heldOut: readonly Clip[] }> {
	const clips: Clip[] = [];
	const heldOut: Clip[] = [];
	for (const dataset of datasets) {
		const names = dataset.training.map(({ name }) => name);
		if (names.length < 2) {
			throw new ForeframeError(
				'DATASET_INVALID',
				`Data set ${dataset.name} has ${names.length} training clip: expected at least 2, one of them to be held out`,
			);
		}
		const kept = new Set(names.slice(-Math.max(1, Math.round(HELD_OUT_SHARE * names.length))));
		const read = await readClips(dataset, framesPerSecond, signal, (done, total) =>
			told({ kind: 'reading', dataset: dataset.name, done, total }),
		);
		for (const clip of read) {
			const named = { ...clip, name: `${dataset.name}/${clip.name}` };
			(kept.has(clip.name) ? heldOut : clips).push(named);
		}
	}
	requireLength('training', clips, (inputs - 1) * sampling.strideMax + 2);
	requireLength('held-out', heldOut, inputs + 1);
	return { clips, heldOut };
}

function requireLength(what: string, clips: readonly Clip[], frames: number): void {
	const longest = Math.max(...clips.map((clip) => clip.frames.length));
	if (longest >= frames) return;
	throw new ForeframeError(
		'DATASET_INVALID',
		`Cannot learn from ${what} clips of at most ${longest} frames: expected at least one of ${frames} at the frame rate to learn at`,
	);
}

/** A square that fits into every picture; the sides of those are multiples of 16. */
function cropOf(clips: readonly Clip[], { crop }: Settings): number {
	return Math.min(crop, ...clips.flatMap(({ size }) => [size.width, size.height]));
}
