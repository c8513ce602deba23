import type { Tensor } from '../graph.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { convolve, convolveTransposed } from '../ops/convolution.ts';
import { reshape, slice, transpose } from '../ops/layout.ts';
import { reduceSum } from '../ops/reduce.ts';
import { range, sizeOf } from '../shape.ts';
import { weightGradient } from './convolution-weights.ts';
import type { Gradient } from './gradients.ts';

/** For input, weights and bias. */
export function convolutionGradients(
	geometry: ConvolutionGeometry,
	x: Tensor,
	weight: Tensor,
	dy: Tensor,
	wanted: readonly boolean[],
): Gradient[] {
	return [
		wanted[0] ? inputGradient(geometry, x, weight, dy) : undefined,
		wanted[1] ? weightGradient(geometry, x, dy, weight.shape) : undefined,
		wanted[2] ? biasGradient(dy) : undefined,
	];
}

/** A transposed convolution is the input gradient of a convolution; its gradients are that convolution's. */
export function transposedConvolutionGradients(
	geometry: ConvolutionGeometry,
	x: Tensor,
	weight: Tensor,
	dy: Tensor,
	wanted: readonly boolean[],
): Gradient[] {
	const forward = { ...geometry, outputPadding: geometry.strides.map(() => 0) };
	return [
		wanted[0] ? convolve(dy, weight, undefined, forward) : undefined,
		wanted[1] ? weightGradient(forward, dy, x, weight.shape) : undefined,
		wanted[2] ? biasGradient(dy) : undefined,
	];
}

function biasGradient(dy: Tensor): Tensor {
	return reduceSum(dy, { axes: range(dy.shape.length).filter((axis) => axis !== 1) });
}

function inputGradient(geometry: ConvolutionGeometry, x: Tensor, weight: Tensor, dy: Tensor): Tensor {
	const { strides, padBefore, padAfter, dilations, groups } = geometry;
	const reach = weight.shape.slice(2).map((taps, axis) => (taps - 1) * dilations[axis]!);
	const before = reach.map((count, axis) => count - padBefore[axis]!);
	const after = reach.map((count, axis) => count - padAfter[axis]!);
	if (groups === 1 && strides.every((stride) => stride === 1) && [...before, ...after].every((count) => count >= 0))
		return convolve(dy, mirrored(weight), undefined, { ...geometry, padBefore: before, padAfter: after });
	const outputPadding = reach.map((count, axis) => {
		const covered = (dy.shape[axis + 2]! - 1) * strides[axis]! + count + 1 - padBefore[axis]! - padAfter[axis]!;
		return x.shape[axis + 2]! - covered;
	});
	return convolveTransposed(dy, weight, undefined, { ...geometry, outputPadding });
}

/** `[out, in, ...]` to `[in, out, ...]` with every spatial axis reversed, which is their taps read backwards. */
function mirrored(weight: Tensor): Tensor {
	const [out, channels, ...kernel] = weight.shape as [number, number, ...number[]];
	const taps = sizeOf(kernel);
	const backwards = slice(reshape(weight, [out * channels, taps]), { axis: 1, step: -1 });
	return reshape(transpose(reshape(backwards, [out, channels, taps]), [1, 0, 2]), [channels, out, ...kernel]);
}
