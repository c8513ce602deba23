import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, type Look, lookOf } from '../../../src/learn/cut.ts';
import { type Random, seededRandom } from '../../../src/learn/random.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const SIZE = { width: 24, height: 20 };
const CORNER = { x: 5, y: 3 };
const CROP = 8;
const PLAIN: Look = { mirrored: false, gain: 1, shift: 0, noise: 0 };

const picture = (grey: number) =>
	Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, index) => grey + (index % 24) + 4 * Math.floor(index / 24));

/** The square pixel by pixel. */
const square = (luma: (x: number, y: number) => number) =>
	Uint8ClampedArray.from({ length: CROP * CROP }, (_, index) => luma(index % CROP, Math.floor(index / CROP)));

function cutOne(frames: readonly Uint8Array[], look: Look, random: Random = scriptedRandom({})) {
	const out = new Uint8ClampedArray(frames.length * CROP * CROP);
	cut(frames, SIZE, CORNER, CROP, look, out, random);
	return out;
}

test('the square at the corner is copied, as it is or mirrored', () => {
	assert.deepEqual(
		cutOne([picture(50)], PLAIN),
		square((x, y) => 50 + 5 + x + 4 * (3 + y)),
	);
	assert.deepEqual(
		cutOne([picture(50)], { ...PLAIN, mirrored: true }),
		square((x, y) => 50 + 5 + 7 - x + 4 * (3 + y)),
	);
});

test('gain and shift change it, and what leaves 0 to 255 is cut off', () => {
	assert.deepEqual(
		cutOne([picture(50)], { ...PLAIN, gain: 1.5, shift: -10 }),
		square((x, y) => 1.5 * (50 + 5 + x + 4 * (3 + y)) - 10),
	);
	assert.ok(cutOne([picture(140)], { ...PLAIN, gain: 3 }).every((value) => value === 255));
	assert.ok(cutOne([picture(0)], { ...PLAIN, shift: -100 }).every((value) => value === 0));
});

test('exposure flickers by about 4 in a thousand from frame to frame', () => {
	const frames = Array.from({ length: 200 }, () => new Uint8Array(SIZE.width * SIZE.height).fill(100));
	const out = cutOne(frames, { ...PLAIN, gain: 2 }, seededRandom(1));
	const levels = frames.map((_, index) => out[index * CROP * CROP]! / 200 - 1);
	const deviation = Math.sqrt(levels.reduce((sum, level) => sum + level ** 2, 0) / levels.length);
	assert.ok(deviation > 0.003 && deviation < 0.0055, `${deviation}`);
});

test('noise has the deviation it says, is new in every frame, and the same where a frame is given twice in a row', () => {
	const [wall, same] = [picture(100), picture(100)];
	const out = cutOne([wall, wall, same, wall], { ...PLAIN, noise: 3 }, seededRandom(2));
	const frames = [0, 1, 2, 3].map((index) => out.subarray(index * CROP * CROP, (index + 1) * CROP * CROP));
	assert.deepEqual(frames[1], frames[0]);
	assert.notDeepEqual(frames[2], frames[1]);
	assert.notDeepEqual(frames[3], frames[0]);
	const many = cutOne(
		Array.from({ length: 40 }, () => picture(100)),
		{ ...PLAIN, noise: 3 },
		seededRandom(3),
	);
	const clean = square((x, y) => 100 + 5 + x + 4 * (3 + y));
	const squares = many.reduce((sum, value, index) => sum + (value - clean[index % (CROP * CROP)]!) ** 2, 0);
	// Flicker adds about half a level.
	assert.ok(Math.abs(Math.sqrt(squares / many.length) - 3) < 0.3, `${Math.sqrt(squares / many.length)}`);
});

test('looks vary as cameras do', () => {
	const random = seededRandom(4);
	const looks = Array.from({ length: 400 }, () => lookOf(random));
	const share = (which: (look: Look) => boolean) => looks.filter(which).length / looks.length;
	assert.ok(Math.abs(share(({ mirrored }) => mirrored) - 0.5) < 0.1);
	assert.ok(Math.abs(share(({ noise }) => noise === 0) - 0.5) < 0.1);
	const range = (of: (look: Look) => number) => [Math.min(...looks.map(of)), Math.max(...looks.map(of))] as const;
	const [[gainLow, gainHigh], [shiftLow, shiftHigh]] = [range(({ gain }) => gain), range(({ shift }) => shift)];
	assert.ok(gainLow >= 0.85 && gainLow < 0.87 && gainHigh <= 1.15 && gainHigh > 1.13);
	assert.ok(shiftLow >= -12 && shiftLow < -11 && shiftHigh <= 12 && shiftHigh > 11);
	const noiseHigh = range(({ noise }) => noise)[1];
	assert.ok(noiseHigh <= 3 && noiseHigh > 2.8);
});
