import type { Score } from '../../src/core/score.ts';
import { cameraId, monotonicMs, surprise, utcMs } from '../../src/core/units.ts';
import type { JudgedAlarm } from '../../src/evaluate/clip-judge.ts';
import type { WindowSeries } from '../../src/evaluate/report.ts';

/** A window at one a second: its picture's number is its time. */
export function windowAt(picture: number, rest: Partial<WindowSeries> = {}): WindowSeries {
	return {
		picture,
		file: `${picture}.jpg`,
		seconds: picture,
		anomalous: false,
		kinds: [],
		surprise: 0,
		why: null,
		channels: {},
		verdict: 'quiet',
		strangest: null,
		truth: [],
		memoryUpdated: null,
		...rest,
	};
}

/** A window a second from picture `first` on; `x` is anomalous, anything else normal. */
export function windowsOf(labels: string, surprises: readonly number[] = [], first = 0): WindowSeries[] {
	return [...labels].map((label, index) =>
		windowAt(first + index, { anomalous: label === 'x', surprise: surprises[index] ?? 0 }),
	);
}

/** Labels of pictures, as the data set has them. */
export function labelsOf(labels: string): { readonly anomalous: boolean[]; readonly oddities: [] } {
	return { anomalous: [...labels].map((label) => label === 'x'), oddities: [] };
}

/** Scores of windows with these surprises, one a second. */
export function scoresOf(surprises: readonly number[]): Score[] {
	return surprises.map((value, index) => ({
		camera: cameraId('test'),
		run: 1,
		index,
		capturedAt: utcMs(1e12 + 1000 * index),
		arrivedAt: monotonicMs(1000 * index),
		channels: new Map(),
		surprise: surprise(value),
		level: surprise(99),
		onceInHours: 1,
		why: 'patch',
	}));
}

/** An alarm that was told at `toldSeconds`; it closed then, or with its clip. */
export function alarmAt(toldSeconds: number, closedSeconds: number | null = null): JudgedAlarm {
	return {
		startSeconds: toldSeconds - 1,
		toldSeconds,
		endSeconds: (closedSeconds ?? toldSeconds + 1) - 1,
		closedSeconds,
		peakSurprise: 7,
		peakSeconds: toldSeconds,
		why: 'patch',
		region: null,
	};
}
