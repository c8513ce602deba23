import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Region } from '../../../../src/core/alarm.ts';
import { areaToOne, overlap, regionCurve } from '../../../../src/evaluate/regions/region-curve.ts';

function box(x: number, y: number, width: number, height: number): Region {
	return { x, y, width, height };
}

function close(actual: number, expected: number): void {
	assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);
}

test('overlap is the shared area over the joint one', () => {
	const whole = box(0, 0, 1, 1);
	close(overlap(whole, whole), 1);
	close(overlap(whole, box(0.5, 0, 1, 1)), 0.5 / 1.5);
	close(overlap(whole, box(0.25, 0.25, 0.5, 0.5)), 0.25);
	assert.equal(overlap(whole, box(1, 0, 1, 1)), 0);
	assert.equal(overlap(box(0, 0, 0.2, 0.2), box(0.5, 0.5, 0.2, 0.2)), 0);
});

test('the area ends at one false region a frame, with a straight line to there', () => {
	close(areaToOne([]), 0);
	// Found without anything false.
	close(areaToOne([[0, 0.8]]), 0.8);
	// A line from the origin to (1, 1).
	close(areaToOne([[1, 1]]), 0.5);
	// From (0, .5) to (2, 1): .5 at 0, .75 at 1.
	close(
		areaToOne([
			[0, 0.5],
			[2, 1],
		]),
		(0.5 + 0.75) / 2,
	);
	// (0, 0) to (.5, .6), then level.
	close(areaToOne([[0.5, 0.6]]), 0.5 * 0.3 + 0.5 * 0.6);
});

test('a worse rate with more false regions takes nothing back, in whatever order the points come', () => {
	const points = [
		[0.2, 0.6],
		[0.5, 0.4],
		[0.1, 0.1],
	] as const;
	const area = 0.1 * 0.05 + 0.1 * 0.35 + 0.8 * 0.6;
	close(areaToOne(points), area);
	close(areaToOne(points.toReversed()), area);
});

/** Ten frames of one clip: a thing on the left in all of them, and another on the right in the first two. */
const LEFT = box(0, 0, 0.2, 0.5);
const RIGHT = box(0.8, 0, 0.2, 0.5);
const FRAMES = Array.from({ length: 10 }, (_, index) => ({
	clip: 'a',
	truth: [{ ...LEFT, track: 0 }, ...(index < 2 ? [{ ...RIGHT, track: 1 }] : [])],
}));

test('regions, tracks and false boxes are counted at each threshold', () => {
	const nowhere = box(0.4, 0.6, 0.1, 0.1);
	const detected: Record<number, (index: number) => Region[]> = {
		// One of ten regions is a tenth of the track: found. Of the right one, none.
		3: (index) => (index === 0 ? [LEFT] : []),
		// Half of the right one, and a false box in five frames.
		2: (index) => [...(index === 0 ? [LEFT, RIGHT] : []), ...(index < 5 ? [nowhere] : [])],
		// One box that covers both is false in no frame with something it overlaps enough: .1 of 1, and .2 of 1 if joined.
		1: () => [box(0, 0, 1, 0.5), nowhere, nowhere],
		0: () => assert.fail('above one false box a frame there is nothing to see'),
	};
	const { points, rbdc, tbdc } = regionCurve(FRAMES, [3, 2, 1, 0], (threshold) =>
		FRAMES.map((_, index) => detected[threshold]!(index)),
	);
	assert.deepEqual(points, [
		{ threshold: 3, falsePerFrame: 0, regionRate: 1 / 12, trackRate: 1 / 2 },
		{ threshold: 2, falsePerFrame: 0.5, regionRate: 2 / 12, trackRate: 1 },
		{ threshold: 1, falsePerFrame: 2, regionRate: 1, trackRate: 1 },
	]);
	const atOne = 2 / 12 + ((1 - 0.5) / (2 - 0.5)) * (1 - 2 / 12);
	close(rbdc, 0.5 * ((1 / 12 + 2 / 12) / 2) + 0.5 * ((2 / 12 + atOne) / 2));
	close(tbdc, 0.5 * 0.75 + 0.5 * 1);
});

test('an overlap just under a tenth finds nothing and is false', () => {
	const sliver = box(0, 0, 0.2 * 0.099, 0.5);
	const enough = box(0, 0, 0.2 * 0.101, 0.5);
	const at = (found: Region) => regionCurve(FRAMES.slice(2), [1], () => FRAMES.slice(2).map(() => [found])).points[0]!;
	assert.deepEqual([at(sliver).regionRate, at(sliver).falsePerFrame], [0, 1]);
	assert.deepEqual([at(enough).regionRate, at(enough).falsePerFrame], [1, 0]);
});

test('tracks of two clips with one number are two', () => {
	const frames = ['a', 'b'].map((clip) => ({ clip, truth: [{ ...LEFT, track: 0 }] }));
	const { points } = regionCurve(frames, [1], () => [[LEFT], []]);
	assert.equal(points[0]!.trackRate, 1 / 2);
});
