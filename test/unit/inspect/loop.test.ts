import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridOf } from '../../../src/inspect/grid.ts';
import { look } from '../../../src/inspect/look.ts';
import { LoopWatch } from '../../../src/inspect/loop.ts';
import { DRAWN, normal } from '../../support/drawn-camera.ts';

const RATE = 5;
const GRID = gridOf(DRAWN, []);

function periods(pictures: readonly (Uint8Array | null)[]): (number | null)[] {
	const watch = new LoopWatch(RATE, GRID.blocks.length);
	let missed = 0;
	return pictures.flatMap((luma) => {
		if (luma === null) {
			missed++;
			return [];
		}
		const { periodSeconds } = watch.next(look(luma, GRID).means, missed);
		missed = 0;
		return [periodSeconds];
	});
}

const scene = (seconds: number) => Array.from({ length: seconds * RATE }, (_, index) => normal(index / RATE));

test('seconds that come again and again are a loop of their length, told in its second round', () => {
	const begun = scene(20);
	const round = begun.slice(-4 * RATE);
	const found = periods([...begun, ...round, ...round]);
	assert.ok(found.slice(0, begun.length).every((period) => period === null));
	assert.equal(found[begun.length + 2 * RATE], 4);
});

test('a loop of which pictures are missing is one of the same length', () => {
	const begun = scene(20);
	const round = begun.slice(-5 * RATE);
	const holes = [...round, ...round, ...round].map((luma, index) => (index % 7 === 3 ? null : luma));
	assert.equal(periods([...begun, ...holes]).at(-1), 5);
});

test('what repeats within two seconds is machinery, and a scene in which nothing moves is no loop', () => {
	const begun = scene(20);
	const fast = begun.slice(-1 * RATE);
	assert.equal(periods([...begun, ...Array.from({ length: 12 }, () => fast).flat()]).at(-1), null);
	const empty = Array.from({ length: 60 * RATE }, (_, index) => normal(index / RATE, { walkers: 0 }));
	assert.ok(periods(empty).every((period) => period === null));
});
