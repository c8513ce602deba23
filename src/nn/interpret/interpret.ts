import type * as core from '@tensorflow/tfjs-core';
import type { DType, Graph, GraphNode, Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import type { BinaryName, CompareName, ReduceName, UnaryName } from '../operation.ts';
import { range, sameShape } from '../shape.ts';
import { convolve, convolveTransposed, pool } from './convolve.ts';
import { cut, gatherElements, sampleGrid, topK, upsample } from './rearrange.ts';

/** The namespace of TensorFlow.js: `@tensorflow/tfjs-core` with a backend, or `@tensorflow/tfjs-node-gpu`. */
export type TensorFlow = typeof core;
export type Value = core.Tensor;

/**
 * Computes tensors of a graph with TensorFlow.js, given its inputs and parameters by name. It has no int64: those are
 * int32 there, and bytes too. Call it inside `tf.tidy`; `tf.grad` can differentiate it where TensorFlow.js knows the
 * gradient. Constants may be computed once with `interpretConstants` and handed in as `constants`.
 *
 * @throws GraphError where a needed value is missing or has another shape
 */
export function interpret(
	tf: TensorFlow,
	graph: Graph,
	wanted: readonly Tensor[],
	given: ReadonlyMap<string, Value>,
	constants: ReadonlyMap<number, Value> = new Map(),
): Value[] {
	const values = new Map<number, Value>(constants);
	for (const node of needed(graph, wanted)) {
		if (constants.has(node.outputs[0]!.id)) continue;
		const inputs = node.inputs.map(({ id }) => values.get(id)!);
		for (const [index, value] of compute(tf, node, inputs, given).entries()) {
			const { id, shape } = node.outputs[index]!;
			if (!sameShape(value.shape, shape))
				throw new GraphError(`${node.operation.kind} became ${showShape(value.shape)}; wanted ${showShape(shape)}`);
			values.set(id, value);
		}
	}
	return wanted.map(({ id }) => values.get(id)!);
}

/** The graph's constants by the ids of their tensors; the caller's to dispose. */
export function interpretConstants(tf: TensorFlow, graph: Graph): Map<number, Value> {
	const constants = new Map<number, Value>();
	for (const node of graph.nodes) {
		if (node.operation.kind === 'constant') constants.set(node.outputs[0]!.id, compute(tf, node, [], new Map())[0]!);
	}
	return constants;
}

function needed(graph: Graph, wanted: readonly Tensor[]): GraphNode[] {
	const nodes = new Set(wanted.map((tensor) => graph.producer(tensor)));
	for (const node of [...graph.nodes].reverse())
		if (nodes.has(node)) for (const input of node.inputs) nodes.add(graph.producer(input));
	return graph.nodes.filter((node) => nodes.has(node));
}

function compute(
	tf: TensorFlow,
	node: GraphNode,
	inputs: readonly Value[],
	given: ReadonlyMap<string, Value>,
): readonly Value[] {
	const { operation, outputs } = node;
	const [x, second, third] = inputs as [Value, Value, Value];
	const { shape, dtype } = outputs[0]!;
	switch (operation.kind) {
		case 'input':
		case 'parameter': {
			const value = given.get(operation.name);
			if (!value) throw new GraphError(`The ${operation.kind} ${operation.name} has no value`);
			return [value];
		}
		case 'constant':
			return [tf.tensor(Array.from(operation.data, Number), [...shape], typeFor(dtype))];
		case 'detach':
			return [untracked(tf, () => tf.clone(x))];
		case 'unary':
			return [unary(tf, operation.name, x)];
		case 'leakyRelu':
			return [tf.leakyRelu(x, operation.slope)];
		case 'clip':
			return [tf.clipByValue(x, operation.low, operation.high)];
		case 'binary':
			return [binary(tf, operation.name, x, second, shape)];
		case 'compare':
			return [untracked(tf, () => compare(tf, operation.name, x, second))];
		case 'where':
			return [
				tf.where(tf.broadcastTo(x, [...shape]), tf.broadcastTo(second, [...shape]), tf.broadcastTo(third, [...shape])),
			];
		case 'cast':
			return [
				operation.to === 'float32' ? tf.cast(x, 'float32') : untracked(tf, () => tf.cast(x, typeFor(operation.to))),
			];
		case 'softmax':
			return [tf.softmax(x, operation.axis)];
		case 'matmul':
			return [tf.matMul(stacked(tf, x, shape), stacked(tf, second, shape), false, operation.transposeRight)];
		case 'convolution':
			return [withBias(tf, convolve(tf, operation, x, second), third)];
		case 'transposedConvolution':
			return [withBias(tf, convolveTransposed(tf, operation, x, second), third)];
		case 'pool':
			return [pool(tf, operation, x)];
		case 'upsample':
			return [upsample(tf, x, operation.factors)];
		case 'reshape':
			return [tf.reshape(x, [...shape])];
		case 'transpose':
			return [tf.transpose(x, [...operation.order])];
		case 'expand':
			return [tf.broadcastTo(x, [...shape])];
		case 'concat':
			return [tf.concat([...inputs], operation.axis)];
		case 'slice':
			return [cut(tf, x, operation.starts, operation.steps, shape)];
		case 'pad':
			return [
				tf.pad(
					x,
					operation.before.map((count, axis) => [count, operation.after[axis]!]),
					operation.value,
				),
			];
		case 'reduce':
			return [reduce(tf, operation.name)(x, [...operation.axes], operation.keepAxes)];
		case 'argument':
			return [untracked(tf, () => (operation.name === 'max' ? tf.argMax : tf.argMin)(x, operation.axis))];
		case 'topK':
			return topK(tf, x, operation);
		case 'gather':
			return [tf.gather(x, tf.cast(second, 'int32'), operation.axis)];
		case 'gatherElements':
			return [gatherElements(tf, x, second, operation.axis)];
		case 'gridSample':
			return [sampleGrid(tf, x, second, operation)];
		default:
			return operation satisfies never;
	}
}

/**
 * A value that `tf.grad` takes as constant. TensorFlow.js insists on a gradient for every operation between a variable
 * and a loss, even for comparisons and positions, which have none; it does not see what a custom gradient captures.
 */
export function untracked(tf: TensorFlow, compute: () => Value): Value {
	return tf.customGrad(() => ({ value: compute(), gradFunc: () => tf.scalar(0) }))(tf.scalar(0));
}

/** TensorFlow.js multiplies stacks of equal extents only. */
function stacked(tf: TensorFlow, x: Value, shape: readonly number[]): Value {
	const wanted = [...shape.slice(0, -2), ...x.shape.slice(-2)];
	return sameShape(x.shape, wanted) ? x : tf.broadcastTo(x, wanted);
}

function typeFor(dtype: DType): 'float32' | 'int32' | 'bool' {
	return dtype === 'float32' || dtype === 'bool' ? dtype : 'int32';
}

function unary(tf: TensorFlow, name: UnaryName, x: Value): Value {
	switch (name) {
		case 'negate':
			return tf.neg(x);
		case 'exponential':
			return tf.exp(x);
		case 'logarithm':
			return tf.log(x);
		case 'squareRoot':
			return tf.sqrt(x);
		case 'absolute':
			return tf.abs(x);
		case 'sign':
			return tf.sign(x);
		case 'relu':
			return tf.relu(x);
		case 'sigmoid':
			return tf.sigmoid(x);
		case 'tanh':
			return tf.tanh(x);
		default:
			return name satisfies never;
	}
}

function binary(tf: TensorFlow, name: BinaryName, a: Value, b: Value, shape: readonly number[]): Value {
	switch (name) {
		case 'add':
			return tf.add(a, b);
		case 'subtract':
			return tf.sub(a, b);
		case 'multiply':
			return tf.mul(a, b);
		case 'divide':
			return tf.div(a, b);
		case 'power':
			return tf.pow(a, b);
		case 'minimum':
			// Its own gradient of these two forgets to sum over broadcast axes.
			return tf.minimum(tf.broadcastTo(a, [...shape]), tf.broadcastTo(b, [...shape]));
		case 'maximum':
			return tf.maximum(tf.broadcastTo(a, [...shape]), tf.broadcastTo(b, [...shape]));
		default:
			return name satisfies never;
	}
}

function compare(tf: TensorFlow, name: CompareName, a: Value, b: Value): Value {
	switch (name) {
		case 'equal':
			return tf.equal(a, b);
		case 'greater':
			return tf.greater(a, b);
		case 'less':
			return tf.less(a, b);
		case 'greaterOrEqual':
			return tf.greaterEqual(a, b);
		case 'lessOrEqual':
			return tf.lessEqual(a, b);
		default:
			return name satisfies never;
	}
}

function reduce(tf: TensorFlow, name: ReduceName): (x: Value, axes: number[], keepAxes: boolean) => Value {
	return { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }[name];
}

function withBias(tf: TensorFlow, y: Value, bias: Value | undefined): Value {
	if (!bias) return y;
	return tf.add(y, tf.reshape(bias, [1, bias.size, ...range(y.rank - 2).map(() => 1)]));
}
