import type { Tensor } from '../graph.ts';
import { multiply } from '../ops/elementwise.ts';
import { reshape, transpose } from '../ops/layout.ts';
import { matmul, reduceSum } from '../ops/reduce.ts';
import { oneHot } from '../ops/select.ts';
import { range, sizeOf } from '../shape.ts';

/**
 * Adds each gathered entry back where it came from, as a product with the one-hot positions: memory grows with
 * positions × entries, which suits tables of up to some thousand entries.
 */
export function gatherGradient(x: Tensor, indices: Tensor, axis: number, dy: Tensor): Tensor {
	const entries = x.shape[axis]!;
	const count = sizeOf(indices.shape);
	const before = sizeOf(x.shape.slice(0, axis));
	const after = sizeOf(x.shape.slice(axis + 1));
	const chosen = transpose(oneHot(reshape(indices, [count]), entries), [1, 0]); // [entries, count]
	const rows = reshape(dy, [before, count, after]);
	return reshape(matmul(chosen, rows), x.shape); // [before, entries, after]
}

/** As `gatherGradient`, for one position per element. */
export function gatherElementsGradient(x: Tensor, indices: Tensor, axis: number, dy: Tensor): Tensor {
	const last = x.shape.length - 1;
	const order = range(x.shape.length).with(axis, last).with(last, axis);
	const positions = transpose(indices, order); // [..., count]
	const arriving = transpose(dy, order);
	const chosen = oneHot(positions, x.shape[axis]!); // [..., count, entries]
	const spread = multiply(chosen, reshape(arriving, [...arriving.shape, 1]));
	return transpose(reduceSum(spread, { axes: [last] }), order);
}
