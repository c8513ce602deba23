import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OddThing } from '../../../../src/core/odd-thing.ts';
import { FASTEST, ODDEST } from '../../../../src/detect/mnad/channels.ts';
import { forgive, isLike } from '../../../../src/detect/mnad/forgive.ts';
import { type Cells, cellsOfPatches, thingsIn } from '../../../../src/detect/mnad/things.ts';
import { assertNear } from '../../../support/close.ts';
import { cellsWith, GRID, type OddBlock } from '../../../support/odd-cells.ts';

const BLOCK: OddBlock = { x: 1, y: 1, width: 3, height: 2, speed: 2 };
const OTHER: OddBlock = { x: 8, y: 4, width: 2, height: 3, speed: 1, logit: 3, looks: [0, 0, 1] };
const KNOWN: OddThing = thingsIn(cellsWith([BLOCK]))[0]!.thing;

test('what is known is taken out with the cells around it, and what is left scores as if it were alone', () => {
	const cells = cellsWith([BLOCK, OTHER]);
	const forgiven = forgive(thingsIn(cells), [KNOWN], cells)!;
	assert.deepEqual(
		forgiven.things.map(({ cells: { length } }) => length),
		[6],
	);
	assert.equal(
		forgiven.out.reduce((sum, value) => sum + value, 0),
		5 * 4,
	);
	const alone = cellsWith([OTHER]);
	assertNear(forgiven.oddity, plainOddity(alone), 1e-5, 'oddity');
	assertNear(forgiven.motion, plainMotion(alone), 1e-5, 'motion');
	assert.ok(forgiven.oddity < plainOddity(cells) && forgiven.motion < plainMotion(cells));
});

test('without anything known in it a window is left alone', () => {
	const cells = cellsWith([OTHER]);
	assert.equal(forgive(thingsIn(cells), [KNOWN], cells), null);
	assert.equal(forgive(thingsIn(cells), [], cells), null);
});

test('what is not watched is not counted among what is left', () => {
	const cells = cellsWith([BLOCK, OTHER]);
	for (let cell = 0; cell < cells.watched.length; cell++) if (cell % GRID.width >= 6) cells.watched[cell] = 0;
	assert.equal(forgive(thingsIn(cells), [KNOWN], cells)!.oddity, -8);
});

test('a picture of which nothing is left is as little odd as can be', () => {
	const cells = cellsWith([{ x: 0, y: 0, ...GRID, looks: [0, 1, 0] }]);
	const found = thingsIn(cells);
	const forgiven = forgive(found, [found[0]!.thing], cells)!;
	assert.ok(forgiven.oddity < -20);
	assert.equal(forgiven.motion, 0);
});

for (const [what, block, like] of [
	['the same', BLOCK, true],
	['a cell further', { ...BLOCK, x: 2, y: 2 }, true],
	['two cells further', { ...BLOCK, x: 3 }, false],
	['a cell longer', { ...BLOCK, width: 4 }, true],
	['more than twice as long', { ...BLOCK, width: 7, x: 0 }, false],
	['more than twice as high', { ...BLOCK, height: 5, y: 0 }, false],
	['something that looks otherwise', { ...BLOCK, looks: [0, 0.8, 0.6] }, false],
	['something that looks nearly the same', { ...BLOCK, looks: [0, Math.cos(0.1), Math.sin(0.1)] }, true],
	['a little more odd', { ...BLOCK, logit: 6.9 }, true],
	['much more odd', { ...BLOCK, logit: 7.1 }, false],
	['less odd', { ...BLOCK, logit: 1 }, true],
	['a little faster', { ...BLOCK, speed: 2.6 }, true],
	['much faster', { ...BLOCK, speed: 2.8 }, false],
	['slower', { ...BLOCK, speed: 0.5 }, true],
] as const satisfies readonly (readonly [string, OddBlock, boolean])[]) {
	test(`${what} is ${like ? '' : 'not '}like the known thing`, () => {
		assert.equal(isLike(thingsIn(cellsWith([block]))[0]!.thing, KNOWN, GRID), like);
	});
}

test('a feature of another length is like none', () => {
	assert.equal(isLike(KNOWN, { ...KNOWN, feature: new Float32Array(4) }, GRID), false);
});

function plainOddity({ logits }: Cells): number {
	const { width, height } = GRID;
	const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? null : logits[y * width + x]!);
	const means = Array.from(logits, (_, cell) => {
		const [x, y] = [cell % width, Math.floor(cell / width)];
		const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => at(x + dx, y + dy))).filter((v) => v !== null);
		return near.reduce((sum, value) => sum + value, 0) / near.length;
	});
	return (
		means
			.sort((a, b) => b - a)
			.slice(0, ODDEST)
			.reduce((sum, value) => sum + value, 0) / ODDEST
	);
}

function plainMotion({ speeds }: Cells): number {
	assert.equal(speeds.length, cellsOfPatches(GRID).length);
	return (
		[...speeds]
			.sort((a, b) => b - a)
			.slice(0, FASTEST)
			.reduce((sum, value) => sum + value, 0) / FASTEST
	);
}
