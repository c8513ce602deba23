import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grown } from '../../../../src/evaluate/regions/grown.ts';
import { seededRandom } from '../../../support/random.ts';

test('a cell is set where one is set near enough, and rows do not run into each other', () => {
	const next = seededRandom(1);
	const size = { width: 13, height: 7 };
	const isSet = Uint8Array.from({ length: 91 }, () => (next() < 0.06 ? 1 : 0));
	for (const reach of [0, 1, 2, 20]) {
		const wanted = Uint8Array.from({ length: 91 }, (_, cell) => {
			const near = (other: number) =>
				Math.abs((other % 13) - (cell % 13)) <= reach &&
				Math.abs(Math.floor(other / 13) - Math.floor(cell / 13)) <= reach;
			return isSet.some((value, other) => value === 1 && near(other)) ? 1 : 0;
		});
		assert.deepEqual(grown(isSet, size, reach), wanted, `reach ${reach}`);
	}
});
