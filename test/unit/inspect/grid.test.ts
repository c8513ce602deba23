import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridOf } from '../../../src/inspect/grid.ts';
import { compare, look } from '../../../src/inspect/look.ts';
import { DRAWN, normal } from '../../support/drawn-camera.ts';

const LEFT = [
	[
		[0, 0],
		[0.28, 0],
		[0.28, 1],
		[0, 1],
	],
] as const;

test('blocks that are hidden by more than half are left out, and what is hidden of the others is painted over', () => {
	const [whole, masked] = [gridOf(DRAWN, []), gridOf(DRAWN, LEFT)];
	assert.equal(whole.blocks.length, 144);
	// Of 16 columns four are hidden, and the fifth by 48 %.
	assert.equal(masked.blocks.length, 9 * 12);
	const picture = normal(3);
	assert.equal(whole.paint(picture), picture);
	const painted = masked.paint(picture);
	for (let at = 0; at < picture.length; at++) {
		assert.equal(painted[at], at % DRAWN.width < 36 ? 128 : picture[at]);
	}
	assert.deepEqual(
		gridOf(DRAWN, [
			[
				[0, 0],
				[1, 0],
				[1, 0.97],
				[0, 0.97],
			],
		]).blocks,
		[],
	);
});

test('blocks that come as they were compare as those that are compared pixel by pixel', () => {
	const grid = gridOf(DRAWN, []);
	const [one, other] = [look(normal(3), grid), look(normal(3), grid)];
	const { codes: _codes, ...unknown } = other;
	const [quick, slow] = [compare(one, other, grid), compare(one, unknown, grid)];
	assert.deepEqual(quick.differences, slow.differences);
	quick.correlations.forEach((value, block) => {
		const exact = slow.correlations[block]!;
		assert.ok(Number.isNaN(value) ? Number.isNaN(exact) : Math.abs(value - exact) < 1e-3, `${value}, not ${exact}`);
	});
	assert.notDeepEqual(one.codes, look(normal(3.2), grid).codes);
});
