import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureClock } from '../../../src/ingest/capture-clock.ts';
import { seededRandom } from '../../support/random.ts';

test('Capture times keep the distances of PTS whatever the network does, and are anchored at the fastest packet', () => {
	const random = seededRandom(7);
	const clock = captureClock();
	const worst = Array.from({ length: 500 }, (_, n) => {
		const taken = 50_000 + n * 40;
		const arrived = taken + 5 + 200 * random() ** 4;
		return Math.abs(clock.capturedMs(1000 + n * 0.04, arrived) - (taken + 5));
	}).slice(100);
	assert.ok(Math.max(...worst) < 2, `off by ${Math.max(...worst)} ms`);
});

test('A capture time is never after the arrival and never before an earlier one', () => {
	const random = seededRandom(8);
	const clock = captureClock();
	let before = Number.NEGATIVE_INFINITY;
	for (let n = 0; n < 2000; n++) {
		const arrived = n * 40 + 100 * random();
		const captured = clock.capturedMs(n * 0.04, arrived);
		assert.ok(captured <= arrived + 1e-6);
		assert.ok(captured >= before);
		before = captured;
	}
});

test('A camera whose clock is 200 ppm slow is followed', () => {
	const clock = captureClock();
	let error = 0;
	// Six hours: uncorrected, the error would be 4.3 s.
	for (let n = 0; n < 6 * 3600; n++) {
		const taken = n * 1000;
		const captured = clock.capturedMs(n * (1 - 200e-6), taken + 10);
		error = Math.abs(captured - (taken + 10));
		assert.ok(error < 10, `off by ${error} ms after ${n} s`);
	}
});

test('A stall of the network does not move the anchor by more than the drift allowed', () => {
	const clock = captureClock();
	for (let n = 0; n < 250; n++) clock.capturedMs(n * 0.04, n * 40);
	// Three seconds late, then caught up.
	const late = clock.capturedMs(10, 13_000);
	assert.ok(Math.abs(late - 10_000) < 10, `${late}`);
});

test('When the stream begins another clock, so does the anchor', () => {
	const clock = captureClock();
	clock.capturedMs(5000, 1000);
	assert.equal(clock.capturedMs(3, 2000), 2000);
	assert.equal(clock.capturedMs(3.2, 2210), 2200);
});
