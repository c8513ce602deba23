import * as nn from '../../src/nn/nn.ts';
import { gridSample } from '../../src/nn/ops/pool.ts';
import type { InputSpec, OperatorCase } from './nn-case.ts';

type Build = OperatorCase['build'];
type Options = Partial<
	Pick<OperatorCase, 'tolerance' | 'differenceTolerance' | 'wrt' | 'noDifferences' | 'noAutodiff'>
>;

/** Single precision keeps about seven digits; a result sums up to some hundred products. */
const TOLERANCE = 2e-5;
const DIFFERENCE_TOLERANCE = 5e-3;

function row(name: string, inputs: readonly (readonly number[] | InputSpec)[], build: Build, options: Options = {}) {
	const specs = inputs.map((input): InputSpec => ('shape' in input ? input : { shape: input }));
	return { name, inputs: specs, build, tolerance: TOLERANCE, differenceTolerance: DIFFERENCE_TOLERANCE, ...options };
}

const positive = (shape: readonly number[]): InputSpec => ({ shape, low: 0.3, high: 2 });
const positions = (shape: readonly number[], values: readonly number[]): InputSpec => ({
	shape,
	dtype: 'int64',
	values,
});
const unary = (name: string, f: (x: nn.Tensor) => nn.Tensor, input: readonly number[] | InputSpec = [2, 3, 5]) =>
	row(name, [input], ([x]) => f(x!));
const binary = (
	name: string,
	f: (a: nn.Tensor, b: nn.Tensor) => nn.Tensor,
	left: InputSpec | number[],
	right: InputSpec | number[],
) => row(name, [left, right], ([a, b]) => f(a!, b!));
const bytes: InputSpec = {
	shape: [2, 1, 4, 4],
	dtype: 'uint8',
	values: Array.from({ length: 32 }, (_, i) => (i * 37) % 256),
};

/** Every operator, in the forms that are computed or differentiated differently; each row states its tolerance. */
export const OPERATOR_CASES: readonly OperatorCase[] = [
	unary('negate', nn.negate),
	unary('exponential', nn.exponential),
	unary('logarithm', nn.logarithm, positive([4, 5])),
	unary('squareRoot', nn.squareRoot, positive([4, 5])),
	unary('absolute', nn.absolute),
	unary('sign, whose gradient is zero, plus x', (x) => nn.add(nn.sign(x), x)),
	unary('square', nn.square),
	unary('relu', nn.relu),
	unary('leakyRelu', (x) => nn.leakyRelu(x, 0.2)),
	unary('sigmoid', nn.sigmoid),
	unary('tanh', nn.tanh),
	unary('clip', (x) => nn.clip(x, -0.5, 0.4)),
	row('detach stops one of two paths', [[2, 3]], ([x]) => nn.add(nn.multiply(nn.detach(x!), x!), x!), {
		noDifferences: 'what is detached moves too',
	}),

	binary('add, broadcast both ways', nn.add, [2, 1, 5], [3, 1]),
	binary('subtract, broadcast', nn.subtract, [3], [2, 3]),
	binary('multiply, broadcast', nn.multiply, [2, 3, 4], [1, 3, 1]),
	binary('divide, broadcast', nn.divide, [2, 3], positive([2, 1])),
	binary('power of tensors', nn.power, positive([2, 3]), [2, 3]),
	unary('power of a number', (x) => nn.power(x, 3)),
	binary('minimum', nn.minimum, [3, 4], { shape: [3, 4], low: -0.9, high: 1.2 }),
	binary('maximum, broadcast', nn.maximum, [3, 4], { shape: [4], low: -0.43, high: 0.52 }),
	binary('where', (a, b) => nn.where(nn.greater(a, 0.1), nn.multiply(a, b), b), [3, 4], [4]),
	row(
		'comparisons',
		[[3, 4], { shape: [3, 4] }],
		([a, b]) => [
			nn.greater(a!, b!),
			nn.less(a!, b!),
			nn.greaterOrEqual(a!, a!),
			nn.lessOrEqual(a!, b!),
			nn.equal(a!, a!),
		],
		{ wrt: [] },
	),
	row('cast of bytes', [bytes], ([x]) => nn.multiply(nn.cast(x!, 'float32'), 1 / 255)),

	binary('matmul', nn.matmul, [3, 4], [4, 5]),
	binary('matmul of stacks, broadcast', nn.matmul, [2, 1, 3, 4], [3, 4, 2]),
	binary('matmul, right transposed', (a, b) => nn.matmul(a, b, { transposeRight: true }), [3, 4], [5, 4]),
	binary(
		'matmul of stacks, right transposed',
		(a, b) => nn.matmul(a, b, { transposeRight: true }),
		[2, 3, 4],
		[2, 5, 4],
	),
	row('linear', [[3, 4], [5, 4], [5]], ([x, w, b]) => nn.linear(x!, w!, b)),

	...convolutions(),
	...pools(),

	unary('upsampleNearest', (x) => nn.upsampleNearest(x, 2), [2, 3, 2, 3]),
	unary('upsampleNearest, unequal factors', (x) => nn.upsampleNearest(x, [3, 2]), [1, 2, 2, 3]),
	unary('spaceToDepth', (x) => nn.spaceToDepth(x, 2), [2, 3, 4, 6]),
	unary('depthToSpace', (x) => nn.depthToSpace(x, 2), [2, 8, 2, 3]),
	unary('reshape', (x) => nn.reshape(x, [-1, 6]), [2, 3, 4]),
	unary('transpose', (x) => nn.transpose(x, [2, 0, 1]), [2, 3, 4]),
	unary('broadcastTo', (x) => nn.square(nn.broadcastTo(x, [2, 3, 4])), [3, 1]),
	row(
		'concat',
		[
			[2, 3],
			[2, 1],
			[2, 2],
		],
		(parts) => nn.concat(parts, 1),
	),
	unary('slice', (x) => nn.slice(x, { axis: 1, start: 1, end: 3 }), [2, 4, 3]),
	unary('slice with steps', (x) => nn.slice(x, { axis: 0, step: 3 }, { axis: 1, start: 1, end: 6, step: 2 }), [7, 6]),
	unary('slice backwards', (x) => nn.slice(x, { axis: 1, step: -1 }, { axis: 0, start: 4, end: 0, step: -2 }), [5, 4]),
	unary('pad', (x) => nn.pad(x, [0, 1, 2], [1, 0, 1], 0.5), [2, 3, 2]),

	unary('reduceSum', (x) => nn.reduceSum(x, { axes: [0, 2] }), [2, 3, 4]),
	unary('reduceMean, axes kept', (x) => nn.reduceMean(x, { axes: [-1], keepAxes: true }), [2, 3, 4]),
	unary('reduceMean of all', (x) => nn.reduceMean(x), [2, 3, 4]),
	unary('reduceMax', (x) => nn.reduceMax(x, { axes: [1] }), [2, 3, 4]),
	unary('reduceMin', (x) => nn.reduceMin(x, { axes: [0, 2] }), [2, 3, 4]),
	unary('softmax of the last axis', (x) => nn.softmax(x, -1), [3, 5]),
	unary('softmax of the first axis', (x) => nn.softmax(x, 0), [4, 3, 2]),
	unary('normaliseL2', (x) => nn.normaliseL2(x, 1), [2, 5, 3]),

	row('argMax and argMin', [[3, 4, 5]], ([x]) => [nn.argMax(x!, 1), nn.argMin(x!, -1)], { wrt: [] }),
	row('topK', [[3, 6]], ([x]) => Object.values(nn.topK(x!, 2, 1)), {}),
	row('topK of the smallest, first axis', [[5, 3]], ([x]) => Object.values(nn.topK(x!, 2, 0, { largest: false })), {}),
	row('gather, some entries twice', [[4, 3], positions([2, 3], [0, 2, 2, 3, 0, 0])], ([x, i]) => nn.gather(x!, i!, 0)),
	row('gather along the last axis', [[2, 3, 4], positions([2], [3, 1])], ([x, i]) => nn.gather(x!, i!, -1)),
	row('gatherElements', [[2, 4, 3], positions([2, 2, 3], [0, 1, 2, 3, 0, 0, 1, 1, 1, 2, 2, 3])], ([x, i]) =>
		nn.gatherElements(x!, i!, 1),
	),
	row('oneHot', [positions([2, 2], [0, 3, 1, 3])], ([i]) => nn.oneHot(i!, 5)),
	...[true, false].map((alignCorners) =>
		row(
			`gridSample with ${alignCorners ? 'centres' : 'edges'} at ±1`,
			[[2, 3, 4, 5], { shape: [2, 3, 6, 2], low: -1.3, high: 1.3 }],
			([x, grid]) => [
				gridSample(x!, grid!, { alignCorners }),
				gridSample(x!, grid!, { alignCorners, padding: 'border' }),
			],
			{ wrt: [] },
		),
	),

	row(
		'batchNormalise',
		[[3, 4, 2, 3], [4], [4]],
		([x, scale, shift]) => Object.values(nn.batchNormalise(x!, { scale: scale!, shift: shift! })),
		{ differenceTolerance: 1e-2 },
	),
	row('batchNormaliseFixed', [[3, 4, 2, 3], [4], [4], [4], positive([4])], ([x, scale, shift, mean, variance]) =>
		nn.batchNormaliseFixed(x!, { scale: scale!, shift: shift! }, { mean: mean!, variance: variance! }),
	),
	row('instanceNormalise', [[2, 3, 4, 3], [3], [3]], ([x, scale, shift]) =>
		nn.instanceNormalise(x!, { scale: scale!, shift: shift! }),
	),
	row(
		'layerNormalise',
		[
			[2, 3, 4],
			[3, 4],
			[3, 4],
		],
		([x, scale, shift]) => nn.layerNormalise(x!, { scale: scale!, shift: shift! }),
	),
	binary('meanSquaredError', nn.meanSquaredError, [2, 1, 4, 5], [2, 1, 4, 5]),
	binary('meanAbsoluteError', nn.meanAbsoluteError, [2, 1, 4, 5], { shape: [2, 1, 4, 5], low: -2, high: -1.1 }),
	binary('gradientDifference', nn.gradientDifference, [1, 1, 4, 5], { shape: [1, 1, 4, 5], low: -4, high: 3 }),
	row(
		'compactness and separateness',
		[
			[7, 4],
			[5, 4],
		],
		([q, p]) => [
			nn.compactness(nn.normaliseL2(q!, 1), nn.normaliseL2(p!, 1)),
			nn.separateness(nn.normaliseL2(q!, 1), nn.normaliseL2(p!, 1)),
		],
		{ wrt: [0] },
	),
];

function convolutions(): OperatorCase[] {
	const pixels = (name: string, x: number[], w: number[], stride: 1 | 2) =>
		row(`convolvePixels, ${name}`, [x, w, [w[0]!]], ([input, weight, bias]) => [
			nn.convolvePixels(input!, weight!, { stride, bias: bias! }),
		]);
	const conv = (name: string, x: number[], w: number[], options: nn.ConvolutionOptions) =>
		row(`conv2d, ${name}`, [x, w, [w[0]!]], ([input, weight, bias]) =>
			nn.conv2d(input!, weight!, { ...options, bias: bias! }),
		);
	const transposed = (name: string, x: number[], w: number[], options: nn.TransposedConvolutionOptions) =>
		row(`convTranspose2d, ${name}`, [x, w, [w[1]! * (options.groups ?? 1)]], ([input, weight, bias]) =>
			nn.convTranspose2d(input!, weight!, { ...options, bias: bias! }),
		);
	return [
		conv('3x3 same', [2, 3, 5, 6], [4, 3, 3, 3], { padding: 'same' }),
		conv('1x1', [2, 3, 4, 5], [4, 3, 1, 1], {}),
		conv('1x1 stride 2', [2, 3, 4, 5], [4, 3, 1, 1], { stride: 2 }),
		conv('no padding, one image', [1, 2, 5, 5], [3, 2, 3, 3], {}),
		conv('stride 2', [2, 3, 7, 6], [4, 3, 3, 3], { stride: 2, padding: 1 }),
		conv('unequal strides', [2, 2, 6, 7], [3, 2, 3, 2], { stride: [2, 1], padding: [1, 0] }),
		conv('unequal padding on each side', [1, 2, 5, 5], [2, 2, 3, 3], { padding: [0, 2, 1, 0] }),
		conv('more padding than reach', [1, 2, 4, 4], [2, 2, 2, 2], { padding: 3 }),
		conv('dilation', [2, 2, 7, 8], [3, 2, 3, 3], { dilation: 2, padding: 2 }),
		conv('dilation and stride', [1, 2, 9, 9], [2, 2, 3, 3], { dilation: [2, 3], stride: [2, 3], padding: 2 }),
		conv('groups', [2, 4, 5, 5], [6, 2, 3, 3], { groups: 2, padding: 1 }),
		conv('depthwise, stride 2', [2, 4, 6, 6], [4, 1, 3, 3], { groups: 4, stride: 2, padding: 1 }),
		pixels('tiles not filled', [6, 7, 2, 3], [4, 3, 3, 3], 1),
		pixels('several blocks of tiles', [32, 4, 1, 2], [3, 2, 3, 3], 1),
		pixels('stride 2', [7, 10, 2, 3], [4, 3, 3, 3], 2),
		row('conv3d', [[2, 2, 4, 5, 4], [3, 2, 3, 3, 3], [3]], ([x, w, bias]) =>
			nn.conv3d(x!, w!, { bias: bias!, padding: 1 }),
		),
		row(
			'conv3d, strides',
			[
				[1, 2, 4, 6, 5],
				[3, 2, 2, 3, 3],
			],
			([x, w]) => nn.conv3d(x!, w!, { padding: [0, 1, 1], stride: [1, 2, 2] }),
		),
		transposed('4x4 stride 2', [2, 3, 3, 4], [3, 2, 4, 4], { stride: 2, padding: 1 }),
		transposed('stride 1', [2, 3, 4, 4], [3, 2, 3, 3], { padding: 1 }),
		transposed('output padding', [1, 2, 3, 3], [2, 2, 3, 3], { stride: 2, padding: 1, outputPadding: 1 }),
		transposed('groups', [2, 4, 3, 3], [4, 3, 2, 2], { stride: 2, groups: 2 }),
		row(
			'convTranspose3d',
			[
				[1, 2, 2, 3, 3],
				[2, 3, 3, 3, 3],
			],
			([x, w]) => nn.convTranspose3d(x!, w!, { stride: [1, 2, 2], padding: 1, outputPadding: [0, 1, 1] }),
			{ noAutodiff: 'it has no gradient of conv3dTranspose' },
		),
	];
}

function pools(): OperatorCase[] {
	const max = (name: string, x: number[], options: nn.PoolOptions) =>
		unary(`maxPool, ${name}`, (t) => nn.maxPool(t, options), x);
	const mean = (name: string, x: number[], options: Parameters<typeof nn.averagePool>[1]) =>
		unary(`averagePool, ${name}`, (t) => nn.averagePool(t, options), x);
	return [
		max('tiles', [2, 3, 4, 6], { kernel: 2 }),
		max('tiles that leave a rest', [1, 2, 5, 5], { kernel: 2 }),
		max('overlapping, padded', [2, 2, 5, 6], { kernel: 3, stride: 2, padding: 1 }),
		row('maxPool, three axes', [[1, 2, 4, 4, 2]], ([t]) => nn.maxPool(t!, { kernel: [2, 2, 1] }), {
			noAutodiff: 'its gradient of maxPool3d contradicts finite differences',
		}),
		mean('tiles', [2, 3, 4, 6], { kernel: 2 }),
		mean('tiles that leave a rest', [1, 2, 5, 5], { kernel: 2 }),
		mean('overlapping, padded', [2, 2, 5, 6], { kernel: 3, stride: 2, padding: 1 }),
		mean('box', [1, 2, 6, 5], { kernel: 3, stride: 1, padding: 1 }),
		mean('gaps between boxes', [1, 1, 7, 7], { kernel: 2, stride: 3 }),
		mean('padding that does not count', [1, 2, 5, 4], { kernel: 3, stride: 2, padding: 1, countPadding: false }),
		mean('three axes', [1, 2, 4, 4, 3], { kernel: [2, 2, 3], stride: [1, 2, 1], padding: [0, 0, 1] }),
		// The runtime likes to merge a padding into what follows it.
		unary('pad before a maxPool', (t) => nn.maxPool(nn.pad(t, [0, 0, 1, 1], [0, 0, 1, 1]), { kernel: 3, stride: 1 }), {
			shape: [1, 2, 5, 4],
			low: -2,
			high: -1,
		}),
		unary(
			'pad before an averagePool',
			(t) => nn.averagePool(nn.pad(t, [0, 0, 1, 1], [0, 0, 1, 1]), { kernel: 3, stride: 1 }),
			{
				shape: [1, 2, 5, 4],
				low: -2,
				high: -1,
			},
		),
		unary('sumPool', (t) => nn.sumPool(t, { kernel: 5, stride: 1, padding: 2 }), [1, 2, 6, 5]),
	];
}
