import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEffect } from '../../../../../src/ingest/simulate/effects/effect.ts';
import { applyEffect, type InstantEffect, openLens } from '../../../../../src/ingest/simulate/effects/lens.ts';
import { planesOf } from '../../../../../src/ingest/simulate/scene/planes.ts';

const WIDTH = 64;
const HEIGHT = 32;
const LUMA = WIDTH * HEIGHT;

/** Stripes that grow brighter downwards, coloured. */
function drawn(index = 0): Uint8Array {
	return Uint8Array.from({ length: LUMA * 1.5 }, (_, at) => {
		if (at >= LUMA) return 90;
		const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)];
		return 60 + 2 * row + (Math.floor((column + index) / 4) % 2) * 60;
	});
}

function after(kind: InstantEffect['kind'], value: string | null = null, seconds = 0): Uint8Array {
	const picture = drawn();
	const effect = readEffect(kind, value) as InstantEffect;
	applyEffect(effect, planesOf(picture, WIDTH, HEIGHT), WIDTH, { seconds, index: 7 });
	return picture;
}

function mean(picture: Uint8Array): number {
	return picture.subarray(0, LUMA).reduce((sum, level) => sum + level, 0) / LUMA;
}

/** Mean size of the difference of neighbours in a row. */
function sharpness(picture: Uint8Array): number {
	let sum = 0;
	for (let at = 1; at < LUMA; at++) if (at % WIDTH !== 0) sum += Math.abs(picture[at]! - picture[at - 1]!);
	return sum / LUMA;
}

const ORIGINAL = drawn();

test('dark: next to no light, no colour, some noise', () => {
	const picture = after('dark');
	assert.ok(mean(picture) < 8);
	assert.ok(sharpness(picture) > 0);
	assert.ok(picture.subarray(LUMA).every((level) => level === 128));
});

test('covered: grey without edges', () => {
	const picture = after('covered');
	assert.ok(mean(picture) > 70 && mean(picture) < 120);
	assert.ok(sharpness(picture) < 0.2 * sharpness(ORIGINAL));
});

test('defocused: as bright and less sharp, the more so the larger the disc', () => {
	const [little, much] = [after('defocused', '20'), after('defocused', '80')];
	assert.ok(Math.abs(mean(much) - mean(ORIGINAL)) < 2);
	assert.ok(sharpness(little) < 0.7 * sharpness(ORIGINAL));
	assert.ok(sharpness(much) < 0.5 * sharpness(little));
});

test('moved: what was to the right comes to its place, and the edge is mirrored', () => {
	const picture = after('moved', '25%');
	const [right, down] = [16, Math.round((0.25 / 3) * WIDTH)];
	assert.equal(picture[0], ORIGINAL[down * WIDTH + right]);
	assert.equal(picture[WIDTH - 1], ORIGINAL[down * WIDTH + WIDTH - right]);
});

test('pan: away and back in eight seconds', () => {
	assert.deepEqual(after('pan', '50%', 0), ORIGINAL);
	assert.equal(after('pan', '50%', 4)[0], ORIGINAL[32]);
	assert.deepEqual(after('pan', '50%', 2), after('pan', '50%', 6));
	assert.deepEqual(after('pan', '50%', 8), ORIGINAL);
});

test('cut: nothing is where it was', () => {
	const picture = after('cut');
	assert.equal(picture[0], Math.round(225 - 0.8 * ORIGINAL[LUMA - 1]!));
});

test('exposure: light is multiplied and cut off at white', () => {
	const picture = after('exposure', '+50%');
	assert.equal(picture[0], 90);
	assert.equal(Math.max(...picture.subarray(0, LUMA)), 255);
	assert.deepEqual(picture.subarray(LUMA), ORIGINAL.subarray(LUMA));
});

test('infrared: no colour, the corners darker than the middle, noise', () => {
	const picture = after('infrared');
	const block = (fromColumn: number, fromRow: number) => {
		let sum = 0;
		for (let row = 0; row < 8; row++) {
			for (let column = 0; column < 8; column++) sum += picture[(fromRow + row) * WIDTH + fromColumn + column]!;
		}
		return sum / 64;
	};
	assert.ok(block(28, 0) > 1.3 * block(0, 0));
	assert.ok(picture.subarray(LUMA).every((level) => level === 128));
});

test('noise: the asked deviation, and another one with another index', () => {
	const [one, other] = [drawn(), drawn()];
	const effect = { kind: 'noise', deviation: 10 } as const;
	applyEffect(effect, planesOf(one, WIDTH, HEIGHT), WIDTH, { seconds: 0, index: 1 });
	applyEffect(effect, planesOf(other, WIDTH, HEIGHT), WIDTH, { seconds: 0, index: 2 });
	let squares = 0;
	for (let at = 0; at < LUMA; at++) squares += (one[at]! - ORIGINAL[at]!) ** 2;
	assert.ok(Math.abs(Math.sqrt(squares / LUMA) - 10) < 1);
	assert.notDeepEqual(one, other);
});

test('loop: the seconds from its beginning on come again and again, still: one picture', () => {
	const lens = openLens();
	let index = 40;
	const seen = (count: number) =>
		Array.from({ length: count }, (_, at) => lens.through(drawn(at), WIDTH, 2, index++)[0]);
	lens.wear([{ kind: 'loop', seconds: 1.5 }]);
	const first = [drawn(0)[0], drawn(1)[0], drawn(2)[0]];
	assert.deepEqual(seen(9), [...first, ...first, ...first]);
	lens.wear([{ kind: 'still' }]);
	assert.equal(new Set(seen(9)).size, 1);
	lens.wear([]);
	assert.deepEqual(lens.through(drawn(3), WIDTH, 2, index), drawn(3));
});

test('a loop repeats by its time where pictures were left out', () => {
	const lens = openLens();
	lens.wear([{ kind: 'loop', seconds: 2 }]);
	const seen = [0, 1, 3, 4, 6, 7].map((index) => lens.through(drawn(index), WIDTH, 2, index)[0]);
	const [first, second, , fourth] = [0, 1, 2, 3].map((at) => drawn(at)[0]);
	assert.deepEqual(seen, [first, second, fourth, first, second, fourth]);
});

test('what follows a loop does not change what is repeated', () => {
	const lens = openLens();
	lens.wear([{ kind: 'still' }, { kind: 'exposure', gain: -0.5 }]);
	const first = lens.through(drawn(), WIDTH, 2, 0)[0];
	for (let at = 1; at < 5; at++) assert.equal(lens.through(drawn(at), WIDTH, 2, at)[0], first);
});

test('resize: the same picture in another size', () => {
	const lens = openLens();
	lens.wear([{ kind: 'resize', width: 128, height: 64 }]);
	assert.deepEqual(lens.sizeOf(WIDTH, HEIGHT), { width: 128, height: 64 });
	const picture = lens.through(drawn(), WIDTH, 10, 0);
	assert.equal(picture.length, 128 * 64 * 1.5);
	assert.equal(picture[2 * 20 + 128 * 2 * 10], ORIGINAL[20 + WIDTH * 10]);
	assert.equal(picture.at(-1), 90);
});
