import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strangeRegions } from '../../../src/alarm/region.ts';

test('the region boxes the connected cells with the most error together, corners included', () => {
	const [region] = strangeRegions(
		mapOf([
			[9, 0, 0, 0, 0],
			[0, 0, 0, 5, 0],
			[0, 0, 5, 0, 0],
			[0, 0, 0, 1, 0],
		]),
		1,
	);
	assert.deepEqual(region, { x: 0.4, y: 0.25, width: 0.4, height: 0.5 });
});

test('one cell far above the rest is the region', () => {
	assert.deepEqual(
		strangeRegions(
			mapOf([
				[0, 2],
				[1, 20],
			]),
			5,
		),
		[{ x: 0.5, y: 0.5, width: 0.5, height: 0.5 }],
	);
});

test('a map without any error has no region', () => {
	assert.deepEqual(strangeRegions(mapOf([[0, 0]]), 5), []);
});

test('places apart from each other are told the strangest first, and no more than are wanted', () => {
	const map = mapOf([[4, 0, 5, 5, 0, 9]]);
	assert.deepEqual(
		strangeRegions(map, 2).map(({ x, width }) => [Math.round(x * 6), Math.round(width * 6)]),
		[
			[2, 2],
			[5, 1],
		],
	);
});

function mapOf(rows: readonly (readonly number[])[]) {
	return { width: rows[0]!.length, height: rows.length, cellPixels: 8, values: Float32Array.from(rows.flat()) };
}
