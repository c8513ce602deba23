import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thingsIn } from '../../../../src/detect/mnad/things.ts';
import { assertClose } from '../../../support/close.ts';
import { cellsWith, GRID } from '../../../support/odd-cells.ts';

test('odd cells that hang together are a thing, the largest first', () => {
	const found = thingsIn(
		cellsWith([
			{ x: 1, y: 1, width: 1, height: 2 },
			{ x: 5, y: 2, width: 3, height: 2, speed: 4 },
		]),
	);
	assert.deepEqual(
		found.map(({ thing: { region } }) => [
			region.x * GRID.width,
			region.y * GRID.height,
			region.width * GRID.width,
			region.height * GRID.height,
		]),
		[
			[5, 2, 3, 2],
			[1, 1, 1, 2],
		],
	);
	assert.deepEqual(
		found[0]!.cells.toSorted((a, b) => a - b),
		[29, 30, 31, 41, 42, 43],
	);
	assert.equal(found[0]!.thing.speed, 4);
	assert.equal(found[0]!.thing.oddity, 5);
});

test('cells that touch at a corner hang together; one that is not watched belongs to nothing', () => {
	const corner = cellsWith([
		{ x: 1, y: 1, width: 1, height: 1 },
		{ x: 2, y: 2, width: 1, height: 1 },
	]);
	assert.equal(thingsIn(corner).length, 1);
	corner.watched[1 * GRID.width + 1] = 0;
	assert.deepEqual(thingsIn(corner)[0]!.cells, [2 * GRID.width + 2]);
});

test('where nothing is odd there is no thing', () => {
	assert.deepEqual(thingsIn(cellsWith([])), []);
});

test('a feature has unit length and points to where a thing differs from the picture', () => {
	const [found] = thingsIn(cellsWith([{ x: 3, y: 3, width: 2, height: 1, looks: [0, 1, 0] }]));
	const { feature } = found!.thing;
	assertClose([Math.hypot(...feature)], [1], 1e-6, 'length');
	// All others look like (1, 0, 0): the difference is (-1, 1, 0) over its length.
	assertClose(feature, [-Math.SQRT1_2, Math.SQRT1_2, 0], 1e-6, 'feature');
});
