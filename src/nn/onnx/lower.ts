import type { GraphNode } from '../graph.ts';
import type { BinaryName, CompareName, ReduceName, UnaryName } from '../operation.ts';
import { range } from '../shape.ts';
import { ELEMENT_TYPES } from './schema.ts';

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** What a node is lowered into; names of values are those of the file. */
export interface NodeWriter {
	/** The inputs' names. */
	readonly inputs: readonly string[];
	/** The outputs' names. */
	readonly outputs: readonly string[];
	/** A vector of int64 (a scalar where `scalar`), as an initialiser. */
	integers(values: readonly number[]): string;
	float(value: number): string;
	/** Adds a node that writes `outputs` (by default the node's own). */
	node(
		type: string,
		inputs: readonly string[],
		attributes?: Record<string, AttributeValue>,
		outputs?: readonly string[],
	): void;
	/** A name for a value between two nodes. */
	between(): string;
}

/** Writes a node as ONNX operators of opset 17. */
export function lower({ operation, inputs: tensors }: GraphNode, writer: NodeWriter): void {
	const { inputs } = writer;
	const x = inputs[0] ?? '';
	switch (operation.kind) {
		case 'input':
		case 'parameter':
		case 'constant':
			break;
		case 'detach':
			writer.node('Identity', inputs);
			break;
		case 'unary':
			writer.node(UNARY[operation.name], inputs);
			break;
		case 'leakyRelu':
			writer.node('LeakyRelu', inputs, { alpha: { float: operation.slope } });
			break;
		case 'clip':
			writer.node('Clip', [x, writer.float(operation.low), writer.float(operation.high)]);
			break;
		case 'binary':
			writer.node(BINARY[operation.name], inputs);
			break;
		case 'compare':
			writer.node(COMPARE[operation.name], inputs);
			break;
		case 'where':
			writer.node('Where', inputs);
			break;
		case 'cast':
			writer.node('Cast', inputs, { to: ELEMENT_TYPES[operation.to] });
			break;
		case 'softmax':
			writer.node('Softmax', inputs, { axis: operation.axis });
			break;
		case 'matmul':
			lowerMatmul(operation.transposeRight, tensors[0]!.shape.length, tensors[1]!.shape.length, writer);
			break;
		case 'convolution':
			writer.node('Conv', inputs, {
				...convolutionAttributes(operation),
				kernel_shape: tensors[1]!.shape.slice(2),
			});
			break;
		case 'transposedConvolution':
			writer.node('ConvTranspose', inputs, {
				...convolutionAttributes(operation),
				kernel_shape: tensors[1]!.shape.slice(2),
				output_padding: operation.outputPadding,
			});
			break;
		case 'pool':
			writer.node(operation.name === 'max' ? 'MaxPool' : 'AveragePool', inputs, {
				kernel_shape: operation.kernel,
				strides: operation.strides,
				pads: [...operation.padBefore, ...operation.padAfter],
				...(operation.name === 'average' ? { count_include_pad: 1 } : {}),
			});
			break;
		case 'upsample':
			lowerUpsample(operation.factors, tensors[0]!.shape, writer);
			break;
		case 'reshape':
			writer.node('Reshape', [x, writer.integers(operation.shape)]);
			break;
		case 'transpose':
			writer.node('Transpose', inputs, { perm: operation.order });
			break;
		case 'expand':
			writer.node('Expand', [x, writer.integers(operation.shape)]);
			break;
		case 'concat':
			writer.node('Concat', inputs, { axis: operation.axis });
			break;
		case 'slice':
			lowerSlice(operation, tensors[0]!.shape, writer);
			break;
		case 'pad':
			writer.node('Pad', [
				x,
				writer.integers([...operation.before, ...operation.after]),
				...(operation.value === 0 ? [] : [writer.float(operation.value)]),
			]);
			break;
		case 'reduce':
			lowerReduce(operation, writer);
			break;
		case 'argument':
			writer.node(operation.name === 'max' ? 'ArgMax' : 'ArgMin', inputs, { axis: operation.axis, keepdims: 0 });
			break;
		case 'topK':
			writer.node('TopK', [x, writer.integers([operation.count])], {
				axis: operation.axis,
				largest: operation.largest ? 1 : 0,
				sorted: 1,
			});
			break;
		case 'gather':
			writer.node('Gather', inputs, { axis: operation.axis });
			break;
		case 'gatherElements':
			writer.node('GatherElements', inputs, { axis: operation.axis });
			break;
		case 'gridSample':
			writer.node('GridSample', inputs, {
				mode: 'bilinear',
				padding_mode: operation.padding,
				align_corners: operation.alignCorners ? 1 : 0,
			});
			break;
		default:
			operation satisfies never;
	}
}

const UNARY: Record<UnaryName, string> = {
	negate: 'Neg',
	exponential: 'Exp',
	logarithm: 'Log',
	squareRoot: 'Sqrt',
	absolute: 'Abs',
	sign: 'Sign',
	relu: 'Relu',
	sigmoid: 'Sigmoid',
	tanh: 'Tanh',
};

const BINARY: Record<BinaryName, string> = {
	add: 'Add',
	subtract: 'Sub',
	multiply: 'Mul',
	divide: 'Div',
	power: 'Pow',
	minimum: 'Min',
	maximum: 'Max',
};

const COMPARE: Record<CompareName, string> = {
	equal: 'Equal',
	greater: 'Greater',
	less: 'Less',
	greaterOrEqual: 'GreaterOrEqual',
	lessOrEqual: 'LessOrEqual',
};

const REDUCE: Record<ReduceName, string> = { sum: 'ReduceSum', mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin' };

function convolutionAttributes(operation: GraphNode['operation'] & { kind: 'convolution' | 'transposedConvolution' }) {
	return {
		strides: operation.strides,
		pads: [...operation.padBefore, ...operation.padAfter],
		dilations: operation.dilations,
		group: operation.groups,
	};
}

function lowerMatmul(transposeRight: boolean, leftRank: number, rightRank: number, writer: NodeWriter): void {
	const [a, b] = writer.inputs as [string, string];
	if (!transposeRight) {
		writer.node('MatMul', [a, b]);
		return;
	}
	if (leftRank === 2 && rightRank === 2) {
		writer.node('Gemm', [a, b], { transB: 1 });
		return;
	}
	const turned = writer.between();
	const order = range(rightRank)
		.with(rightRank - 1, rightRank - 2)
		.with(rightRank - 2, rightRank - 1);
	writer.node('Transpose', [b], { perm: order }, [turned]);
	writer.node('MatMul', [a, turned]);
}

function lowerUpsample(factors: readonly number[], shape: readonly number[], writer: NodeWriter): void {
	const sizes = shape.map((extent, axis) => (axis < 2 ? extent : extent * factors[axis - 2]!));
	writer.node('Resize', [writer.inputs[0]!, '', '', writer.integers(sizes)], {
		mode: 'nearest',
		coordinate_transformation_mode: 'asymmetric',
		nearest_mode: 'floor',
	});
}

function lowerSlice(
	{ starts, ends, steps }: GraphNode['operation'] & { kind: 'slice' },
	shape: readonly number[],
	writer: NodeWriter,
): void {
	const cut = range(shape.length).filter(
		(axis) => starts[axis] !== 0 || ends[axis] !== shape[axis] || steps[axis] !== 1,
	);
	// -1 would count from the end; anything far below means "through element 0".
	const last = (axis: number) => (ends[axis]! < 0 ? -(2 ** 31) : ends[axis]!);
	writer.node('Slice', [
		writer.inputs[0]!,
		writer.integers(cut.map((axis) => starts[axis]!)),
		writer.integers(cut.map(last)),
		writer.integers(cut),
		...(steps.every((step) => step === 1) ? [] : [writer.integers(cut.map((axis) => steps[axis]!))]),
	]);
}

/** At opset 17 the axes of a sum are an input and those of the others an attribute. */
function lowerReduce({ name, axes, keepAxes }: GraphNode['operation'] & { kind: 'reduce' }, writer: NodeWriter): void {
	const keepdims = keepAxes ? 1 : 0;
	if (name === 'sum') writer.node('ReduceSum', [writer.inputs[0]!, writer.integers(axes)], { keepdims });
	else writer.node(REDUCE[name], writer.inputs, { axes, keepdims });
}
