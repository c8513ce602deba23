import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Prediction } from '../../../src/core/prediction.ts';
import { itemUsage, MemoryTally } from '../../../src/evaluate/memory-tally.ts';
import { predictionOf } from '../../support/scores.ts';

function seen(usage: readonly number[], updated = false): Prediction {
	return {
		...predictionOf({ run: 1, index: 0, channels: {} }),
		memory: { usage: Float32Array.from(usage), nearest: new Float32Array(0), similarity: new Float32Array(0), updated },
	};
}

test('items in use are 2 to the power of the entropy of their shares', () => {
	assert.equal(itemUsage([]), null);
	const even = itemUsage([Float32Array.of(0.25, 0.25, 0.25, 0.25)])!;
	assert.deepEqual([even.entropyBits, even.effectiveItems], [2, 4]);
	const one = itemUsage([Float32Array.of(0, 1, 0)])!;
	assert.deepEqual([one.entropyBits, one.effectiveItems], [0, 1]);
	// 1/2 · 1 + 2 · 1/4 · 2 bits.
	assert.equal(itemUsage([Float32Array.of(0.5, 0.25, 0.25)])!.entropyBits, 1.5);
});

test('one item a window, but not always the same, is one in use a window and more over all', () => {
	const usage = itemUsage([Float32Array.of(1, 0), Float32Array.of(0, 1)])!;
	assert.deepEqual(usage, {
		windows: 2,
		shares: [0.5, 0.5],
		entropyBits: 1,
		effectiveItems: 2,
		effectiveItemsPerWindow: 1,
	});
});

test('normal and anomalous windows, and what the gate let through, are counted apart', () => {
	const tally = new MemoryTally();
	for (const updated of [true, true, false]) tally.calibration(seen([1, 0], updated));
	tally.test(seen([1, 0], true), { frozen: false, anomalous: false });
	tally.test(seen([0, 1]), { frozen: true, anomalous: true });
	tally.test(seen([0, 1]), { frozen: false, anomalous: true });
	const figures = tally.figures()!;
	assert.equal(figures.items, 2);
	assert.deepEqual([figures.normal?.windows, figures.normal?.shares], [1, [1, 0]]);
	assert.deepEqual([figures.anomalous?.windows, figures.anomalous?.shares], [2, [0, 1]]);
	assert.deepEqual(figures.calibrationGate, { windows: 3, frozen: 0, updated: 2 });
	assert.deepEqual(figures.testGate, { windows: 3, frozen: 1, updated: 1 });
});

test('a detector without a memory has no figures', () => {
	const tally = new MemoryTally();
	tally.calibration(predictionOf({ run: 1, index: 0, channels: {} }));
	tally.test(predictionOf({ run: 1, index: 1, channels: {} }), { frozen: false, anomalous: true });
	assert.equal(tally.figures(), null);
});
