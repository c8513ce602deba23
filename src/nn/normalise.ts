import type { Tensor } from './graph.ts';
import { GraphError, showShape } from './graph-error.ts';
import { add, divide, multiply, square, squareRoot, subtract } from './ops/elementwise.ts';
import { reshape } from './ops/layout.ts';
import { reduceMean } from './ops/reduce.ts';

/** `[c]` each. */
export interface Affine {
	readonly scale: Tensor;
	readonly shift: Tensor;
}

/**
 * Batch normalisation while training: by the mean and variance of this batch, `[c]` each, which are returned so that
 * the caller can keep running averages (`runningAverage`). `variance` is the biased one.
 */
export function batchNormalise(
	x: Tensor,
	affine: Affine,
	epsilon = 1e-5,
): { readonly y: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
	const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
	const { y, mean, variance } = standardise(x, axes, epsilon);
	const channels = [x.shape[1]!];
	return { y: scaled(y, affine), mean: reshape(mean, channels), variance: reshape(variance, channels) };
}

/** Batch normalisation with a fixed mean and variance, `[c]` each, as after training. */
export function batchNormaliseFixed(
	x: Tensor,
	{ scale, shift }: Affine,
	{ mean, variance }: { readonly mean: Tensor; readonly variance: Tensor },
	epsilon = 1e-5,
): Tensor {
	const factor = divide(scale, squareRoot(add(variance, epsilon)));
	const offset = subtract(shift, multiply(mean, factor));
	return add(multiply(x, perChannel(x, factor)), perChannel(x, offset));
}

/** Every channel of every image `[n, c, ...]` by its own mean and variance. */
export function instanceNormalise(x: Tensor, affine?: Affine, epsilon = 1e-5): Tensor {
	const { y } = standardise(
		x,
		x.shape.map((_, axis) => axis).filter((axis) => axis > 1),
		epsilon,
	);
	return affine ? scaled(y, affine) : y;
}

/** Over the last axes; `scale` and `shift` have the shape of those axes. */
export function layerNormalise(x: Tensor, { scale, shift }: Affine, epsilon = 1e-5): Tensor {
	const first = x.shape.length - scale.shape.length;
	if (scale.shape.some((extent, axis) => extent !== x.shape[first + axis]))
		throw new GraphError(
			`layerNormalise got ${showShape(x.shape)} and a scale ${showShape(scale.shape)}; wanted the shape of the last axes`,
		);
	const { y } = standardise(
		x,
		scale.shape.map((_, axis) => first + axis),
		epsilon,
	);
	return add(multiply(y, scale), shift);
}

/** `momentum` of the old average and the rest of the new value. */
export function runningAverage(average: Tensor, value: Tensor, momentum = 0.9): Tensor {
	return add(multiply(average, momentum), multiply(value, 1 - momentum));
}

function standardise(x: Tensor, axes: readonly number[], epsilon: number) {
	const mean = reduceMean(x, { axes, keepAxes: true });
	const centred = subtract(x, mean);
	const variance = reduceMean(square(centred), { axes, keepAxes: true });
	return { y: divide(centred, squareRoot(add(variance, epsilon))), mean, variance };
}

function scaled(x: Tensor, { scale, shift }: Affine): Tensor {
	return add(multiply(x, perChannel(x, scale)), perChannel(x, shift));
}

function perChannel(x: Tensor, vector: Tensor): Tensor {
	return reshape(vector, [1, -1, ...x.shape.slice(2).map(() => 1)]);
}
