import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskOf, PIXEL, shareWatched } from '../../../src/core/mask.ts';
import type { Polygon } from '../../../src/core/polygon.ts';

const SIZE = { width: 64, height: 48 };
const box = (left: number, top: number, right: number, bottom: number): Polygon => [
	[left, top],
	[right, top],
	[right, bottom],
	[left, bottom],
];
const CLOCK = box(0, 0, 0.25, 0.125);
const hiding = (...hidden: Polygon[]) => maskOf({ hidden, only: null }, SIZE);

test('A mask is the union of its polygons, and none where they hold no pixel', () => {
	const mask = hiding(CLOCK, box(0.125, 0, 0.5, 0.125))!;
	assert.equal(shareWatched(mask), 15 / 16);
	assert.deepEqual(new Set(mask.pixels), new Set([PIXEL.hidden, PIXEL.watched]));
	assert.equal(mask.pixels.length, 64 * 48);
	assert.equal(hiding(), null);
	assert.equal(
		hiding([
			[0, 0],
			[0.001, 0],
			[0, 0.001],
		]),
		null,
	);
});

test('What alone counts is watched with every square of 8 pixels that it touches, but for what is hidden', () => {
	// Pixels 20 to 35 of a row of 64, and 9 to 11 of a column of 48: cells 2 to 4, and row 1.
	const only = [box(20 / 64, 9 / 48, 36 / 64, 12 / 48)];
	const mask = maskOf({ hidden: [], only }, SIZE)!;
	for (const [pixel, kind] of mask.pixels.entries()) {
		const [column, row] = [Math.floor((pixel % 64) / 8), Math.floor(pixel / 64 / 8)];
		const within = column >= 2 && column <= 4 && row === 1;
		assert.equal(kind, within ? PIXEL.watched : PIXEL.passed, `${column},${row}`);
	}
	const both = maskOf({ hidden: [box(0, 0, 0.5, 1)], only }, SIZE)!;
	assert.equal(both.pixels[10 * 64 + 24], PIXEL.hidden);
	assert.equal(both.pixels[10 * 64 + 33], PIXEL.watched);
	assert.equal(maskOf({ hidden: [], only: [box(0, 0, 1, 1)] }, SIZE), null);
});

test('The fingerprint follows the pixels, not how they were written', () => {
	const { fingerprint } = hiding(CLOCK)!;
	assert.match(fingerprint, /^[0-9a-f]{16}$/);
	assert.equal(hiding(CLOCK.toReversed(), CLOCK)!.fingerprint, fingerprint);
	assert.notEqual(hiding(box(0, 0, 0.25, 0.15))!.fingerprint, fingerprint);
	assert.notEqual(maskOf({ hidden: [], only: [CLOCK] }, SIZE)!.fingerprint, fingerprint);
	assert.notEqual(maskOf({ hidden: [CLOCK], only: null }, { width: 48, height: 64 })!.fingerprint, fingerprint);
});
