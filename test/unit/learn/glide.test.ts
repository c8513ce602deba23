import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glide } from '../../../src/learn/glide.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { cutOut, paste, type SampleWindow } from '../../../src/learn/sprite.ts';
import { changedCells, copyOf, frameOf, glidingBlock } from '../../support/gliding-block.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const STRIDE_MAX = 4;
const FROM = { x: 40, y: 32 };
const here = Array.from({ length: 8 }, () => [FROM.x, FROM.y]).flat();

/** Where the window's block is shown again: left edge and top in each of its frames. */
function shownAgain(window: SampleWindow, places: readonly (readonly [number, number])[]): SampleWindow {
	const expected = copyOf(window);
	const sprite = cutOut(frameOf(window, 3), window.background, FROM, window.crop);
	for (const [index, [x, y]] of places.entries()) paste(frameOf(expected, index), sprite, x, y, window.crop, null);
	return expected;
}

test('what glides fast does so at two to four times the speed of what moves, and is marked where it is seen', () => {
	const window = glidingBlock({ ...FROM, u: 2, v: -1 });
	const before = copyOf(window);
	// Fast; 2 + 2 · ½ = 3 times; 40 · 0.3 = 12 pixels aside, 6 · (-⅓) = 2 up; not turned.
	const random = scriptedRandom({ uniforms: [0.3, 0.5, 0.8, 1 / 6, 0.7], integers: here });
	assert.equal(glide(window, STRIDE_MAX, random), true);
	assert.ok(random.isUsedUp());
	const [x, y] = [FROM.x + 12, FROM.y - 2];
	const { frames } = shownAgain(before, [
		[x - 18, y + 9],
		[x - 12, y + 6],
		[x - 6, y + 3],
		[x, y],
		// The frame to predict is where a normal speed would lead.
		[x + 2, y - 1],
		[x + 6, y - 3],
	]);
	assert.deepEqual(window.frames, frames);
	const changed = changedCells(frameOf(before, 5), frameOf(window, 5), 96);
	for (const [cell, value] of window.marks.entries()) {
		if (changed.has(cell)) assert.ok(value > 0, `cell ${cell} changed and is not marked`);
	}
	// It is seen from (58, 27) to (72, 53): this cell lies in its middle.
	assert.equal(window.marks[5 * 12 + 8], 1);
	assert.ok(window.marks.every((value, cell) => value === 0 || (cell % 12 >= 7 && cell % 12 <= 8)));
});

test('a control glides at about the speed of what moves, either way, and is not marked', () => {
	const window = glidingBlock({ ...FROM, u: 2, v: 0 });
	const before = copyOf(window);
	// Not fast; 0.7 + 0.5 · 0.6 = 1 times; 20 pixels to the left; turned.
	const random = scriptedRandom({ uniforms: [0.5, 0.6, 0, 0.5, 0.2], integers: here });
	assert.equal(glide(window, STRIDE_MAX, random), true);
	const x = FROM.x - 20;
	const { frames } = shownAgain(
		before,
		[6, 4, 2, 0, -2, -2].map((shift) => [x + shift, FROM.y] as const),
	);
	assert.deepEqual(window.frames, frames);
	assert.ok(window.marks.every((value) => value === 0));
});

test('whatever is drawn, only cells that a fast thing covers are marked, and half of the things are fast', () => {
	const random = seededRandom(1);
	const outcomes = { none: 0, fast: 0, control: 0 };
	for (let trial = 0; trial < 200; trial++) {
		const window = glidingBlock({ x: 12 + random.integer(60), y: 8 + random.integer(50), u: 2, v: 1 });
		const before = copyOf(window);
		const shown = glide(window, STRIDE_MAX, random);
		const changed = changedCells(frameOf(before, 5), frameOf(window, 5), 96);
		const marked = new Set([...window.marks.keys()].filter((cell) => window.marks[cell]! > 0));
		if (!shown) {
			assert.deepEqual(window, before);
			outcomes.none++;
		} else if (marked.size === 0) outcomes.control++;
		else {
			outcomes.fast++;
			assert.deepEqual(changed.difference(marked), new Set());
		}
	}
	const { none, fast, control } = outcomes;
	// A window in which the thing glides out of the picture has nothing to mark either.
	assert.ok(none > 20 && fast > 40 && control > 40 && Math.abs(fast - control) < 45, JSON.stringify(outcomes));
});

test('nothing glides where nothing moves, or where it hardly moves', () => {
	for (const [u, v] of [[0, 0]] as const) {
		const window = glidingBlock({ ...FROM, u, v });
		const before = copyOf(window);
		assert.equal(glide(window, STRIDE_MAX, seededRandom(2)), false);
		assert.deepEqual(window, before);
	}
	// It flickers in place: a change, and no speed.
	const window = glidingBlock({ ...FROM, u: 0, v: 0 });
	const next = frameOf(window, 4);
	for (const [pixel, value] of next.entries()) if (value !== 60) next[pixel] = value + 40;
	const before = copyOf(window);
	assert.equal(glide(window, STRIDE_MAX, scriptedRandom({ integers: here })), false);
	assert.deepEqual(window, before);
});
