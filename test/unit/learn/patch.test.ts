import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patch } from '../../../src/learn/patch.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const CROP = 64;
const FRAMES = 3;
const pictures = (grey: number) => new Uint8ClampedArray(FRAMES * CROP * CROP).fill(grey);

test('a rectangle of every frame comes from the other window, and its cells are marked', () => {
	const [out, other] = [pictures(10), pictures(0).map((_, index) => 100 + (index % 100)) as Uint8ClampedArray];
	const marks = new Float32Array(64);
	// 64 · (0.3 + 0.4 · 0.3125) = 27.2 wide, 64 · (0.3 + 0.4 · 0.5) = 32 high.
	const random = scriptedRandom({ uniforms: [0.3125, 0.5], integers: [8, 20] });
	patch(out, other, CROP, marks, random);
	assert.ok(random.isUsedUp());
	for (const [index, value] of out.entries()) {
		const [x, y] = [index % CROP, Math.floor(index / CROP) % CROP];
		const inside = x >= 8 && x < 35 && y >= 20 && y < 52;
		assert.equal(value, inside ? other[index] : 10, `${x}, ${y}`);
	}
	// Columns 8 to 35 are cells 1, 2, 3 and part of 4; rows 20 to 52 are part of 2, cells 3, 4, 5 and part of 6.
	const expected = [...marks.keys()].map((cell) => {
		const [column, row] = [cell % 8, Math.floor(cell / 8)];
		if (column < 1 || column > 4 || row < 2 || row > 6) return 0;
		return column === 4 || row === 2 || row === 6 ? 0.5 : 1;
	});
	assert.deepEqual([...marks], expected);
});

test('whatever is drawn, it lies in the picture, its sides are three to seven tenths, and marks are optional', () => {
	const random = seededRandom(3);
	for (let trial = 0; trial < 60; trial++) {
		const [out, other] = [pictures(0), pictures(1)];
		patch(out, other, CROP, null, random);
		const first = out.subarray(0, CROP * CROP);
		const columns = new Set([...first.keys()].filter((pixel) => first[pixel] === 1).map((pixel) => pixel % CROP));
		const area = first.reduce((sum, value) => sum + value, 0);
		const [width, height] = [columns.size, area / columns.size];
		for (const side of [width, height]) assert.ok(side >= 19 && side <= 45 && Number.isInteger(side), `${side}`);
		assert.deepEqual(out.subarray(CROP * CROP, 2 * CROP * CROP), first);
	}
});
