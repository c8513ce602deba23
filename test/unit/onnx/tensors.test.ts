import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { batched, checkShapes, checkTensors, type TensorShapes } from '../../../src/onnx/tensors.ts';

const SHAPES: TensorShapes = { frames: { type: 'uint8', shape: [2, 3] }, gate: { type: 'float32', shape: [] } };

function invalid(message: RegExp) {
	return (error: unknown) => isForeframeError(error, 'MODEL_INVALID') && message.test(error.message);
}

test('a batch axis is put in front', () => {
	assert.deepEqual(batched(SHAPES, 4), {
		frames: { type: 'uint8', shape: [4, 2, 3] },
		gate: { type: 'float32', shape: [4] },
	});
});

test('tensors that do not fit are named with what they are and what was wanted', () => {
	checkTensors('x', SHAPES, { frames: new Uint8Array(6), gate: new Float32Array(1) });
	const check = (tensors: Parameters<typeof checkTensors>[2]) => () => checkTensors('The model', SHAPES, tensors);
	assert.throws(
		check({ frames: new Uint8Array(5), gate: new Float32Array(1) }),
		invalid(/^The model got 5 values of uint8 for "frames": expected uint8 \[2, 3\]/),
	);
	assert.throws(
		check({ frames: new Float32Array(6), gate: new Float32Array(1) }),
		invalid(/6 values of float32 for "frames"/),
	);
	assert.throws(check({ frames: new Uint8Array(6) }), invalid(/no tensor "gate": expected float32 \[\]/));
	assert.throws(
		check({ frames: new Uint8Array(6), gate: new Float32Array(1), more: new Uint8Array(1) }),
		invalid(/a tensor "more": expected nothing/),
	);
});

test('a network that is not what it says is refused by tensor, shape and what was wanted', () => {
	checkShapes('x', SHAPES, { ...SHAPES });
	assert.throws(
		() => checkShapes('The inputs of m', SHAPES, { ...SHAPES, frames: { type: 'uint8', shape: [3, 2] } }),
		invalid(/^The inputs of m has uint8 \[3, 2\] as "frames": expected uint8 \[2, 3\]/),
	);
	assert.throws(
		() => checkShapes('m', SHAPES, { frames: SHAPES['frames'] }),
		invalid(/has nothing as "gate": expected float32 \[\]/),
	);
	assert.throws(() => checkShapes('m', {}, SHAPES), invalid(/has uint8 \[2, 3\] as "frames": expected nothing/));
});
