import type { Tensor } from './graph.ts';
import { absolute, add, type Operand, square, subtract } from './ops/elementwise.ts';
import { slice } from './ops/layout.ts';
import { reduceMean } from './ops/reduce.ts';

/** Mean squared difference over all elements, `[]`. */
export function meanSquaredError(prediction: Tensor, target: Operand): Tensor {
	return reduceMean(square(subtract(prediction, target)));
}

/** Mean absolute difference over all elements, `[]`. */
export function meanAbsoluteError(prediction: Tensor, target: Operand): Tensor {
	return reduceMean(absolute(subtract(prediction, target)));
}

/**
 * How much edges differ: the mean of | |∂prediction| - |∂target| | for differences between neighbours, along x plus
 * along y, of `[n, c, h, w]` (Mathieu et al., ICLR 2016, with α = 1; Liu et al., CVPR 2018, equation 4).
 */
export function gradientDifference(prediction: Tensor, target: Tensor): Tensor {
	const along = (axis: number) => meanAbsoluteError(edges(prediction, axis), edges(target, axis));
	return add(along(3), along(2));
}

function edges(x: Tensor, axis: number): Tensor {
	return absolute(subtract(slice(x, { axis, start: 1 }), slice(x, { axis, end: -1 })));
}
