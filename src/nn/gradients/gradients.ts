import type { GraphNode, Tensor } from '../graph.ts';
import { GraphError } from '../graph-error.ts';
import { convolve } from '../ops/convolution.ts';
import { reshape, slice, transpose } from '../ops/layout.ts';
import { range } from '../shape.ts';
import { convolutionGradients, transposedConvolutionGradients } from './convolution.ts';
import { dilate } from './dilate.ts';
import { binaryGradients, clipGradient, leakyReluGradient, unaryGradient, whereGradients } from './elementwise.ts';
import { poolGradient, upsampleGradient } from './pool.ts';
import { matmulGradients, reduceGradient, softmaxGradient, sumTo } from './reduce.ts';
import { gatherElementsGradient, gatherGradient } from './select.ts';

/** `undefined` stands for zero. */
export type Gradient = Tensor | undefined;

/**
 * One gradient for each input of a node, given those of its outputs; those that are not wanted may be left out.
 *
 * @throws GraphError for an operation that has none
 */
export function gradientsOf(node: GraphNode, arriving: readonly Gradient[], wanted: readonly boolean[]): Gradient[] {
	const { operation, inputs, outputs } = node;
	const [dy] = arriving;
	if (!dy) return [];
	const x = inputs[0]!;
	const y = outputs[0]!;
	switch (operation.kind) {
		case 'input':
		case 'parameter':
		case 'constant':
		case 'detach':
		case 'compare':
		case 'argument':
			return [];
		case 'cast':
			return [];
		case 'unary':
			return [unaryGradient(operation.name, x, y, dy)];
		case 'leakyRelu':
			return [leakyReluGradient(operation.slope, x, dy)];
		case 'clip':
			return [clipGradient(operation.low, operation.high, x, dy)];
		case 'binary':
			return binaryGradients(operation.name, x, inputs[1]!, y, dy, wanted);
		case 'where':
			return whereGradients(x, inputs[1]!, inputs[2]!, dy);
		case 'softmax':
			return [softmaxGradient(operation.axis, y, dy)];
		case 'matmul':
			return matmulGradients(operation.transposeRight, x, inputs[1]!, dy, wanted);
		case 'convolution':
			return convolutionGradients(operation, x, inputs[1]!, dy, wanted);
		case 'transposedConvolution':
			return transposedConvolutionGradients(operation, x, inputs[1]!, dy, wanted);
		case 'pool':
			return [poolGradient(operation, x, y, dy)];
		case 'upsample':
			return [upsampleGradient(operation.factors, dy)];
		case 'reshape':
			return [reshape(dy, x.shape)];
		case 'transpose':
			return [
				transpose(
					dy,
					range(x.shape.length).map((axis) => operation.order.indexOf(axis)),
				),
			];
		case 'expand':
			return [sumTo(dy, x.shape)];
		case 'concat':
			return splitAlong(dy, inputs, operation.axis, wanted);
		case 'slice':
			return [dilate(dy, operation.starts, operation.steps, x.shape)];
		case 'pad':
			return [
				slice(
					dy,
					...x.shape.map((extent, axis) => {
						const start = operation.before[axis]!;
						return { axis, start, end: start + extent };
					}),
				),
			];
		case 'reduce':
			return [reduceGradient(operation, x, y, dy)];
		case 'topK':
			return [gatherElementsGradient(x, outputs[1]!, operation.axis, dy)];
		case 'gather':
			return [gatherGradient(x, inputs[1]!, operation.axis, dy)];
		case 'gatherElements':
			return [gatherElementsGradient(x, inputs[1]!, operation.axis, dy)];
		case 'gridSample':
			throw new GraphError('gridSample has no gradient; detach its result, or use it for inference only');
		default:
			return operation satisfies never;
	}
}

function splitAlong(dy: Tensor, parts: readonly Tensor[], axis: number, wanted: readonly boolean[]): Gradient[] {
	const cut = wanted.filter(Boolean).length === 1 ? partOf : slice;
	let start = 0;
	return parts.map((part, index) => {
		const range = { axis, start, end: start + part.shape[axis]! };
		start = range.end;
		return wanted[index] ? cut(dy, range) : undefined;
	});
}

/** As `slice`, but of a convolution the channels outside are not even computed: nothing else is made of it. */
function partOf(dy: Tensor, { axis, start, end }: { axis: number; start: number; end: number }): Tensor {
	const { operation, inputs } = dy.graph.producer(dy);
	if (operation.kind !== 'convolution' || operation.groups !== 1 || axis !== 1 || inputs.length !== 2)
		return slice(dy, { axis, start, end });
	return convolve(inputs[0]!, slice(inputs[1]!, { axis: 0, start, end }), undefined, operation);
}
