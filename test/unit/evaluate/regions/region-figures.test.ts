import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeatMap } from '../../../../src/core/prediction.ts';
import {
	boxesOver,
	type RegionFrame,
	regionFigures,
	thresholdsOf,
} from '../../../../src/evaluate/regions/region-figures.ts';
import { seededRandom } from '../../../support/random.ts';

function mapOf(...rows: readonly (readonly number[])[]): HeatMap {
	return { width: rows[0]!.length, height: rows.length, cellPixels: 8, values: Float32Array.from(rows.flat()) };
}

test('boxes lie around the connected cells that are over the threshold or at it', () => {
	const map = mapOf([3, 1, 0, 2], [0, 3, 0, 2]);
	assert.deepEqual(boxesOver(map, 2), [
		{ x: 0, y: 0, width: 0.5, height: 1 },
		{ x: 0.75, y: 0, width: 0.25, height: 1 },
	]);
	assert.deepEqual(boxesOver(map, 4), []);
});

test('thresholds fall from the highest value to the lowest, dense at the top', () => {
	const thresholds = thresholdsOf(Float64Array.from({ length: 1000 }, (_, index) => (index * 7) % 1000));
	assert.deepEqual(thresholds.slice(0, 4), [999, 998, 997, 996]);
	assert.equal(thresholds.at(-1), 0);
	assert.ok(thresholds.every((value, index) => index === 0 || value < thresholds[index - 1]!));
	assert.deepEqual(thresholdsOf(Float32Array.of(2, 2, 2)), [2]);
});

/** Twenty frames; something moves from the left to the right in the last ten, and the map is bright there. */
const FRAMES: readonly RegionFrame[] = Array.from({ length: 20 }, (_, index) => {
	const column = index - 10;
	const values = Float32Array.from({ length: 40 }, (_, cell) => (column >= 0 && cell % 10 === column ? 9 : 1));
	return {
		clip: 'a',
		surprise: column >= 0 ? 5 : 1,
		heatMap: { width: 10, height: 4, cellPixels: 8, values },
		truth: column >= 0 ? [{ x: column / 10, y: 0, width: 0.1, height: 1, track: 0 }] : [],
	};
});

test('a map that is bright where the masks are finds every region and track', () => {
	const figures = regionFigures(FRAMES)!;
	assert.deepEqual([figures.regions, figures.tracks, figures.alpha, figures.beta], [10, 1, 0.1, 0.1]);
	for (const curve of [figures.heatMap, figures.alarmBox]) {
		assert.deepEqual([curve.rbdc, curve.tbdc], [1, 1]);
		assert.deepEqual(curve.points[0], {
			threshold: curve === figures.heatMap ? 9 : 5,
			falsePerFrame: 0,
			regionRate: 1,
			trackRate: 1,
		});
	}
});

test('a map that is bright elsewhere finds nothing', () => {
	const wrong = FRAMES.map((frame) => ({
		...frame,
		truth: frame.truth.map((box) => ({ ...box, x: (box.x + 0.5) % 1 })),
	}));
	const figures = regionFigures(wrong)!;
	assert.deepEqual([figures.alarmBox.rbdc, figures.alarmBox.tbdc], [0, 0]);
	assert.equal(figures.heatMap.points[0]!.regionRate, 0);
	assert.equal(figures.heatMap.points[0]!.falsePerFrame, 0.5);
});

test('a scale of another unit changes no figure', () => {
	const next = seededRandom(3);
	const noisy = FRAMES.map((frame) => ({
		...frame,
		surprise: frame.surprise + 5 * next(),
		heatMap: { ...frame.heatMap, values: frame.heatMap.values.map((value) => value + 30 * next()) },
	}));
	const rescaled = noisy.map((frame) => ({
		...frame,
		surprise: frame.surprise ** 3,
		heatMap: { ...frame.heatMap, values: frame.heatMap.values.map((value) => 2 * value) },
	}));
	const [one, other] = [regionFigures(noisy)!, regionFigures(rescaled)!];
	assert.ok(one.heatMap.rbdc > 0 && one.heatMap.rbdc < 1);
	assert.deepEqual([other.heatMap.rbdc, other.heatMap.tbdc], [one.heatMap.rbdc, one.heatMap.tbdc]);
	assert.deepEqual([other.alarmBox.rbdc, other.alarmBox.tbdc], [one.alarmBox.rbdc, one.alarmBox.tbdc]);
});

test('without an anomalous region there is nothing to find', () => {
	assert.equal(regionFigures(FRAMES.slice(0, 10)), null);
});
