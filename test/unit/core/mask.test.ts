import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskOf, shareIgnored } from '../../../src/core/mask.ts';
import type { Polygon } from '../../../src/core/polygon.ts';

const SIZE = { width: 64, height: 48 };
const CLOCK: Polygon = [
	[0, 0],
	[0.25, 0],
	[0.25, 0.125],
	[0, 0.125],
];

test('A mask is the union of its polygons, and none where they hold no pixel', () => {
	const mask = maskOf(
		[
			CLOCK,
			[
				[0.125, 0],
				[0.5, 0],
				[0.5, 0.125],
				[0.125, 0.125],
			],
		],
		SIZE,
	)!;
	assert.equal(shareIgnored(mask), 1 / 16);
	assert.equal(mask.ignored.length, 64 * 48);
	assert.equal(maskOf([], SIZE), null);
	assert.equal(
		maskOf(
			[
				[
					[0, 0],
					[0.001, 0],
					[0, 0.001],
				],
			],
			SIZE,
		),
		null,
	);
});

test('The fingerprint follows the pixels, not how they were written', () => {
	const { fingerprint } = maskOf([CLOCK], SIZE)!;
	assert.match(fingerprint, /^[0-9a-f]{16}$/);
	assert.equal(maskOf([CLOCK.toReversed(), CLOCK], SIZE)!.fingerprint, fingerprint);
	const other = maskOf(
		[
			[
				[0, 0],
				[0.25, 0],
				[0.25, 0.15],
				[0, 0.15],
			],
		],
		SIZE,
	)!;
	assert.notEqual(other.fingerprint, fingerprint);
	assert.notEqual(maskOf([CLOCK], { width: 48, height: 64 })!.fingerprint, fingerprint);
});
