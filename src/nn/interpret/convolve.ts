import type * as core from '@tensorflow/tfjs-core';
import { GraphError } from '../graph-error.ts';
import type { ConvolutionGeometry, PoolGeometry } from '../operation.ts';
import { range } from '../shape.ts';
import type { TensorFlow, Value } from './interpret.ts';

/** TensorFlow.js convolves with channels last, without explicit padding, groups, or dilation together with strides. */
export function convolve(tf: TensorFlow, geometry: ConvolutionGeometry, x: Value, weight: Value): Value {
	const { strides, groups, padBefore, padAfter } = geometry;
	const padded = channelsLast(tf, padSpace(tf, x, padBefore, padAfter, 0));
	const kernels = split(tf, dilated(tf, weight, geometry.dilations), groups, 0);
	const parts = split(tf, padded, groups, padded.rank - 1).map((part, group) =>
		plain(tf, part, kernelLast(tf, kernels[group]!), strides),
	);
	return channelsFirst(tf, tf.concat(parts, padded.rank - 1));
}

export function convolveTransposed(tf: TensorFlow, geometry: ConvolutionGeometry, x: Value, weight: Value): Value {
	const { strides, groups, padBefore, padAfter, outputPadding } = geometry;
	const last = channelsLast(tf, x);
	const kernels = split(tf, dilated(tf, weight, geometry.dilations), groups, 0);
	const parts = split(tf, last, groups, last.rank - 1).map((part, group) =>
		plainTransposed(tf, part, kernelLast(tf, kernels[group]!), strides),
	);
	const whole = channelsFirst(tf, tf.concat(parts, last.rank - 1));
	const none = outputPadding.map(() => 0);
	const extended = padSpace(tf, whole, none, outputPadding, 0);
	const extents = extended.shape.map((extent, axis) =>
		axis < 2 ? extent : extent - padBefore[axis - 2]! - padAfter[axis - 2]!,
	);
	return tf.slice(extended, [0, 0, ...padBefore], extents);
}

export function pool(
	tf: TensorFlow,
	{ name, ...geometry }: PoolGeometry & { name: 'max' | 'average' },
	x: Value,
): Value {
	const outside = name === 'max' ? -3.4e38 : 0;
	const padded = channelsLast(tf, padSpace(tf, x, geometry.padBefore, geometry.padAfter, outside));
	const kernel = [...geometry.kernel];
	const strides = [...geometry.strides];
	if (kernel.length === 2) {
		const pool2d = name === 'max' ? tf.maxPool : tf.avgPool;
		return channelsFirst(
			tf,
			pool2d(padded as core.Tensor4D, kernel as [number, number], strides as [number, number], 'valid'),
		);
	}
	if (kernel.length !== 3) throw new GraphError(`The interpreter pools two or three axes, not ${kernel.length}`);
	const pool3d = name === 'max' ? tf.maxPool3d : tf.avgPool3d;
	const triple = (values: number[]) => values as [number, number, number];
	return channelsFirst(tf, pool3d(padded as core.Tensor5D, triple(kernel), triple(strides), 'valid'));
}

function plain(tf: TensorFlow, x: Value, kernel: Value, strides: readonly number[]): Value {
	if (strides.length === 2)
		return tf.conv2d(x as core.Tensor4D, kernel as core.Tensor4D, [...strides] as [number, number], 'valid');
	return tf.conv3d(x as core.Tensor5D, kernel as core.Tensor5D, [...strides] as [number, number, number], 'valid');
}

function plainTransposed(tf: TensorFlow, x: Value, kernel: Value, strides: readonly number[]): Value {
	const rank = strides.length;
	const extents = strides.map((stride, axis) => (x.shape[axis + 1]! - 1) * stride + kernel.shape[axis]!);
	const shape = [x.shape[0]!, ...extents, kernel.shape[rank]!];
	if (rank === 2)
		return tf.conv2dTranspose(
			x as core.Tensor4D,
			kernel as core.Tensor4D,
			shape as [number, number, number, number],
			[...strides] as [number, number],
			'valid',
		);
	return tf.conv3dTranspose(
		x as core.Tensor5D,
		kernel as core.Tensor5D,
		shape as [number, number, number, number, number],
		[...strides] as [number, number, number],
		'valid',
	);
}

/** `[out, in, ...kernel]` to `[...kernel, in, out]`. */
function kernelLast(tf: TensorFlow, weight: Value): Value {
	return tf.transpose(weight, [...range(weight.rank).slice(2), 1, 0]);
}

function dilated(tf: TensorFlow, weight: Value, dilations: readonly number[]): Value {
	return dilations.reduce((spread, dilation, axis) => {
		if (dilation === 1) return spread;
		const taps = spread.shape[axis + 2]!;
		const before = spread.shape.slice(0, axis + 2).reduce((a, b) => a * b, 1);
		const cells = tf.reshape(spread, [before, taps, 1, -1]);
		const padded = tf.pad(cells, [
			[0, 0],
			[0, 0],
			[0, dilation - 1],
			[0, 0],
		]);
		const merged = tf.reshape(padded, spread.shape.with(axis + 2, taps * dilation));
		return tf.slice(
			merged,
			spread.shape.map(() => 0),
			spread.shape.with(axis + 2, (taps - 1) * dilation + 1),
		);
	}, weight);
}

function split(tf: TensorFlow, x: Value, parts: number, axis: number): Value[] {
	return parts === 1 ? [x] : tf.split(x, parts, axis);
}

function padSpace(tf: TensorFlow, x: Value, before: readonly number[], after: readonly number[], value: number): Value {
	const none: [number, number][] = [
		[0, 0],
		[0, 0],
	];
	return tf.pad(x, [...none, ...before.map((count, axis): [number, number] => [count, after[axis]!])], value);
}

function channelsLast(tf: TensorFlow, x: Value): Value {
	return tf.transpose(x, [0, ...range(x.rank).slice(2), 1]);
}

function channelsFirst(tf: TensorFlow, x: Value): Value {
	return tf.transpose(x, [0, x.rank - 1, ...range(x.rank).slice(1, -1)]);
}
