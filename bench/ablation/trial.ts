import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { alarmOptions } from '../../src/alarm/options.ts';
import type { Channel } from '../../src/core/prediction.ts';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import { readModel } from '../../src/detect/mnad/model.ts';
import type { NetworkSpec } from '../../src/detect/mnad/network.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { Areas, EvaluationReport, KindFigures } from '../../src/evaluate/report.ts';
import type { Dataset } from '../../src/ingest/dataset.ts';
import { imageSize, readImage, readMask } from '../../src/ingest/image.ts';
import type { LearnEvent } from '../../src/learn/events.ts';
import { learn } from '../../src/learn/learn.ts';
import { openInference } from '../../src/onnx/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import { replaceFile } from '../../src/record/replace-file.ts';
import { scoreOptions } from '../../src/score/options.ts';
import { changeOf, type Variant } from './variants.ts';

const CHECKPOINT_MS = 60_000;

export interface Trial {
	readonly dataset: Dataset;
	readonly framesPerSecond: number;
	readonly network: NetworkSpec;
	readonly variant: Variant;
	readonly seed: number;
	readonly steps: number;
}

/** Areas are 0..1. */
export interface Verdict {
	readonly auc: Areas;
	/** Raw scores of single channels, neither calibrated nor smoothed; null where the model has no such channel. */
	readonly oddity: Areas | null;
	readonly motion: Areas | null;
	readonly events: number;
	readonly eventsDetected: number;
	readonly falseAlarms: number;
	readonly kinds: readonly Pick<KindFigures, 'kind' | 'auc' | 'events' | 'eventsDetected'>[];
}

/** Where a trial's model lies; another for every choice that makes another model. */
export function folderOf(keep: string, { dataset, framesPerSecond, network, variant, seed, steps }: Trial): string {
	const size = network.kind === 'compact' ? network.widths.join('-') : String(network.width);
	const parts = [dataset.name, `${framesPerSecond}fps`, `${network.kind}-${size}`, variant, `seed${seed}`];
	return join(keep, [...parts, `${steps}steps`].join('_'));
}

/**
 * Learns the trial's model from the data set's training clips, as `foreframe learn` would, unless its folder holds it; goes on from a
 * checkpoint where a run was cut off.
 * @returns whether it had to learn
 */
export async function learnTrial(
	trial: Trial,
	folder: string,
	{ threads, signal, told }: { threads: number; signal: AbortSignal; told: (event: LearnEvent) => void },
): Promise<boolean> {
	if (await isThere(join(folder, 'model.json'))) return false;
	const { dataset, framesPerSecond, network, variant, seed, steps } = trial;
	await learn({
		sources: [{ kind: 'dataset', dataset }],
		out: folder,
		id: `ablation-${variant}-${seed}`,
		task: 'prediction',
		places: null,
		network,
		framesPerSecond,
		duration: { kind: 'steps', steps },
		seed,
		threads,
		change: changeOf(variant),
		checkpoint: { resume: 'automatic', everyMs: CHECKPOINT_MS, replaceFile },
		command: `node bench/ablation.ts --variants ${variant} --seeds ${seed} --steps ${steps}`,
		signal,
		told,
	});
	return true;
}

/**
 * The model on the data set's test clips with default settings, calibrated on the clips it has not learned from.
 * @param weights what each channel counts; null takes the model's own
 */
export async function judgeModel(
	folder: string,
	{ dataset, framesPerSecond }: Pick<Trial, 'dataset' | 'framesPerSecond'>,
	weights: ReadonlyMap<Channel, number> | null,
	signal: AbortSignal,
): Promise<Verdict> {
	const model = await readModel(folder);
	await using inference = await openInference(inferenceOptions.parse({ provider: 'cpu', batchDeadlineMs: 0 }), {
		observe: () => {},
	});
	await using detector = openMnad({ model, memory: 'online', inference });
	const prefix = `${dataset.name}/`;
	const report = await evaluate({
		dataset,
		detector,
		weights,
		calibrationClips: model.manifest.training.heldOut.map((clip) => clip.slice(prefix.length)),
		framesPerSecond,
		smoothing: scoreOptions.parse({}).smoothing,
		alarm: alarmOptions.parse({}),
		files: { size: imageSize, read: readImage, mask: readMask },
		progress: () => {},
		signal,
	});
	return verdictOf(report);
}

function verdictOf({ auc, channels, alarms, kinds }: EvaluationReport): Verdict {
	const { events, eventsDetected, falseAlarms } = alarms;
	return {
		auc: { global: auc.global, perVideo: auc.perVideo },
		oddity: channels.oddity ?? null,
		motion: channels.motion ?? null,
		events,
		eventsDetected,
		falseAlarms,
		kinds: kinds.map(({ kind, auc, events, eventsDetected }) => ({ kind, auc, events, eventsDetected })),
	};
}

function isThere(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
