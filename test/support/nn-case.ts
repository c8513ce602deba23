import assert from 'node:assert/strict';
import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import { differentiate } from '../../src/nn/differentiate.ts';
import { type DType, Graph, type Tensor } from '../../src/nn/graph.ts';
import { randomFor } from '../../src/nn/initialise.ts';
import { interpret, type TensorFlow } from '../../src/nn/interpret/interpret.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { add, cast, multiply } from '../../src/nn/ops/elementwise.ts';
import { reduceSum } from '../../src/nn/ops/reduce.ts';
import { sizeOf } from '../../src/nn/shape.ts';

export interface InputSpec {
	readonly shape: readonly number[];
	/** float32 (default) values are spread evenly over [low, high] in a random order: none are equal, none is near 0. */
	readonly dtype?: DType;
	readonly low?: number;
	readonly high?: number;
	/** For other types: the values themselves. */
	readonly values?: readonly number[];
}

export interface OperatorCase {
	readonly name: string;
	readonly inputs: readonly InputSpec[];
	readonly build: (inputs: readonly Tensor[], graph: Graph) => Tensor | readonly Tensor[];
	/** Largest difference between runtimes, relative to 1 + the largest magnitude of the tensor. */
	readonly tolerance: number;
	/** How far a directional finite difference may be off, relative to 1 + its magnitude. */
	readonly differenceTolerance: number;
	/** Which inputs to differentiate; default: all of float32. */
	readonly wrt?: readonly number[];
	/** Why a finite difference is not the gradient. */
	readonly noDifferences?: string;
	/** Why TensorFlow.js cannot differentiate this row itself. */
	readonly noAutodiff?: string;
}

/** Of a central difference: rounding leaves about 1e-4 of a quotient near 1, curvature about 1e-6. */
const STEP = 1e-3;
const DIRECTIONS = 3;

/**
 * Runs a row on onnxruntime and compares its values with TensorFlow.js on the same graph, and its gradients with
 * finite differences, with TensorFlow.js on the same graph, and with TensorFlow.js's own gradients of the forward pass.
 */
export async function checkCase(tf: TensorFlow, row: OperatorCase): Promise<void> {
	const { graph, inputs, wrt, loss } = graphOf(row);
	const data = row.inputs.map((spec, index) => valuesOf(spec, `${row.name} ${index}`));
	const session = await InferenceSession.create(emitOnnx(graph, { parameters: 'inputs' }));
	const found = await run(session, inputs, data);
	const tensors = tf.tidy(() => inputs.map((input, index) => tensor(tf, input, data[index]!)));
	const interpreted = tf.tidy(() => interpret(tf, graph, [...graph.outputs.values()], byName(tensors)));
	for (const [index, name] of [...graph.outputs.keys()].entries())
		assertClose(found.get(name)!, interpreted[index]!.dataSync(), row.tolerance, `${name} against TensorFlow.js`);
	if (loss) {
		if (!row.noDifferences) await checkDifferences(row, session, inputs, data, wrt, found);
		if (!row.noAutodiff) checkAutodiff(tf, row, graph, loss, tensors, wrt, found);
	}
	await session.release();
}

/** The row's results `yINDEX` and gradients `dINDEX` as outputs of a graph with the inputs `xINDEX`. */
export function graphOf(row: OperatorCase) {
	const graph = new Graph();
	const inputs = row.inputs.map(({ shape, dtype }, index) => graph.input(`x${index}`, shape, dtype));
	const results = [row.build(inputs, graph)].flat();
	for (const [index, result] of results.entries())
		graph.output(`y${index}`, result.dtype === 'bool' ? cast(result, 'int32') : result);
	const wrt = row.wrt ?? inputs.flatMap(({ dtype }, index) => (dtype === 'float32' ? [index] : []));
	const loss = wrt.length > 0 ? differentiateInto(graph, results, inputs, wrt) : undefined;
	return { graph, inputs, wrt, loss };
}

/** Adds a scalar in which no two elements of a result count alike, and its gradients `dINDEX`. */
function differentiateInto(
	graph: Graph,
	results: readonly Tensor[],
	inputs: readonly Tensor[],
	wrt: readonly number[],
): Tensor {
	const terms = results.flatMap((result, index) =>
		result.dtype === 'float32'
			? [reduceSum(multiply(result, graph.constant(weights(index, sizeOf(result.shape)), result.shape)))]
			: [],
	);
	const loss = terms.reduce((sum, term) => add(sum, term));
	const gradients = differentiate(
		graph,
		loss,
		wrt.map((index) => inputs[index]!),
	);
	for (const [position, index] of wrt.entries()) graph.output(`d${index}`, gradients[position]!);
	return loss;
}

async function checkDifferences(
	row: OperatorCase,
	session: InferenceSession,
	inputs: readonly Tensor[],
	data: readonly Float32Array[],
	wrt: readonly number[],
	found: ReadonlyMap<string, ArrayLike<number>>,
): Promise<void> {
	for (const index of wrt)
		for (let trial = 0; trial < DIRECTIONS; trial++) {
			const random = randomFor(trial, `direction of ${row.name} ${index}`);
			const direction = data[index]!.map(() => 2 * random() - 1);
			const at = async (step: number) => {
				const moved = data[index]!.map((value, i) => value + step * direction[i]!);
				return lossOf(await run(session, inputs, data.with(index, moved)));
			};
			const difference = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP);
			const gradient = found.get(`d${index}`)!;
			const slope = direction.reduce((sum, along, i) => sum + along * gradient[i]!, 0);
			const error = Math.abs(difference - slope) / (1 + Math.abs(slope));
			assert.ok(error <= row.differenceTolerance, `d${index}: slope ${slope}, finite difference ${difference}`);
		}
}

function checkAutodiff(
	tf: TensorFlow,
	row: OperatorCase,
	graph: Graph,
	loss: Tensor,
	tensors: readonly TfTensor[],
	wrt: readonly number[],
	found: ReadonlyMap<string, ArrayLike<number>>,
): void {
	const forward = (...values: TfTensor[]) => {
		const all = tensors.map((value, index) => values[wrt.indexOf(index)] ?? value);
		return interpret(tf, graph, [loss], byName(all))[0]!;
	};
	const gradients = tf.grads(forward)(wrt.map((index) => tensors[index]!));
	for (const [position, index] of wrt.entries())
		assertClose(found.get(`d${index}`)!, gradients[position]!.dataSync(), row.tolerance, `d${index} against autodiff`);
}

/** In double precision from the results: a sum in single precision would drown a small step. */
function lossOf(found: ReadonlyMap<string, ArrayLike<number>>): number {
	let loss = 0;
	for (let index = 0; ; index++) {
		const result = found.get(`y${index}`);
		if (!result) return loss;
		if (result instanceof Float32Array)
			for (const [i, weight] of weights(index, result.length).entries()) loss += weight * result[i]!;
	}
}

function weights(index: number, count: number): Float32Array {
	const random = randomFor(11, `weights of y${index}`);
	return Float32Array.from({ length: count }, () => 2 * random() - 1);
}

function valuesOf({ shape, dtype = 'float32', low = -1, high = 1, values }: InputSpec, name: string): Float32Array {
	if (dtype !== 'float32') return Float32Array.from(values!);
	const random = randomFor(3, name);
	const count = sizeOf(shape);
	const order = Array.from({ length: count }, (_, index) => index).sort(() => random() - 0.5);
	// Seven tenths of the way through each cell: the middle one of an odd count would be 0.
	return Float32Array.from(order, (place) => low + ((high - low) * (place + 0.7)) / count);
}

/** All values as numbers; float32 results stay `Float32Array`. */
async function run(
	session: InferenceSession,
	inputs: readonly Tensor[],
	data: readonly Float32Array[],
): Promise<Map<string, ArrayLike<number>>> {
	const feeds = Object.fromEntries(
		inputs.flatMap((input, index) => {
			const name = `x${index}`;
			return session.inputNames.includes(name) ? [[name, feed(input, data[index]!)]] : [];
		}),
	);
	const results = await session.run(feeds);
	return new Map(
		Object.entries(results).map(([name, { data: values }]) => [
			name,
			values instanceof Float32Array ? values : Array.from(values as ArrayLike<number | bigint>, Number),
		]),
	);
}

function feed({ shape, dtype }: Tensor, values: Float32Array): Value {
	switch (dtype) {
		case 'float32':
			return new Value('float32', values, shape);
		case 'int32':
			return new Value('int32', Int32Array.from(values), shape);
		case 'int64':
			return new Value('int64', BigInt64Array.from([...values].map(BigInt)), shape);
		case 'uint8':
			return new Value('uint8', Uint8Array.from(values), shape);
		case 'bool':
			return new Value('bool', Uint8Array.from(values), shape);
	}
}

function tensor(tf: TensorFlow, { shape, dtype }: Tensor, values: Float32Array): TfTensor {
	return tf.cast(tf.tensor(values, [...shape]), dtype === 'float32' || dtype === 'bool' ? dtype : 'int32');
}

function byName(tensors: readonly TfTensor[]): Map<string, TfTensor> {
	return new Map(tensors.map((value, index) => [`x${index}`, value]));
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
	assert.equal(actual.length, expected.length, what);
	const scale = 1 + Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
	for (let index = 0; index < expected.length; index++) {
		const error = Math.abs(actual[index]! - expected[index]!) / scale;
		assert.ok(error <= tolerance, `${what}: element ${index} is ${actual[index]}, wanted ${expected[index]}`);
	}
}
