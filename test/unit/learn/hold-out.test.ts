import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdOutEnd, holdOutWhole } from '../../../src/learn/hold-out.ts';
import type { Clip } from '../../../src/learn/scene.ts';

/** Frame `n` of the footage holds the number `n`. */
function clips(...lengths: number[]): Clip[] {
	let next = 0;
	return lengths.map((length, place) => ({
		name: `clip${place}`,
		size: { width: 1, height: 1 },
		frames: Array.from({ length }, () => Uint8Array.of(next++)),
	}));
}
const shape = (of: readonly Clip[]) => of.map(({ name, frames }) => [name, frames.length]);
const numbers = (of: readonly Clip[]) => of.flatMap(({ frames }) => frames.map(([value]) => value));

test('of whole recordings the last twelfth part or so is held out, and at least one', () => {
	const recordings = (count: number) => clips(...new Array<number>(count).fill(3)).map((clip) => [clip]);
	assert.deepEqual(shape(holdOutWhole(recordings(3)).heldOut), [['clip2', 3]]);
	const sixteen = holdOutWhole(recordings(16));
	assert.deepEqual(shape(sixteen.heldOut), [
		['clip14', 3],
		['clip15', 3],
	]);
	assert.equal(sixteen.clips.length, 14);
});

test('of footage the last frames are held out: no frame is on both sides, none is lost, and their order stays', () => {
	const split = holdOutEnd(clips(40, 40, 20), 5, 10);
	assert.deepEqual(shape(split.heldOut), [['clip2 from 1.6 s', 12]]);
	assert.deepEqual(shape(split.clips), [
		['clip0', 40],
		['clip1', 40],
		['clip2', 8],
	]);
	assert.deepEqual(
		[...numbers(split.clips), ...numbers(split.heldOut)],
		Array.from({ length: 100 }, (_, index) => index),
	);
});

test('more than one clip is held out where the last ones are short', () => {
	const split = holdOutEnd(clips(188, 6, 6), 5, 10);
	assert.deepEqual(shape(split.heldOut), [
		['clip0 from 35.2 s', 12],
		['clip1', 6],
		['clip2', 6],
	]);
	const exact = holdOutEnd(clips(88, 12), 5, 10);
	assert.deepEqual([shape(exact.clips), shape(exact.heldOut)], [[['clip0', 88]], [['clip1', 12]]]);
});

test('of little footage as much is held out as a window needs; of almost none nothing is left to learn from', () => {
	assert.deepEqual(shape(holdOutEnd(clips(30), 5, 10).heldOut), [['clip0 from 4 s', 10]]);
	const none = holdOutEnd(clips(8), 5, 10);
	assert.deepEqual([none.clips.length, none.heldOut.length], [0, 1]);
	assert.deepEqual(holdOutEnd([], 5, 10), { clips: [], heldOut: [] });
});
