import type { Network } from '../../src/onnx/network.ts';
import { onnxFile } from './onnx-file.ts';

export const SIDE = 16;
export const ITEMS = 3;
export const WIDTH = 4;

/**
 * A small convolutional network in the form detectors have: four uint8 frames, a memory and a gate go in; a picture, the
 * memory plus the gate times one, and the mean of the picture come out. Channel counts are multiples of four.
 */
export function smallNetwork(name = 'small', sizes: readonly number[] = [1, 2, 4, 8]): Network {
	return {
		name,
		size: `${SIDE}x${SIDE}`,
		batchSizes: sizes,
		inputs: {
			frames: { type: 'uint8', shape: [4, SIDE, SIDE] },
			memory: { type: 'float32', shape: [ITEMS, WIDTH] },
			gate: { type: 'float32', shape: [] },
		},
		outputs: {
			picture: { type: 'float32', shape: [4, SIDE, SIDE] },
			memoryNext: { type: 'float32', shape: [ITEMS, WIDTH] },
			mean: { type: 'float32', shape: [1, 1, 1] },
		},
		onnx: smallNetworkOnnx,
		selfTest: smallSample(1),
	};
}

/** Inputs that differ with the seed. */
export function smallSample(seed: number) {
	return {
		frames: Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, index) => (index * 31 + seed * 97) % 251),
		memory: Float32Array.from({ length: ITEMS * WIDTH }, (_, index) => seed + index / 10),
		gate: Float32Array.of(seed),
	};
}

export function smallNetworkOnnx(batch: number): Uint8Array {
	const kernel = (outputs: number, inputs: number, phase: number) => ({
		shape: [outputs, inputs, 3, 3],
		data: Float32Array.from({ length: outputs * inputs * 9 }, (_, index) => Math.sin(index * 1.7 + phase) / 12),
	});
	const conv = (input: string, weight: string, output: string) => ({
		op: 'Conv',
		inputs: [input, weight],
		outputs: [output],
		attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
	});
	return onnxFile({
		inputs: [
			{ name: 'frames', type: 'uint8', shape: [batch, 4, SIDE, SIDE] },
			{ name: 'memory', type: 'float32', shape: [batch, ITEMS, WIDTH] },
			{ name: 'gate', type: 'float32', shape: [batch] },
		],
		outputs: [
			{ name: 'picture', type: 'float32', shape: [batch, 4, SIDE, SIDE] },
			{ name: 'memoryNext', type: 'float32', shape: [batch, ITEMS, WIDTH] },
			{ name: 'mean', type: 'float32', shape: [batch, 1, 1, 1] },
		],
		weights: {
			first: kernel(8, 4, 0),
			second: kernel(4, 8, 1),
			scale: { shape: [], data: Float32Array.of(1 / 255) },
			gateShape: { shape: [3], data: BigInt64Array.of(BigInt(batch), 1n, 1n) },
		},
		nodes: [
			{ op: 'Cast', inputs: ['frames'], outputs: ['raw'], attributes: { to: 1 } },
			{ op: 'Mul', inputs: ['raw', 'scale'], outputs: ['scaled'] },
			conv('scaled', 'first', 'hidden'),
			{ op: 'Relu', inputs: ['hidden'], outputs: ['active'] },
			conv('active', 'second', 'picture'),
			{ op: 'Reshape', inputs: ['gate', 'gateShape'], outputs: ['gates'] },
			{ op: 'Add', inputs: ['memory', 'gates'], outputs: ['memoryNext'] },
			{ op: 'ReduceMean', inputs: ['picture'], outputs: ['mean'], attributes: { axes: [1, 2, 3] } },
		],
	});
}
