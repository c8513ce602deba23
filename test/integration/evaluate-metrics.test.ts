import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { frameFigures } from '../../src/evaluate/figures.ts';
import { percentilesOf } from '../../src/evaluate/metrics.ts';
import { type RegionFrame, regionFigures } from '../../src/evaluate/regions/region-figures.ts';
import { TrackLinker } from '../../src/evaluate/regions/tracks.ts';
import { independentMetrics } from '../support/independent-metrics.ts';
import { missing } from '../support/peers.ts';
import { seededRandom } from '../support/random.ts';
import { windowAt } from '../support/series.ts';

function close(actual: number | null, expected: number | undefined, what: string, tolerance = 1e-9): void {
	const near = actual !== null && expected !== undefined && Math.abs(actual - expected) <= tolerance;
	assert.ok(near, `${what}: ${actual}, expected ${expected}`);
}

suite('metrics agree with an independent implementation', { skip: missing('scikit-learn') }, () => {
	test('areas, average precision, equal error rate and percentiles are those of scikit-learn and numpy', () => {
		const cases = ['continuous', 'ties', 'inverted', 'one score for all', 'rare'];
		const asked = new Map(cases.map((name, seed) => [name, clipsOf(name, seed + 1)]));
		const values = [[3], [1, 2], [5, 1, 4, 1, 3], Array.from({ length: 101 }, (_, index) => (index * 37) % 101)];
		const answer = independentMetrics({
			frames: Object.fromEntries(
				[...asked].map(([name, clips]) => [
					name,
					clips.map(({ windows }) => ({
						labels: windows.map(({ anomalous }) => anomalous),
						scores: windows.map(({ surprise }) => surprise),
					})),
				]),
			),
			percentiles: values,
		});
		for (const [name, clips] of asked) {
			const { auc, ap, eer, channels } = frameFigures(clips, ['motion']);
			const expected = answer.frames[name];
			close(auc.global, expected?.global, `${name}, global area`);
			close(auc.perVideo, expected?.perVideo, `${name}, area per video`);
			close(auc.macro, expected?.macro, `${name}, macro area`);
			close(ap, expected?.ap, `${name}, average precision`);
			close(eer, expected?.eer, `${name}, equal error rate`);
			close(channels.motion!.global, expected?.global, `${name}, a channel's area`);
		}
		for (const [index, own] of values.entries()) {
			close(percentilesOf(own)!.p50, answer.percentiles[index]?.p50, `median of ${own.length}`);
			close(percentilesOf(own)!.p95, answer.percentiles[index]?.p95, `95th percentile of ${own.length}`);
		}
	});

	test('region and track detection are those of the definition, whatever the thresholds stand for', () => {
		for (const seed of [1, 2]) {
			const clips = movingThings(seed);
			const figures = regionFigures(clips.flatMap(({ frames }) => frames))!;
			const { points, rbdc, tbdc } = figures.heatMap;
			const answer = independentMetrics({
				maps: {
					clips: clips.map(({ frames, masks }) => ({
						maps: frames.map(({ heatMap }) => rowsOf(heatMap.values, heatMap.width)),
						masks: masks.map((mask) => rowsOf(mask, PICTURE.width)),
					})),
					thresholds: points.map(({ threshold }) => threshold),
					exactly: seed === 1,
				},
			});
			assert.deepEqual([figures.regions, figures.tracks], [answer.maps.regions, answer.maps.tracks]);
			assert.equal(points.length, answer.maps.points.length);
			for (const [index, { threshold, falsePerFrame, regionRate, trackRate }] of points.entries()) {
				const [falseOnes, regions, tracks] = answer.maps.points[index]!;
				close(falsePerFrame, falseOnes, `false boxes a frame at ${threshold}`);
				close(regionRate, regions, `regions found at ${threshold}`);
				close(trackRate, tracks, `tracks found at ${threshold}`);
			}
			close(rbdc, answer.maps.rbdc, 'RBDC');
			close(tbdc, answer.maps.tbdc, 'TBDC');
			assert.ok(rbdc > 0.1 && rbdc < 0.99, `a case that says nothing: ${rbdc}`);
			// With every value as a threshold the area hardly changes: the chosen ones are dense enough.
			if (answer.mapsExactly === null) continue;
			close(rbdc, answer.mapsExactly.rbdc, 'RBDC from all thresholds', 0.01);
			close(tbdc, answer.mapsExactly.tbdc, 'TBDC from all thresholds', 0.02);
		}
	});
});

function clipsOf(name: string, seed: number) {
	const next = seededRandom(seed);
	return [120, 80, 50, 40].map((count, clip) => ({
		clip: String(clip),
		windows: Array.from({ length: count }, (_, picture) => {
			// The last clip is anomalous throughout.
			const anomalous = clip === 3 || next() < (name === 'rare' ? 0.05 : 0.5);
			const strange = next() + (anomalous ? (name === 'inverted' ? -0.4 : 0.4) : 0) + clip / 5;
			const score = name === 'ties' ? Math.round(5 * strange) : name === 'one score for all' ? 3 : strange;
			return windowAt(picture, { anomalous, surprise: score, channels: { motion: score } });
		}),
	}));
}

const PICTURE = { width: 192, height: 128 };
const CELL = 16;

/** Clips in which things of several sizes cross, meet and part, over noise that is sometimes as strong. */
function movingThings(seed: number) {
	const next = seededRandom(seed);
	return ['a', 'b', 'c'].map((clip) => {
		const things = Array.from({ length: 3 }, () => ({
			x: 160 * next(),
			y: 96 * next(),
			width: 16 + Math.floor(36 * next()),
			height: 16 + Math.floor(36 * next()),
			dx: 16 * next() - 8,
			dy: 12 * next() - 6,
			from: Math.floor(10 * next()),
			bright: 0.3 + next(),
		}));
		const linker = new TrackLinker();
		const masks: Uint8Array[] = [];
		const frames = Array.from({ length: 25 }, (_, time): RegionFrame => {
			const mask = new Uint8Array(PICTURE.width * PICTURE.height);
			const width = PICTURE.width / CELL;
			const height = PICTURE.height / CELL;
			const values = Float32Array.from({ length: width * height }, () => next());
			for (const thing of things) {
				if (time < thing.from) continue;
				const left = Math.round(thing.x + thing.dx * time);
				const top = Math.round(thing.y + thing.dy * time);
				for (let y = Math.max(0, top); y < Math.min(PICTURE.height, top + thing.height); y++) {
					for (let x = Math.max(0, left); x < Math.min(PICTURE.width, left + thing.width); x++) {
						mask[y * PICTURE.width + x] = 1;
						values[Math.floor(y / CELL) * width + Math.floor(x / CELL)]! += thing.bright / CELL ** 2;
					}
				}
			}
			// What stands before them cuts them, too narrow in one place and wide enough in the other.
			for (let y = 0; y < PICTURE.height; y++) {
				mask.fill(0, y * PICTURE.width + 60, y * PICTURE.width + 63);
				mask.fill(0, y * PICTURE.width + 120, y * PICTURE.width + 125);
			}
			masks.push(mask);
			const heatMap = { width, height, cellPixels: CELL, values };
			return { clip, surprise: next(), heatMap, truth: linker.next(mask, PICTURE) };
		});
		return { frames, masks };
	});
}

function rowsOf(values: Float32Array | Uint8Array, width: number): number[][] {
	return Array.from({ length: values.length / width }, (_, row) => [
		...values.subarray(row * width, (row + 1) * width),
	]);
}
