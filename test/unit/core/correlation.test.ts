import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correlation } from '../../../src/core/correlation.ts';

test('a correlation minds neither scale nor offset, and what is constant correlates with nothing', () => {
	assert.ok(Math.abs(correlation([1, 2, 3, 4], [30, 50, 70, 90]) - 1) < 1e-12);
	assert.ok(Math.abs(correlation([1, 2, 3, 4], [4, 3, 2, 1]) + 1) < 1e-12);
	// Worked out by hand: 4 / sqrt(5 * 5).
	assert.ok(Math.abs(correlation([1, 2, 3, 4], [1, 3, 2, 4]) - 0.8) < 1e-12);
	assert.equal(correlation([1, 2, 3], [5, 5, 5]), 0);
});
