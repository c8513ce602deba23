import type { Tensor } from '../graph.ts';
import type { Operation } from '../operation.ts';
import { cast, divide, equal, multiply, subtract } from '../ops/elementwise.ts';
import { broadcastTo, reshape, transpose } from '../ops/layout.ts';
import { matmul, reduceSum } from '../ops/reduce.ts';
import { range, sizeOf } from '../shape.ts';
import type { Gradient } from './gradients.ts';

/** Sums a gradient over the axes along which a tensor of this shape was stretched. */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
	const lead = dy.shape.length - shape.length;
	const axes = range(dy.shape.length).filter(
		(axis) => axis < lead || (shape[axis - lead] === 1 && dy.shape[axis] !== 1),
	);
	return reshape(axes.length === 0 ? dy : reduceSum(dy, { axes, keepAxes: true }), shape);
}

export function reduceGradient(
	{ name, axes }: Operation & { kind: 'reduce' },
	x: Tensor,
	y: Tensor,
	dy: Tensor,
): Tensor {
	const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
	const arriving = reshape(dy, kept);
	switch (name) {
		case 'sum':
			return broadcastTo(arriving, x.shape);
		case 'mean':
			return broadcastTo(divide(arriving, sizeOf(x.shape) / sizeOf(kept)), x.shape);
		case 'max':
		case 'min': {
			const chosen = cast(equal(x, reshape(y, kept)), 'float32');
			return multiply(chosen, divide(arriving, reduceSum(chosen, { axes, keepAxes: true })));
		}
		default:
			return name satisfies never;
	}
}

export function softmaxGradient(axis: number, y: Tensor, dy: Tensor): Tensor {
	const weighted = multiply(dy, y);
	return subtract(weighted, multiply(y, reduceSum(weighted, { axes: [axis], keepAxes: true })));
}

export function matmulGradients(
	transposeRight: boolean,
	a: Tensor,
	b: Tensor,
	dy: Tensor,
	wanted: readonly boolean[],
): Gradient[] {
	const left = wanted[0] ? sumTo(matmul(dy, b, { transposeRight: !transposeRight }), a.shape) : undefined;
	if (!wanted[1]) return [left];
	const right = transposeRight ? matmul(swapped(dy), a) : matmul(swapped(a), dy);
	return [left, sumTo(right, b.shape)];
}

function swapped(x: Tensor): Tensor {
	const last = x.shape.length - 1;
	return transpose(
		x,
		range(x.shape.length)
			.with(last, last - 1)
			.with(last - 1, last),
	);
}
