import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/learn/random.ts';
import { BLOCK, cutOut, mark, markOpen, movingBlock, paste } from '../../../src/learn/sprite.ts';
import { assertClose } from '../../support/close.ts';
import { frameOf, glidingBlock, WALL } from '../../support/gliding-block.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const CROP = 96;
const walk = glidingBlock({ x: 40, y: 32, u: 2, v: 0 });
const [last, next] = [frameOf(walk, 3), frameOf(walk, 4)];

/** Opaque and of one grey. */
function solid(grey: number) {
	const pixels = BLOCK.width * BLOCK.height;
	return { luma: new Uint8ClampedArray(pixels).fill(grey), opacity: new Float32Array(pixels).fill(1) };
}

test('of eight places the one that changes most is taken, and none where hardly anything changes', () => {
	const places = [0, 0, 40, 20, 40, 32, 44, 36, 10, 60, 80, 60, 82, 70, 0, 70];
	const found = movingBlock(last, next, CROP, scriptedRandom({ integers: places }));
	assert.deepEqual(found, { x: 40, y: 32 });
	assert.equal(movingBlock(last, last, CROP, seededRandom(1)), null);
	// A sixth of a block's columns, less than a seventh of its pixels.
	const touching = Array.from({ length: 8 }, () => [54, 48]).flat();
	assert.equal(movingBlock(last, next, CROP, scriptedRandom({ integers: touching })), null);
});

test('what is cut out is opaque in the middle, clear outside the ellipse and where the background shows', () => {
	const { luma, opacity } = cutOut(last, walk.background, { x: 40, y: 32 }, CROP);
	const at = (column: number, row: number) => row * BLOCK.width + column;
	for (const [column, row] of [
		[0, 0],
		[13, 0],
		[0, 25],
		[13, 25],
	] as const)
		assert.equal(opacity[at(column, row)], 0);
	const middle = Array.from({ length: 10 }, (_, row) => opacity[at(6, row + 8)]!);
	assert.ok(middle.every((share) => share === 1));
	assert.equal(luma[at(6, 12)], last[(32 + 12) * CROP + 40 + 6]);
	const nothing = cutOut(last, last, { x: 40, y: 32 }, CROP);
	assert.ok(nothing.opacity.every((share) => share === 0));
	// Half as far from the background as is opaque for certain.
	const faint = cutOut(last.map(() => WALL + 13) as Uint8ClampedArray, walk.background, { x: 40, y: 32 }, CROP);
	assert.ok(Math.abs(faint.opacity[at(6, 12)]! - 0.5) < 1e-6);
});

test('what is pasted mixes with what was there, and tells the share it covers of every cell', () => {
	const frame = new Uint8ClampedArray(CROP * CROP).fill(100);
	const covered = new Float32Array(144);
	const { luma, opacity } = solid(200);
	paste(frame, { luma, opacity: opacity.map(() => 0.25) }, 16, 24, CROP, covered);
	for (const [pixel, value] of frame.entries()) {
		const [x, y] = [pixel % CROP, Math.floor(pixel / CROP)];
		assert.equal(value, x >= 16 && x < 30 && y >= 24 && y < 50 ? 125 : 100, `${x}, ${y}`);
	}
	// Rows of cells 3, 4 and 5 in full, two pixel rows of 6; columns 2 in full, six pixels of 3.
	const expected = new Float32Array(144);
	for (const [row, height] of [
		[3, 8],
		[4, 8],
		[5, 8],
		[6, 2],
	] as const) {
		expected[row * 12 + 2] = (0.25 * height * 8) / 64;
		expected[row * 12 + 3] = (0.25 * height * 6) / 64;
	}
	assertClose(covered, expected, 1e-5);
});

test('what lies outside the picture is left out', () => {
	const frame = new Uint8ClampedArray(CROP * CROP).fill(100);
	const covered = new Float32Array(144);
	paste(frame, solid(200), -10, CROP - 4, CROP, covered);
	paste(frame, solid(200), CROP, 0, CROP, covered);
	const changed = [...frame.keys()].filter((pixel) => frame[pixel] !== 100);
	assert.equal(changed.length, 4 * 4);
	assert.ok(changed.every((pixel) => pixel % CROP < 4 && pixel / CROP >= CROP - 4));
	assert.equal(covered.indexOf(0.25), 11 * 12);
	assert.equal(
		covered.reduce((sum, share) => sum + share, 0),
		0.25,
	);
});

test('a cell is odd where a third of it is covered, open where less is, and keeps a mark it had', () => {
	const covered = Float32Array.of(0, 0.1, 0.29, 0.31, 1, 1, 0.1);
	const marks = Float32Array.of(0, 0, 0, 0, 0, 0.5, 1);
	mark(covered, marks);
	assert.deepEqual([...marks], [0, 0.5, 0.5, 1, 1, 0.5, 1]);
	const open = Float32Array.of(0, 0, 0, 0, 0, 0.5, 1);
	markOpen(covered, open);
	assert.deepEqual([...open], [0, 0.5, 0.5, 0.5, 0.5, 0.5, 1]);
});
