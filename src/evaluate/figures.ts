import type { Channel } from '../core/prediction.ts';
import { areaUnderRoc, averagePrecision, equalErrorRate, type Labelled, meanOf, minMaxScaled } from './metrics.ts';
import type { Areas, ClipSeries, FrameFigures, WindowSeries } from './report.ts';

type Clip = Pick<ClipSeries, 'clip' | 'windows'>;
type ScoreOf = (window: WindowSeries) => number;

/** How well single frames are told. */
export function frameFigures(clips: readonly Clip[], channels: readonly Channel[]): FrameFigures {
	const perVideo = clips.map(({ clip, windows }) => ({
		clip,
		frames: windows.length,
		anomalous: windows.filter(({ anomalous }) => anomalous).length,
		auc: areaUnderRoc(labelled(windows, bySurprise)),
	}));
	const all = clips.flatMap(({ windows }) => labelled(windows, bySurprise));
	return {
		frames: all.length,
		anomalousFrames: all.filter(({ anomalous }) => anomalous).length,
		auc: { ...areas(clips, bySurprise), macro: meanOf(perVideo.map(({ auc }) => auc)) },
		ap: averagePrecision(all),
		eer: equalErrorRate(all),
		channels: Object.fromEntries(channels.map((channel) => [channel, areas(clips, byChannel(channel))])),
		perVideo,
	};
}

export function bySurprise({ surprise }: WindowSeries): number {
	return surprise;
}

/** Its raw score. */
export function byChannel(channel: Channel): ScoreOf {
	return ({ channels }) => channels[channel]!;
}

export function labelled(windows: readonly WindowSeries[], scoreOf: ScoreOf): Labelled[] {
	return windows.map((window) => ({ score: scoreOf(window), anomalous: window.anomalous }));
}

function areas(clips: readonly Clip[], scoreOf: ScoreOf): Areas {
	const scored = clips.map(({ windows }) => labelled(windows, scoreOf));
	return { perVideo: areaUnderRoc(scored.flatMap(stretched)), global: areaUnderRoc(scored.flat()) };
}

function stretched(frames: readonly Labelled[]): Labelled[] {
	const scores = minMaxScaled(frames.map(({ score }) => score));
	return frames.map(({ anomalous }, index) => ({ anomalous, score: scores[index]! }));
}
