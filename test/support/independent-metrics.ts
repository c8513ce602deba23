import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Region } from '../../src/core/alarm.ts';

/** A clip's labels and scores, frame by frame. */
export interface ScoredClip {
	readonly labels: readonly boolean[];
	readonly scores: readonly number[];
}

export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** See `independent-metrics.py`, which answers what is asked. */
export interface MetricsQuestion {
	readonly frames?: Readonly<Record<string, readonly ScoredClip[]>>;
	readonly percentiles?: readonly (readonly number[])[];
	readonly maps?: {
		readonly clips: readonly {
			/** Rows of error map and mask for each frame. */
			readonly maps: readonly (readonly (readonly number[])[])[];
			readonly masks: readonly (readonly (readonly number[])[])[];
		}[];
		readonly thresholds: readonly number[];
		/** Whether every distinct value is to be tried as a threshold, too. */
		readonly exactly: boolean;
	};
	readonly boxes?: {
		readonly frames: readonly {
			readonly score: number;
			readonly box: Corners | null;
			readonly truth: readonly (readonly [Corners, track: readonly [clip: number, track: number]])[];
		}[];
		readonly thresholds: readonly number[];
	};
}

export interface MetricsAnswer {
	readonly frames: Readonly<
		Record<string, Readonly<Record<'global' | 'perVideo' | 'macro' | 'ap' | 'eer', number>> | undefined>
	>;
	readonly percentiles: readonly { readonly p50: number; readonly p95: number }[];
	readonly maps: CurveAnswer & { readonly regions: number; readonly tracks: number };
	readonly mapsExactly: CurveAnswer | null;
	readonly boxes: CurveAnswer;
}

interface CurveAnswer {
	readonly points: readonly (readonly [falsePerFrame: number, regionRate: number, trackRate: number])[];
	readonly rbdc: number;
	readonly tbdc: number;
}

/** Asks scikit-learn, numpy and scipy. */
export function independentMetrics(question: MetricsQuestion): MetricsAnswer {
	const script = join(import.meta.dirname, 'independent-metrics.py');
	const out = execFileSync('/usr/bin/python3', [script], {
		input: JSON.stringify(question),
		encoding: 'utf8',
		maxBuffer: 1e8,
	});
	return JSON.parse(out) as MetricsAnswer;
}

export function cornersOf({ x, y, width, height }: Region): Corners {
	return [x, y, x + width, y + height];
}
