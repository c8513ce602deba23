import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestDisagreement } from '../../../src/onnx/agreement.ts';

test('the output that differs most is named, in shares of its own length', () => {
	const reference = { small: Float32Array.of(3, 4), large: Float32Array.of(300, 400) };
	const found = { small: Float32Array.of(3, 3.5), large: Float32Array.of(300, 405) };
	assert.deepEqual(largestDisagreement(reference, found), { output: 'small', difference: 0.1 });
});

test('equal outputs differ by nothing, zeros included', () => {
	const same = { a: new Float32Array(3), b: BigInt64Array.of(5n), c: Uint8Array.of(7) };
	assert.equal(largestDisagreement(same, structuredClone(same)).difference, 0);
});

test('anything differs endlessly from nothing', () => {
	assert.ok(largestDisagreement({ a: Float32Array.of(0) }, { a: Float32Array.of(1e-3) }).difference > 1e100);
	assert.equal(largestDisagreement({ a: Float32Array.of(1) }, {}).difference, Number.POSITIVE_INFINITY);
});

test('a value that is not finite agrees only with itself', () => {
	const difference = (a: number, b: number) =>
		largestDisagreement({ a: Float32Array.of(a) }, { a: Float32Array.of(b) }).difference;
	assert.equal(difference(1, Number.NaN), Number.POSITIVE_INFINITY);
	assert.equal(difference(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), Number.POSITIVE_INFINITY);
	assert.equal(difference(Number.NaN, Number.NaN), 0);
});
