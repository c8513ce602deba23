import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budget, duration, percent, seconds, short } from '../../../../src/evaluate/html/format.ts';

test('figures are written for people', () => {
	assert.deepEqual([0.9731, 1, 0, null, undefined].map(percent), ['97.3 %', '100.0 %', '0.0 %', '–', '–']);
	assert.deepEqual([1.25, null].map(seconds), ['1.3 s', '–']);
	assert.deepEqual([3, 0.5, 30 / 3600].map(duration), ['3.0 hours', '30.0 minutes', '30.0 seconds']);
	assert.deepEqual([243.2, 0.041666, 2].map(short), ['243', '0.0417', '2']);
});

test('a budget is told in the unit in which it is about one', () => {
	assert.deepEqual([2, 1, 1 / 24, 3 / 24, 1 / 168, 3 / 168].map(budget), [
		'2 false alarms an hour',
		'1 false alarm an hour',
		'1 false alarm a day',
		'3 false alarms a day',
		'1 false alarm a week',
		'3 false alarms a week',
	]);
});
