import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../../../src/evaluate/regions/components.ts';

function partsOf(...rows: readonly string[]) {
	const isSet = Uint8Array.from(rows.join(''), (cell) => (cell === '#' ? 1 : 0));
	return components(isSet, { width: rows[0]!.length, height: rows.length });
}

test('cells that share a side or a corner are one part, with the box around it', () => {
	const parts = partsOf(
		// One bent part with a corner contact, and one cell apart.
		'##...',
		'..#..',
		'..#.#',
	);
	assert.deepEqual(
		parts.map(({ cells, ...box }) => [cells.toSorted((a, b) => a - b), box]),
		[
			[[0, 1, 7, 12], { left: 0, top: 0, right: 3, bottom: 3 }],
			[[14], { left: 4, top: 2, right: 5, bottom: 3 }],
		],
	);
});

test('the right end of a row does not touch the left end of the next', () => {
	assert.equal(partsOf('..#', '#..').length, 2);
});

test('nothing set has no part, all set is one', () => {
	assert.deepEqual(partsOf('..', '..'), []);
	const [all, ...rest] = partsOf('##', '##');
	assert.deepEqual(rest, []);
	assert.deepEqual(all?.cells.length, 4);
});
