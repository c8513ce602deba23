import type { Tensor } from '../graph.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { multiply } from '../ops/elementwise.ts';
import { concat, pad, reshape, slice, transpose } from '../ops/layout.ts';
import { matmul } from '../ops/reduce.ts';
import { gather } from '../ops/select.ts';
import { range, sameShape, sizeOf } from '../shape.ts';

/**
 * The gradient of a convolution's weights `[out, in/groups, ...kernel]` as one large matrix product for each image.
 *
 * dW[o, c, i, j] = Σ dy[o, p, q] · x[c, p·s + i, q·s + j] over the batch and all positions (p, q). At stride 1 the row
 * shift i is given to x (whole rows are gathered) and the column shift j to dy: k copies of each instead of k² of x, and
 * a product of [k·out, positions] with [positions, k·in]. Moved columns of dy that fall outside x meet its padding: they
 * are cut off, and no column of x need be padded.
 */
export function weightGradient(
	geometry: ConvolutionGeometry,
	x: Tensor,
	dy: Tensor,
	weightShape: readonly number[],
): Tensor {
	const { groups, strides } = geometry;
	const [out, channels, ...kernel] = weightShape as [number, number, ...number[]];
	const lastTaps = kernel.at(-1)!;
	const shiftsGradient = strides.at(-1) === 1;
	const seen = shiftsGradient ? rowsOf(geometry, x, false) : shiftedColumns(geometry, x, lastTaps, dy.shape.at(-1)!);
	const unfolded = unfoldRows(geometry, seen, x.shape, kernel, dy.shape);
	const width = unfolded.shape.at(-1)!;
	const shifted = shiftsGradient ? shiftedGradients(geometry, dy, lastTaps, width) : dy;
	const positions = sizeOf(dy.shape.slice(2, -1)) * width;
	const product = matmul(stacked(shifted, groups, positions), stacked(unfolded, groups, positions), {
		transposeRight: true,
	}); // [n, groups, out/groups (j), channels (j) taps]
	const rowTaps = sizeOf(kernel.slice(0, -1));
	const sum = sumOfImages(product); // [1, groups · out/groups · (j) · channels · (j) · taps]
	// Of the two column axes one is of extent 1; the other becomes the last.
	const split = shiftsGradient
		? reshape(sum, [out, lastTaps, channels * rowTaps])
		: reshape(sum, [out * channels, lastTaps, rowTaps]);
	return reshape(transpose(split, [0, 2, 1]), weightShape);
}

/** The input with its row axes padded and as one, its columns padded or not: `[n, c, 1, rows, width]`. */
function rowsOf({ padBefore, padAfter }: ConvolutionGeometry, x: Tensor, padColumns: boolean): Tensor {
	const counts = (padding: readonly number[]) => [0, 0, ...(padColumns ? padding : padding.with(-1, 0))];
	const padded = pad(x, counts(padBefore), counts(padAfter));
	const [n, c] = padded.shape;
	return reshape(padded, [n!, c!, 1, -1, padded.shape.at(-1)!]);
}

/** What each column tap sees: `[n, c, taps, rows, width]`. */
function shiftedColumns(geometry: ConvolutionGeometry, x: Tensor, taps: number, width: number): Tensor {
	const rows = rowsOf(geometry, x, true);
	const step = geometry.strides.at(-1)!;
	const views = range(taps).map((tap) => {
		const start = tap * geometry.dilations.at(-1)!;
		return slice(rows, { axis: 4, start, end: start + (width - 1) * step + 1, step });
	});
	return concat(views, 2);
}

/** What each row tap sees: `[n, c, columnTaps, rowTaps·outputRows, width]`. */
function unfoldRows(
	{ strides, dilations, padBefore, padAfter }: ConvolutionGeometry,
	seen: Tensor,
	inputShape: readonly number[],
	kernel: readonly number[],
	outputShape: readonly number[],
): Tensor {
	let rows = [0];
	const rowAxes = range(kernel.length - 1);
	const extent = (axis: number) => inputShape[axis + 2]! + padBefore[axis]! + padAfter[axis]!;
	for (const axis of rowAxes)
		rows = rows.flatMap((row) => range(kernel[axis]!).map((tap) => row * extent(axis) + tap * dilations[axis]!));
	let outputs = [0];
	for (const axis of rowAxes)
		outputs = outputs.flatMap((row) =>
			range(outputShape[axis + 2]!).map((p) => row * extent(axis) + p * strides[axis]!),
		);
	const wanted = rows.flatMap((tap) => outputs.map((row) => tap + row));
	if (sameShape(wanted, range(seen.shape[3]!))) return seen;
	return gather(seen, seen.graph.constant(wanted, [wanted.length], 'int64'), 3);
}

/** The gradient moved right by every column tap, in rows as wide as the input's: `[n, groups, out/groups, taps, ...]`. */
function shiftedGradients(
	{ groups, dilations, padBefore }: ConvolutionGeometry,
	dy: Tensor,
	taps: number,
	width: number,
): Tensor {
	const [n, out, ...space] = dy.shape as [number, number, ...number[]];
	const split = reshape(dy, [n, groups, out / groups, 1, ...space]);
	return concat(
		range(taps).map((tap) => movedColumns(split, tap * dilations.at(-1)! - padBefore.at(-1)!, width)),
		3,
	);
}

/** Columns moved right by `distance`, which may be negative, into rows of `width`: cut off or filled with zeros. */
function movedColumns(x: Tensor, distance: number, width: number): Tensor {
	const axis = x.shape.length - 1;
	const extent = x.shape[axis]!;
	const [first, last] = [Math.max(0, -distance), Math.min(extent, width - distance)];
	const none = x.shape.map(() => 0);
	if (first >= last) return multiply(movedColumns(x, 0, width), 0);
	const before = none.with(axis, first + distance);
	const after = none.with(axis, width - distance - last);
	return pad(slice(x, { axis, start: first, end: last }), before, after);
}

/** `[n, groups·rows, ...]` as matrices `[n, groups, rows, positions]`. */
function stacked(x: Tensor, groups: number, positions: number): Tensor {
	return reshape(x, groups === 1 ? [x.shape[0]!, -1, positions] : [x.shape[0]!, groups, -1, positions]);
}

/** A product with ones: the runtime sums along a first axis six times as slowly. `[n, ...]` → `[1, (...)]` */
function sumOfImages(x: Tensor): Tensor {
	const [n] = x.shape as [number, ...number[]];
	const ones = x.graph.constant(new Float32Array(n).fill(1), [1, n]);
	return matmul(ones, reshape(x, [n, -1]));
}
