import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/core/clock.ts';
import { abortError } from '../../../src/core/clock.ts';
import { ForeframeError } from '../../../src/core/errors.ts';
import { supervise } from '../../../src/core/supervise.ts';
import { monotonicMs, utcMs } from '../../../src/core/units.ts';

function fakeClock() {
	const state = { now: 0, slept: [] as number[] };
	const clock: Clock = {
		utcNow: () => utcMs(state.now),
		monotonicNow: () => monotonicMs(state.now),
		sleep: async (ms, signal) => {
			if (signal.aborted) throw abortError(signal);
			state.slept.push(ms);
			state.now += ms;
		},
	};
	return { state, clock };
}

const backoff = { firstMs: 1000, maxMs: 60_000, jitter: 0 };

test('supervise() waits out expected failures with growing pauses until the task returns', async () => {
	const { state, clock } = fakeClock();
	let failures = 8;
	await supervise(
		async () => {
			if (failures-- > 0) throw new ForeframeError('SOURCE_FAILED', 'Cannot reach the camera');
		},
		{
			signal: new AbortController().signal,
			clock,
			backoff,
			random: Math.random,
			goodAfterMs: 10_000,
			onFailure: () => {},
		},
	);
	assert.deepEqual(state.slept, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('supervise() starts its pauses anew after a run that lasted', async () => {
	const { state, clock } = fakeClock();
	const runs = [0, 0, 20_000, 0];
	await supervise(
		async () => {
			const lasted = runs.shift();
			if (lasted === undefined) return;
			state.now += lasted;
			throw new ForeframeError('SOURCE_FAILED', 'Cannot reach the camera');
		},
		{
			signal: new AbortController().signal,
			clock,
			backoff,
			random: Math.random,
			goodAfterMs: 10_000,
			onFailure: () => {},
		},
	);
	assert.deepEqual(state.slept, [1000, 2000, 1000, 2000]);
});

test('supervise() throws a bug at once', async () => {
	const { state, clock } = fakeClock();
	const bug = new TypeError('undefined is not a function');
	await assert.rejects(
		supervise(() => Promise.reject(bug), {
			signal: new AbortController().signal,
			clock,
			backoff,
			random: Math.random,
			goodAfterMs: 1,
			onFailure: () => {},
		}),
		bug,
	);
	assert.deepEqual(state.slept, []);
});

test('supervise() returns when its signal aborts', async () => {
	const { clock } = fakeClock();
	const controller = new AbortController();
	await supervise(
		async (signal) => {
			controller.abort();
			throw abortError(signal);
		},
		{ signal: controller.signal, clock, backoff, random: Math.random, goodAfterMs: 1, onFailure: () => assert.fail() },
	);
});
