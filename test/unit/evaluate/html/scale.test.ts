import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, scaleTo, ticks } from '../../../../src/evaluate/html/scale.ts';

test('a scale is straight between its ends and holds what lies outside at them', () => {
	const y = scaleTo(4, 100, 20);
	assert.deepEqual([0, 1, 4, 9, -1].map(y), [100, 80, 20, 20, 100]);
	assert.equal(scaleTo(0, 5, 10)(3), 5);
});

test('ticks are round numbers from 0 that do not pass the end', () => {
	assert.deepEqual(ticks(18, 6), [0, 5, 10, 15]);
	assert.deepEqual(ticks(1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
	assert.deepEqual(ticks(0.3, 3), [0, 0.1, 0.2, 0.3]);
	assert.deepEqual(ticks(600, 5), [0, 200, 400, 600]);
	assert.deepEqual(ticks(0, 5), [0]);
});

test('coordinates are written to a tenth', () => {
	assert.equal(at(12.345), '12.3');
	assert.equal(at(7), '7');
});
