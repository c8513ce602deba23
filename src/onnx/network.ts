import type { TensorShapes, Tensors } from './tensors.ts';

/** A network to be run for many cameras. Shapes are those of one sample: the batch axis in front is not written. */
export interface Network {
	/** Said in errors and events. */
	readonly name: string;
	/** Picture size, as in "256x144". */
	readonly size: string;
	readonly inputs: TensorShapes;
	readonly outputs: TensorShapes;
	/** Sizes there are files for; 1 among them. */
	readonly batchSizes: readonly number[];
	/** The ONNX file whose tensors all have a leading axis of `batchSize`. Samples must not influence each other in it. */
	onnx(batchSize: number): Uint8Array;
	/** The same network as TensorFlow.js's process reads it; without it only ONNX Runtime can run it. */
	portable?(batchSize: number): Uint8Array;
	/** Inputs of a typical sample, on which every provider must agree with the CPU. */
	readonly selfTest: Tensors;
	/**
	 * Largest difference from the CPU that a provider may show on the self-test: for each output the length of the
	 * difference over the length of the CPU's. Default 0.01.
	 */
	readonly tolerance?: number;
}

/** What became of one sample. */
export interface Inferred {
	/** The caller's own arrays. */
	readonly outputs: Readonly<Record<string, Tensors[string]>>;
	/** Time the batch took. */
	readonly inferenceMs: number;
	/** Samples in the batch. */
	readonly batchSize: number;
}
