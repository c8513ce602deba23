import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averageInto } from '../../../src/learn/average.ts';

test('the first step is the mean, and step 10 counts half', () => {
	const mean = new Map([['w', Float32Array.of(5, 5)]]);
	averageInto(mean, { w: Float32Array.of(1, 2), other: new Float32Array(1) }, 0);
	assert.deepEqual([...mean.get('w')!], [1, 2]);
	averageInto(mean, { w: Float32Array.of(3, 2) }, 10);
	assert.deepEqual([...mean.get('w')!], [2, 2]);
});

test('late in learning the mean reaches back over 300 steps', () => {
	const mean = new Map([['w', Float32Array.of(0)]]);
	for (let step = 100_000; step < 100_300; step++) averageInto(mean, { w: Float32Array.of(1) }, step);
	assert.ok(Math.abs(mean.get('w')![0]! - (1 - (1 - 1 / 300) ** 300)) < 1e-4);
});
