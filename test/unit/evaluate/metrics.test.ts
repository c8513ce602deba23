import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	areaUnderRoc,
	averagePrecision,
	equalErrorRate,
	type Labelled,
	meanOf,
	minMaxScaled,
	percentilesOf,
	rocCurve,
} from '../../../src/evaluate/metrics.ts';
import { seededRandom } from '../../support/random.ts';

function labelled(anomalous: readonly number[], normal: readonly number[]): Labelled[] {
	return [
		...normal.map((score) => ({ score, anomalous: false })),
		...anomalous.map((score) => ({ score, anomalous: true })),
	];
}

function close(actual: number | null, expected: number): void {
	assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);
}

test('the area under the ROC curve counts the pairs in the right order', () => {
	// 3 > 2, 3 > 0, 1 < 2, 1 > 0
	close(areaUnderRoc(labelled([3, 1], [2, 0])), 3 / 4);
	close(areaUnderRoc(labelled([3, 4], [2, 0])), 1);
	close(areaUnderRoc(labelled([-1, -2], [2, 0])), 0);
});

test('equal scores count half in the area under the ROC curve', () => {
	close(areaUnderRoc(labelled([1, 1], [1, 1, 1])), 1 / 2);
	// 2 = 2, 2 > 1, 1 < 2, 1 = 1
	close(areaUnderRoc(labelled([2, 1], [2, 1])), 1 / 2);
	// 2 = 2, 2 > 1, 2 > 1
	close(areaUnderRoc(labelled([2], [2, 1, 1])), 2.5 / 3);
});

test('the area under the ROC curve is that of counting every pair', () => {
	let state = 7;
	const next = () => {
		state = (state * 48271) % 2147483647;
		return state % 13;
	};
	const anomalous = Array.from({ length: 57 }, () => next() + 2);
	const normal = Array.from({ length: 83 }, next);
	let pairs = 0;
	for (const a of anomalous) for (const n of normal) pairs += a > n ? 1 : a === n ? 0.5 : 0;
	close(areaUnderRoc(labelled(anomalous, normal)), pairs / (57 * 83));
});

test('with one kind of frame there is no area and no equal error rate', () => {
	assert.equal(areaUnderRoc(labelled([1, 2], [])), null);
	assert.equal(areaUnderRoc(labelled([], [1, 2])), null);
	assert.equal(areaUnderRoc([]), null);
	assert.equal(equalErrorRate(labelled([1, 2], [])), null);
	assert.equal(equalErrorRate(labelled([], [1, 2])), null);
	assert.equal(averagePrecision(labelled([], [1, 2])), null);
	assert.equal(averagePrecision(labelled([1, 2], [])), 1);
});

test('average precision weighs the precision at each distinct score by the recall gained', () => {
	// Ranking: + - + -. Recall .5 at precision 1, then .5 at 2/3.
	close(averagePrecision(labelled([4, 2], [3, 1])), 0.5 + 0.5 * (2 / 3));
	// One group of equal scores: precision is the share of anomalous frames.
	close(averagePrecision(labelled([1], [1, 1, 1])), 1 / 4);
});

test('the equal error rate lies where misses and false alarms meet', () => {
	close(equalErrorRate(labelled([3, 4], [1, 2])), 0);
	// Ranking: + - + -. After the second, half of each are wrong.
	close(equalErrorRate(labelled([4, 2], [3, 1])), 1 / 2);
	// One group: the diagonal.
	close(equalErrorRate(labelled([1, 1], [1])), 1 / 2);
	// Misses, false alarms: (1,0), (2/3,0), (2/3,1/2) crosses between the last two and (1/3,1/2).
	close(equalErrorRate(labelled([6, 4, 3], [5, 1])), 1 / 2);
	// Misses, false alarms: (1,0), (1/2,0), (0,1/3). On the last line they meet at 1/5.
	close(equalErrorRate(labelled([5, 3], [3, 1, 0])), 1 / 5);
});

test('a score that is not a number is refused', () => {
	assert.throws(() => areaUnderRoc(labelled([Number.NaN], [1])), RangeError);
});

test('scores of a video are stretched to 0..1, and equal ones to 0', () => {
	assert.deepEqual(minMaxScaled([-2, 0, 2]), [0, 0.5, 1]);
	assert.deepEqual(minMaxScaled([3, 3]), [0, 0]);
	assert.deepEqual(minMaxScaled([]), []);
});

test('the mean leaves out what is unknown', () => {
	assert.equal(meanOf([1, null, 2]), 1.5);
	assert.equal(meanOf([null]), null);
});

test('the ROC curve has a corner for each distinct score, and the area under it is the area', () => {
	const frames = labelled([4, 2, 2], [3, 2]);
	assert.deepEqual(rocCurve(frames), [
		{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Number.POSITIVE_INFINITY },
		{ falsePositiveRate: 0, truePositiveRate: 1 / 3, threshold: 4 },
		{ falsePositiveRate: 1 / 2, truePositiveRate: 1 / 3, threshold: 3 },
		{ falsePositiveRate: 1, truePositiveRate: 1, threshold: 2 },
	]);
	const points = rocCurve(frames)!;
	const area = points
		.slice(1)
		.reduce(
			(sum, { falsePositiveRate: x, truePositiveRate: y }, index) =>
				sum + (x - points[index]!.falsePositiveRate) * ((y + points[index]!.truePositiveRate) / 2),
			0,
		);
	close(areaUnderRoc(frames), area);
	assert.equal(rocCurve(labelled([1], [])), null);
});

test('a rising scale changes nothing, a falling one turns the area round', () => {
	const next = seededRandom(5);
	const frames = Array.from({ length: 300 }, () => {
		const anomalous = next() < 0.4;
		return { anomalous, score: Math.round(20 * (next() + (anomalous ? 0.3 : 0))) };
	});
	const mapped = (map: (score: number) => number) => frames.map((frame) => ({ ...frame, score: map(frame.score) }));
	for (const rising of [(x: number) => 3 * x - 7, Math.exp, (x: number) => x ** 3]) {
		assert.equal(areaUnderRoc(mapped(rising)), areaUnderRoc(frames));
		assert.equal(averagePrecision(mapped(rising)), averagePrecision(frames));
		assert.equal(equalErrorRate(mapped(rising)), equalErrorRate(frames));
	}
	const falling = mapped((x) => -x);
	close(areaUnderRoc(falling), 1 - areaUnderRoc(frames)!);
	close(equalErrorRate(falling), 1 - equalErrorRate(frames)!);
	// The kinds changed with each other.
	const swapped = falling.map(({ score, anomalous }) => ({ score, anomalous: !anomalous }));
	close(areaUnderRoc(swapped), areaUnderRoc(frames)!);
	close(equalErrorRate(swapped), equalErrorRate(frames)!);
	// Nor does the order in which they come.
	assert.equal(averagePrecision(frames.toReversed()), averagePrecision(frames));
});

test('percentiles lie on straight lines between neighbours', () => {
	assert.equal(percentilesOf([]), null);
	assert.deepEqual(percentilesOf([7]), { p50: 7, p95: 7 });
	const { p50, p95 } = percentilesOf([4, 1, 2])!;
	close(p50, 2);
	close(p95, 3.8);
});
