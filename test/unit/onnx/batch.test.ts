import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gather, scatter } from '../../../src/onnx/batch.ts';
import type { TensorShapes } from '../../../src/onnx/tensors.ts';

const SHAPES = {
	frames: { type: 'uint8', shape: [2, 1] },
	gate: { type: 'float32', shape: [] },
	index: { type: 'int64', shape: [1] },
} as const satisfies TensorShapes;

const SAMPLES = [
	{ frames: Uint8Array.of(1, 2), gate: Float32Array.of(0.5), index: BigInt64Array.of(7n) },
	{ frames: Uint8Array.of(3, 4), gate: Float32Array.of(1.5), index: BigInt64Array.of(8n) },
];

test('samples are put behind one another', () => {
	assert.deepEqual(gather(SHAPES, SAMPLES), {
		frames: Uint8Array.of(1, 2, 3, 4),
		gate: Float32Array.of(0.5, 1.5),
		index: BigInt64Array.of(7n, 8n),
	});
});

test('a batch is taken apart into arrays that share nothing', () => {
	const batch = gather(SHAPES, SAMPLES);
	const apart = scatter(batch, 2);
	assert.deepEqual(apart, SAMPLES);
	const buffers = apart.flatMap((sample) => Object.values(sample).map((data) => data.buffer));
	assert.equal(new Set([...buffers, ...Object.values(batch).map((data) => data.buffer)]).size, 9);
});

test('a batch of one is handed on without a copy', () => {
	const batch = gather(SHAPES, SAMPLES.slice(0, 1));
	assert.equal(scatter(batch, 1)[0]!['frames'], batch['frames']);
});
