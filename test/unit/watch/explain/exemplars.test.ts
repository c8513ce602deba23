import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieceAround } from '../../../../src/watch/explain/exemplars.ts';

test('the piece lies around its place, and within the picture at its edges', () => {
	const width = 100;
	const picture = { width, height: 80, luma: Uint8Array.from({ length: width * 80 }, (_, at) => at % width) };
	const inside = pieceAround(picture, 50, 40);
	assert.deepEqual([inside.width, inside.height, inside.luma[0], inside.luma.at(-1)], [64, 64, 18, 81]);
	assert.equal(pieceAround(picture, 0, 0).luma[0], 0);
	assert.equal(pieceAround(picture, 100, 80).luma.at(-1), 99);
	const small = pieceAround({ width: 4, height: 2, luma: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, 3, 1);
	assert.deepEqual([small.width, small.height, [...small.luma]], [4, 2, [1, 2, 3, 4, 5, 6, 7, 8]]);
});
