import type { Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import type { ConvolutionGeometry } from '../operation.ts';

export interface ConvolutionOptions {
	/** `[out]` */
	readonly bias?: Tensor;
	/** One number for all spatial axes or one per axis, as for `dilation`. */
	readonly stride?: number | readonly number[];
	/** One number, one per spatial axis, or all befores and then all afters. `same`: as many as keep the extent at stride 1. */
	readonly padding?: number | readonly number[] | 'same';
	readonly dilation?: number | readonly number[];
	readonly groups?: number;
}

export interface TransposedConvolutionOptions extends ConvolutionOptions {
	readonly outputPadding?: number | readonly number[];
}

/** `[n, in, h, w]` with weights `[out, in/groups, kh, kw]` to `[n, out, h', w']`. */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
	return convolution('conv2d', x, weight, 2, options);
}

/** `[n, in, t, h, w]` with weights `[out, in/groups, kt, kh, kw]`. */
export function conv3d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
	return convolution('conv3d', x, weight, 3, options);
}

/** `[n, in, h, w]` with weights `[in, out/groups, kh, kw]`: what carries a `conv2d`'s gradient back to its input. */
export function convTranspose2d(x: Tensor, weight: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
	return transposedConvolution('convTranspose2d', x, weight, 2, options);
}

/** `[n, in, t, h, w]` with weights `[in, out/groups, kt, kh, kw]`. */
export function convTranspose3d(x: Tensor, weight: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
	return transposedConvolution('convTranspose3d', x, weight, 3, options);
}

/** The convolution of this geometry; for gradients, which know theirs exactly. */
export function convolve(x: Tensor, weight: Tensor, bias: Tensor | undefined, geometry: ConvolutionGeometry): Tensor {
	const extents = x.shape.slice(2).map((extent, axis) => {
		const reach = (weight.shape[axis + 2]! - 1) * geometry.dilations[axis]! + 1;
		return (
			Math.floor((extent + geometry.padBefore[axis]! + geometry.padAfter[axis]! - reach) / geometry.strides[axis]!) + 1
		);
	});
	const shape = [x.shape[0]!, weight.shape[0]!, ...extents];
	const inputs = bias ? [x, weight, bias] : [x, weight];
	return x.graph.node({ kind: 'convolution', ...only(geometry) }, inputs, [{ shape, dtype: 'float32' }])[0]!;
}

/** The transposed convolution of this geometry. */
export function convolveTransposed(
	x: Tensor,
	weight: Tensor,
	bias: Tensor | undefined,
	geometry: ConvolutionGeometry,
): Tensor {
	const extents = x.shape.slice(2).map((extent, axis) => {
		const reach = (weight.shape[axis + 2]! - 1) * geometry.dilations[axis]! + 1;
		const trim = geometry.padBefore[axis]! + geometry.padAfter[axis]!;
		return (extent - 1) * geometry.strides[axis]! + reach - trim + geometry.outputPadding[axis]!;
	});
	const shape = [x.shape[0]!, weight.shape[1]! * geometry.groups, ...extents];
	const inputs = bias ? [x, weight, bias] : [x, weight];
	return x.graph.node({ kind: 'transposedConvolution', ...only(geometry) }, inputs, [{ shape, dtype: 'float32' }])[0]!;
}

function convolution(name: string, x: Tensor, weight: Tensor, rank: number, options: ConvolutionOptions): Tensor {
	const groups = options.groups ?? 1;
	const channels = (weight.shape[1] ?? 0) * groups;
	const outputs = weight.shape[0] ?? 0;
	check(name, x, weight, rank, options, channels, outputs, outputs % groups === 0);
	return convolve(x, weight, options.bias, geometryOf(name, weight, rank, options, 0));
}

function transposedConvolution(
	name: string,
	x: Tensor,
	weight: Tensor,
	rank: number,
	options: TransposedConvolutionOptions,
): Tensor {
	const groups = options.groups ?? 1;
	const channels = weight.shape[0] ?? 0;
	check(name, x, weight, rank, options, channels, (weight.shape[1] ?? 0) * groups, channels % groups === 0);
	return convolveTransposed(
		x,
		weight,
		options.bias,
		geometryOf(name, weight, rank, options, options.outputPadding ?? 0),
	);
}

function check(
	name: string,
	x: Tensor,
	weight: Tensor,
	rank: number,
	options: ConvolutionOptions,
	channels: number,
	outputs: number,
	divides: boolean,
): void {
	const { bias, groups = 1 } = options;
	const fits = x.shape.length === rank + 2 && weight.shape.length === rank + 2 && x.shape[1] === channels && divides;
	const biasFits = !bias || (bias.shape.length === 1 && bias.shape[0] === outputs);
	const float = x.dtype === 'float32' && weight.dtype === 'float32';
	if (fits && biasFits && float) return;
	throw new GraphError(
		`${name} got ${x.dtype}${showShape(x.shape)}, weights ${showShape(weight.shape)}${bias ? `, bias ${showShape(bias.shape)}` : ''} and ${groups} groups; wanted float32 with ${rank} spatial axes, ${channels} input channels${bias ? ` and a bias [${outputs}]` : ''}`,
	);
}

function geometryOf(
	name: string,
	weight: Tensor,
	rank: number,
	{ stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions,
	outputPadding: number | readonly number[],
): ConvolutionGeometry {
	const dilations = perAxis(name, 'dilation', dilation, rank);
	const pads =
		padding === 'same' ? samePadding(weight.shape.slice(2), dilations) : perSide(name, 'padding', padding, rank);
	return {
		strides: perAxis(name, 'stride', stride, rank),
		padBefore: pads.slice(0, rank),
		padAfter: pads.slice(rank),
		dilations,
		groups,
		outputPadding: perAxis(name, 'outputPadding', outputPadding, rank),
	};
}

function samePadding(kernel: readonly number[], dilations: readonly number[]): number[] {
	const total = kernel.map((taps, axis) => (taps - 1) * dilations[axis]!);
	return [...total.map((count) => Math.floor(count / 2)), ...total.map((count) => Math.ceil(count / 2))];
}

/** A node that shares another's geometry must not share its kind. */
function only(geometry: ConvolutionGeometry): ConvolutionGeometry {
	const { strides, padBefore, padAfter, dilations, groups, outputPadding } = geometry;
	return { strides, padBefore, padAfter, dilations, groups, outputPadding };
}

/** `[before..., after...]` of one number, one per axis, or both sides. */
export function perSide(
	name: string,
	what: string,
	value: number | readonly number[],
	rank: number,
): readonly number[] {
	if (typeof value !== 'number' && value.length === 2 * rank) return value;
	const each = perAxis(name, what, value, rank);
	return [...each, ...each];
}

export function perAxis(
	name: string,
	what: string,
	value: number | readonly number[],
	rank: number,
): readonly number[] {
	const values = typeof value === 'number' ? Array.from({ length: rank }, () => value) : value;
	if (values.length !== rank || values.some((v) => !Number.isInteger(v) || v < 0))
		throw new GraphError(`${name} got the ${what} ${showShape(values)}; wanted ${rank} whole numbers`);
	return values;
}
