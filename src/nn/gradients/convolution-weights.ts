import type { Tensor } from '../graph.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { concat, pad, reshape, slice, transpose } from '../ops/layout.ts';
import { matmul } from '../ops/reduce.ts';
import { range } from '../shape.ts';

/**
 * The gradient of a convolution's weights `[out, in/groups, ...kernel]` as one large matrix product.
 *
 * dW[o, c, i, j] = Σ dy[o, p, q] · x[c, p·s + i, q·s + j] over the batch and all positions (p, q). At stride 1 the row
 * shift i is given to x (slices of whole rows) and the column shift j to dy (padding): k copies of each instead of k²
 * of x, and a product of [k·out, positions] with [positions, k·in].
 */
export function weightGradient(
	geometry: ConvolutionGeometry,
	x: Tensor,
	dy: Tensor,
	weightShape: readonly number[],
): Tensor {
	const last = weightShape.length - 3;
	const shiftsGradient = geometry.strides[last] === 1;
	const columns = shiftsGradient ? weightShape[last + 2]! : 1;
	const taps = tapsOf(shiftsGradient ? weightShape.slice(2).with(last, 1) : weightShape.slice(2));
	const source = grouped(paddedInput(geometry, x), geometry.groups); // [groups, in/groups, n, ...space]
	const target = grouped(dy, geometry.groups); // [groups, out/groups, n, ...space]
	const seen = concat(
		taps.map((tap) => window(geometry, source, dy.shape.slice(2), tap, shiftsGradient)),
		1,
	); // [groups, taps·in/groups, n, ...space]
	const shifted = concat(
		range(columns).map((column) => shift(target, column * geometry.dilations[last]!, seen.shape.at(-1)!)),
		1,
	); // [groups, columns·out/groups, n, ...space]
	const product = matmul(matrices(shifted), matrices(seen), { transposeRight: true });
	return arranged(product, geometry.groups, columns, taps.length, weightShape);
}

function paddedInput({ padBefore, padAfter }: ConvolutionGeometry, x: Tensor): Tensor {
	return pad(x, [0, 0, ...padBefore], [0, 0, ...padAfter]);
}

/** `[n, c, ...]` to `[groups, c/groups, n, ...]`. */
function grouped(x: Tensor, groups: number): Tensor {
	const [n, c, ...space] = x.shape;
	const split = reshape(x, [n!, groups, c! / groups, ...space]);
	return transpose(split, [1, 2, 0, ...space.map((_, axis) => axis + 3)]);
}

/** What one tap sees of the input; all columns where their shift is the gradient's. */
function window(
	{ strides, dilations }: ConvolutionGeometry,
	source: Tensor,
	extents: readonly number[],
	tap: readonly number[],
	allColumns: boolean,
): Tensor {
	const ranges = tap.map((index, axis) => {
		const start = index * dilations[axis]!;
		const step = strides[axis]!;
		return { axis: axis + 3, start, end: start + (extents[axis]! - 1) * step + 1, step };
	});
	return slice(source, ...(allColumns ? ranges.slice(0, -1) : ranges));
}

/** Moves a gradient `count` columns to the right in rows of `width`. */
function shift(dy: Tensor, count: number, width: number): Tensor {
	const none = dy.shape.map(() => 0);
	const last = dy.shape.length - 1;
	return pad(dy, none.with(last, count), none.with(last, width - dy.shape[last]! - count));
}

/** `[groups, rows, ...]` to matrices; a single group needs no stack. */
function matrices(x: Tensor): Tensor {
	const [groups, rows] = x.shape;
	return reshape(x, groups === 1 ? [rows!, -1] : [groups!, rows!, -1]);
}

/** `[groups, columns·out/groups, taps·in/groups]` to the weights' own shape. */
function arranged(product: Tensor, groups: number, columns: number, taps: number, shape: readonly number[]): Tensor {
	const [out, channels] = shape;
	const split = reshape(product, [groups, columns, out! / groups, taps, channels!]);
	return reshape(transpose(split, [0, 2, 4, 3, 1]), shape);
}

function tapsOf(kernel: readonly number[]): number[][] {
	return kernel.reduce<number[][]>(
		(taps, count) => taps.flatMap((tap) => range(count).map((index) => [...tap, index])),
		[[]],
	);
}
