import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, RECONNECT } from '../../../src/core/backoff.ts';

test('backoffMs() doubles from the first wait and never exceeds the longest', () => {
	const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempt) => backoffMs(attempt, { ...RECONNECT, jitter: 0 }, 0.5));
	assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('backoffMs() spreads a wait by its jitter', () => {
	assert.equal(backoffMs(1, RECONNECT, 0), 800);
	assert.equal(Math.round(backoffMs(1, RECONNECT, 0.999999)), 1200);
	assert.equal(backoffMs(50, RECONNECT, 0.999999), 60_000);
});
