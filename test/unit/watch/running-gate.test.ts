import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningGate } from '../../../src/watch/running-gate.ts';
import { seededRandom } from '../../support/random.ts';

test('a gate follows until nineteen of twenty windows pass it, as contrast grows slowly', () => {
	const random = seededRandom(1);
	const gate = new RunningGate(0.05);
	// Even between 0 and twice the mean, whose share of .95 is 1.9 times the mean.
	for (let window = 0; window < 20_000; window++) {
		const mean = (0.05 / 1.9) * (1 + Math.min(0.6, window / 20_000));
		gate.follow(2 * mean * random());
	}
	assert.ok(Math.abs(gate.value / 0.08 - 1) < 0.08, `${gate.value}`);
});

test('a gate never leaves half to twice what was calibrated', () => {
	const gate = new RunningGate(0.05);
	for (let window = 0; window < 5000; window++) gate.follow(10);
	assert.equal(gate.value, 0.1);
	for (let window = 0; window < 50_000; window++) gate.follow(0);
	assert.equal(gate.value, 0.025);
});
