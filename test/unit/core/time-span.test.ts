import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TimeSpan, touches } from '../../../src/core/time-span.ts';
import { utcMs } from '../../../src/core/units.ts';

const span = (from: number, to: number): TimeSpan => ({ from: utcMs(from), to: utcMs(to) });

test('spans touch where they share a moment, their ends included', () => {
	const spans = [span(10, 20), span(40, 50)];
	for (const [from, to, shares] of [
		[0, 9, false],
		[0, 10, true],
		[12, 13, true],
		[20, 30, true],
		[21, 39, false],
		[0, 100, true],
	] as const) {
		assert.equal(touches(span(from, to), spans), shares, `${from} to ${to}`);
	}
	assert.equal(touches(span(0, 100), []), false);
});
