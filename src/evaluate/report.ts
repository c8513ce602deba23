import type { Size } from '../core/frame.ts';
import type { Channel } from '../core/prediction.ts';
import { areaUnderRoc, averagePrecision, equalErrorRate, type Labelled, meanOf, minMaxScaled } from './metrics.ts';

/** A test window's scores. */
export interface ScoredFrame {
	readonly clip: string;
	readonly anomalous: boolean;
	/** All channels together, calibrated and causally smoothed. */
	readonly surprise: number;
	readonly channels: ReadonlyMap<Channel, number>;
}

/** Areas under the ROC curve, 0..1. */
export interface Areas {
	/**
	 * Every clip's scores stretched to 0..1 first: what the literature states. It needs the finished clip and flatters
	 * clips that are anomalous throughout.
	 */
	readonly perVideo: number | null;
	/** All clips on one scale that is known beforehand: what a running system has. */
	readonly global: number | null;
}

export interface ClipReport {
	readonly clip: string;
	readonly frames: number;
	readonly anomalous: number;
	/** null for a clip of one kind. */
	readonly auc: number | null;
}

export interface Figures {
	/** Test frames that have a score: the first ones of each clip are only looked at. */
	readonly frames: number;
	readonly anomalousFrames: number;
	/** `macro` is the mean over the clips that have both kinds of frames. */
	readonly auc: Areas & { readonly macro: number | null };
	/** Average precision and equal error rate, on the global scale. */
	readonly ap: number | null;
	readonly eer: number | null;
	/** Raw scores of each channel alone, not smoothed. */
	readonly channels: Readonly<Partial<Record<Channel, Areas>>>;
	readonly perVideo: readonly ClipReport[];
}

/** What an evaluation came to; printed as JSON as it is. */
export interface EvaluationReport extends Figures {
	readonly dataset: string;
	readonly detector: string;
	readonly model: { readonly id: string; readonly version: string };
	readonly size: Size;
	readonly framesPerSecond: number;
	/** Median time the detector took for a window, one after the other. */
	readonly msPerWindow: number;
	readonly calibration: {
		/** Training clips whose windows gave the scale. */
		readonly clips: readonly string[];
		readonly windows: number;
		/** How many independent windows they are worth. */
		readonly effectiveWindows: number;
		readonly smoothing: number;
		readonly weights: Readonly<Partial<Record<Channel, number>>>;
	};
}

export function figuresOf(frames: readonly ScoredFrame[], channels: readonly Channel[]): Figures {
	const clips = [...Map.groupBy(frames, ({ clip }) => clip)];
	const perVideo = clips.map(([clip, own]) => ({
		clip,
		frames: own.length,
		anomalous: own.filter(({ anomalous }) => anomalous).length,
		auc: areaUnderRoc(own.map(bySurprise)),
	}));
	const all = frames.map(bySurprise);
	return {
		frames: frames.length,
		anomalousFrames: frames.filter(({ anomalous }) => anomalous).length,
		auc: { ...areas(clips, bySurprise), macro: meanOf(perVideo.map(({ auc }) => auc)) },
		ap: averagePrecision(all),
		eer: equalErrorRate(all),
		channels: Object.fromEntries(channels.map((channel) => [channel, areas(clips, byChannel(channel))])),
		perVideo,
	};
}

function areas(
	clips: readonly (readonly [string, readonly ScoredFrame[]])[],
	scoreOf: (frame: ScoredFrame) => Labelled,
): Areas {
	const scored = clips.map(([, frames]) => frames.map(scoreOf));
	return {
		perVideo: areaUnderRoc(scored.flatMap(stretched)),
		global: areaUnderRoc(scored.flat()),
	};
}

function stretched(frames: readonly Labelled[]): Labelled[] {
	const scores = minMaxScaled(frames.map(({ score }) => score));
	return frames.map(({ anomalous }, index) => ({ anomalous, score: scores[index]! }));
}

function bySurprise({ surprise, anomalous }: ScoredFrame): Labelled {
	return { score: surprise, anomalous };
}

function byChannel(channel: Channel): (frame: ScoredFrame) => Labelled {
	return ({ channels, anomalous }) => ({ score: channels.get(channel)!, anomalous });
}
