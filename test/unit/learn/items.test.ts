import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviveItems, startMemory } from '../../../src/learn/items.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { unitItems } from '../../support/mnad-model.ts';

test('items begin as unit vectors in all directions', () => {
	const [m, c] = [40, 64];
	const items = startMemory([m, c], seededRandom(1));
	const row = (item: number) => items.subarray(item * c, (item + 1) * c);
	for (let item = 0; item < m; item++) assert.ok(Math.abs(Math.hypot(...row(item)) - 1) < 1e-6);
	const cosines = Array.from({ length: m - 1 }, (_, item) =>
		row(item + 1).reduce((sum, value, index) => sum + value * row(0)[index]!, 0),
	);
	assert.ok(Math.max(...cosines.map(Math.abs)) < 0.5, `${cosines}`);
});

test('an item that hardly any query is nearest to is put where a query is; others stay', () => {
	const [m, c] = [4, 8];
	const items = unitItems(m, c, 1);
	const before = items.slice();
	const queries = unitItems(20, c, 2);
	// A tenth of an even share is .025.
	const usage = Float32Array.of(0.5, 0.024, 0.026, 0);
	reviveItems(items, usage, queries, seededRandom(1));
	const row = (of: Float32Array, at: number) => [...of.subarray(at * c, (at + 1) * c)];
	const isQuery = (item: number) =>
		Array.from({ length: 20 }, (_, query) => row(queries, query)).some((query) => `${query}` === `${row(items, item)}`);
	assert.deepEqual(row(items, 0), row(before, 0));
	assert.deepEqual(row(items, 2), row(before, 2));
	assert.ok(isQuery(1) && isQuery(3));
	assert.deepEqual([...usage], [0.5, 0.25, Math.fround(0.026), 0.25]);
});
