import { strangeRegions } from '../../alarm/region.ts';
import type { Region } from '../../core/alarm.ts';
import type { HeatMap } from '../../core/prediction.ts';
import type { RegionFigures, TruthBox } from '../report.ts';
import { components } from './components.ts';
import { ALPHA, BETA, regionCurve } from './region-curve.ts';
import { shareOf } from './tracks.ts';

/** A scored window with what is anomalous in its target. */
export interface RegionFrame {
	readonly clip: string;
	readonly surprise: number;
	readonly heatMap: HeatMap;
	readonly truth: readonly TruthBox[];
}

/** Each threshold lets through about so many times the cells, or windows, of the one before. */
const THRESHOLD_STEP = 1.05;

/** null where nothing anomalous has a region. */
export function regionFigures(frames: readonly RegionFrame[]): RegionFigures | null {
	const regions = frames.reduce((sum, { truth }) => sum + truth.length, 0);
	if (regions === 0) return null;
	const shown = frames.map(({ heatMap }) => strangeRegions(heatMap, 1)[0] ?? null);
	const cells = joined(frames.map(({ heatMap }) => heatMap.values));
	return {
		beta: BETA,
		alpha: ALPHA,
		regions,
		tracks: new Set(frames.flatMap(({ clip, truth }) => truth.map(({ track }) => `${clip}/${track}`))).size,
		heatMap: regionCurve(frames, thresholdsOf(cells), (threshold) =>
			frames.map(({ heatMap }) => boxesOver(heatMap, threshold)),
		),
		alarmBox: regionCurve(frames, thresholdsOf(Float64Array.from(frames, ({ surprise }) => surprise)), (threshold) =>
			frames.map(({ surprise }, index) => {
				const box = shown[index]!;
				return surprise >= threshold && box !== null ? [box] : [];
			}),
		),
	};
}

function joined(parts: readonly Float32Array[]): Float32Array {
	const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/** Boxes around the connected cells with at least this error. */
export function boxesOver(map: HeatMap, threshold: number): Region[] {
	const isOver = new Uint8Array(map.values.length);
	for (let cell = 0; cell < isOver.length; cell++) isOver[cell] = map.values[cell]! >= threshold ? 1 : 0;
	return components(isOver, map).map((component) => shareOf(component, map));
}

/** Distinct values from the highest down, their ranks further and further apart, the last the lowest. */
export function thresholdsOf(values: Float32Array | Float64Array): number[] {
	const falling = values.toSorted().reverse();
	const thresholds = new Set<number>();
	for (let rank = 0; rank < falling.length; rank = Math.floor(rank * THRESHOLD_STEP) + 1)
		thresholds.add(falling[rank]!);
	thresholds.add(falling[falling.length - 1]!);
	return [...thresholds];
}
