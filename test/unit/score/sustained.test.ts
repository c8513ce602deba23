import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sustained } from '../../../src/score/sustained.ts';
import { seededRandom } from '../../support/random.ts';

test('a level is held for a time where every window of that time reaches it', () => {
	const random = seededRandom(5);
	const values = Float64Array.from({ length: 500 }, random);
	const steps = Uint32Array.from({ length: 500 }, (_, i) => (i === 0 || random() < 0.02 ? 0 : random() < 0.1 ? 3 : 1));
	for (const frames of [0, 1, 5, 20]) {
		const held = sustained(values, steps, frames);
		for (let i = 0; i < values.length; i++)
			assert.equal(held[i], byHand(values, steps, frames, i), `window ${i}, ${frames} frames`);
	}
});

/** The least from here back to the first window that is so many frames ago. */
function byHand(values: Float64Array, steps: Uint32Array, frames: number, i: number): number {
	let least = values[i]!;
	let back = 0;
	for (let j = i; back < frames; j--) {
		if (j === 0 || steps[j] === 0) return Number.NEGATIVE_INFINITY;
		back += steps[j]!;
		least = Math.min(least, values[j - 1]!);
	}
	return least;
}
