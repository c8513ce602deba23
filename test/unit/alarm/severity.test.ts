import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severityOf } from '../../../src/alarm/severity.ts';

test('severity follows how much rarer the peak is than the budget allows', () => {
	assert.deepEqual(
		[5, 5.9, 6, 7.9, 8, 20].map((peak) => severityOf(peak, 5)),
		['low', 'low', 'medium', 'medium', 'high', 'high'],
	);
});
