import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicMs } from '../../../src/core/units.ts';
import { chooseBatch, type Lane, largestFitting } from '../../../src/onnx/choose-batch.ts';

const DEADLINE_MS = 5;

function lane(since: readonly number[], rest: Partial<Lane> = {}): Lane {
	const waiting = since.map((at) => ({ since: monotonicMs(at) }));
	return { waiting, sizes: [1, 2, 4, 8], batchMax: 8, free: true, ...rest };
}

function choose(lanes: readonly Lane[], now: number) {
	return chooseBatch(lanes, monotonicMs(now), DEADLINE_MS);
}

test('a sample waits for others until its deadline, then goes alone', () => {
	const only = lane([100]);
	assert.deepEqual(choose([only], 102), { kind: 'wait', forMs: 3 });
	assert.deepEqual(choose([only], 105), { kind: 'run', lane: only, batchSize: 1 });
});

test('a full batch goes at once', () => {
	const full = lane([100, 100, 101, 101], { batchMax: 4 });
	assert.deepEqual(choose([full], 101), { kind: 'run', lane: full, batchSize: 4 });
});

test('what waits is split into the batch sizes there are', () => {
	const sizes: number[] = [];
	const since = [100, 100, 100, 100, 100, 100, 100];
	while (since.length > 0) {
		const choice = choose([lane(since)], 106);
		assert.ok(choice.kind === 'run');
		sizes.push(choice.batchSize);
		since.splice(0, choice.batchSize);
	}
	assert.deepEqual(sizes, [4, 2, 1]);
});

test('a batch size that is not open yet is not run', () => {
	const half = lane([100, 100, 100, 100], { sizes: [1, 2] });
	assert.deepEqual(choose([half], 105), { kind: 'run', lane: half, batchSize: 2 });
});

test('of two networks that are due the one with the oldest sample goes first, even before a full one', () => {
	const older = lane([100]);
	const full = lane([101, 101], { batchMax: 2, sizes: [1, 2] });
	assert.deepEqual(choose([full, older], 105), { kind: 'run', lane: older, batchSize: 1 });
	assert.deepEqual(choose([full, older], 104), { kind: 'run', lane: full, batchSize: 2 });
});

test('a network without a free thread holds nobody up', () => {
	const stuck = lane([1], { free: false });
	const later = lane([100]);
	assert.deepEqual(choose([stuck, later], 105), { kind: 'run', lane: later, batchSize: 1 });
	assert.deepEqual(choose([stuck], 105), { kind: 'idle' });
});

test('where nothing waits there is nothing to do', () => {
	assert.deepEqual(choose([], 1), { kind: 'idle' });
	assert.deepEqual(choose([lane([])], 1), { kind: 'idle' });
});

test('of several deadlines the nearest is waited for', () => {
	assert.deepEqual(choose([lane([103]), lane([101])], 104), { kind: 'wait', forMs: 2 });
});

test('the largest size that fits is found, and 1 where none does', () => {
	assert.equal(largestFitting([1, 2, 4], 3), 2);
	assert.equal(largestFitting([4], 3), 1);
});
