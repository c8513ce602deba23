import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstRegion } from '../../../src/alarm/region.ts';

test('the region boxes the connected cells with the most error together, corners included', () => {
	const region = worstRegion(
		mapOf([
			[9, 0, 0, 0, 0],
			[0, 0, 0, 5, 0],
			[0, 0, 5, 0, 0],
			[0, 0, 0, 1, 0],
		]),
	);
	assert.deepEqual(region, { x: 0.4, y: 0.25, width: 0.4, height: 0.5 });
});

test('one cell far above the rest is the region', () => {
	assert.deepEqual(
		worstRegion(
			mapOf([
				[0, 2],
				[1, 20],
			]),
		),
		{ x: 0.5, y: 0.5, width: 0.5, height: 0.5 },
	);
});

test('a map without any error has no region', () => {
	assert.equal(worstRegion(mapOf([[0, 0]])), null);
});

function mapOf(rows: readonly (readonly number[])[]) {
	return { width: rows[0]!.length, height: rows.length, cellPixels: 8, values: Float32Array.from(rows.flat()) };
}
