import type { Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import type { PoolGeometry } from '../operation.ts';
import { sizeOf } from '../shape.ts';
import { perAxis, perSide } from './convolution.ts';
import { divide, multiply } from './elementwise.ts';
import { broadcastTo } from './layout.ts';

export interface PoolOptions {
	readonly kernel: number | readonly number[];
	/** Default: the kernel. */
	readonly stride?: number | readonly number[];
	/** One number, one per spatial axis, or all befores and then all afters; less than the kernel. */
	readonly padding?: number | readonly number[];
}

/** Over the spatial axes of `[n, c, ...]`. Where several elements are largest they share the gradient equally. */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
	return pool('max', x, geometryOf('maxPool', x, options));
}

/** The mean of each box; `countPadding` says whether elements outside count as zeros (default) or not at all. */
export function averagePool(x: Tensor, options: PoolOptions & { readonly countPadding?: boolean }): Tensor {
	const geometry = geometryOf('averagePool', x, options);
	const mean = pool('average', x, geometry);
	if (options.countPadding !== false) return mean;
	const one = broadcastTo(x.graph.constant(1), [1, 1, ...x.shape.slice(2)]);
	return divide(mean, pool('average', one, geometry));
}

/** The sum over each box, elements outside being zeros. */
export function sumPool(x: Tensor, options: PoolOptions): Tensor {
	const geometry = geometryOf('sumPool', x, options);
	return multiply(pool('average', x, geometry), sizeOf(geometry.kernel));
}

/** Repeats every element `factor` times along each spatial axis of `[n, c, ...]`. */
export function upsampleNearest(x: Tensor, factor: number | readonly number[]): Tensor {
	const factors = perAxis('upsampleNearest', 'factor', factor, x.shape.length - 2);
	if (factors.every((times) => times === 1)) return x;
	const shape = x.shape.map((extent, axis) => (axis < 2 ? extent : extent * factors[axis - 2]!));
	return x.graph.node({ kind: 'upsample', factors }, [x], [{ shape, dtype: x.dtype }])[0]!;
}

export interface GridSampleOptions {
	readonly padding?: 'zeros' | 'border';
	/** Whether -1 and 1 are the centres of the first and last pixel (true) or their outer edges (false, default). */
	readonly alignCorners?: boolean;
}

/**
 * Bilinear samples of `[n, c, h, w]` at `[n, h', w', 2]`, x before y, each -1..1 across the image. For inference: it
 * has no gradient.
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
	const [n, h, w, two] = grid.shape;
	if (x.shape.length !== 4 || grid.shape.length !== 4 || n !== x.shape[0] || two !== 2)
		throw new GraphError(
			`gridSample got ${showShape(x.shape)} and the grid ${showShape(grid.shape)}; wanted [n, c, h, w] and [n, h', w', 2]`,
		);
	const { padding = 'zeros', alignCorners = false } = options;
	const shape = [n!, x.shape[1]!, h!, w!];
	return x.graph.node({ kind: 'gridSample', padding, alignCorners }, [x, grid], [{ shape, dtype: x.dtype }])[0]!;
}

/** For gradients, which know their geometry exactly. */
export function pool(name: 'max' | 'average', x: Tensor, geometry: PoolGeometry): Tensor {
	const { kernel, strides, padBefore, padAfter } = geometry;
	const extents = x.shape
		.slice(2)
		.map(
			(extent, axis) => Math.floor((extent + padBefore[axis]! + padAfter[axis]! - kernel[axis]!) / strides[axis]!) + 1,
		);
	const shape = [...x.shape.slice(0, 2), ...extents];
	return x.graph.node(
		{ kind: 'pool', name, kernel, strides, padBefore, padAfter },
		[x],
		[{ shape, dtype: x.dtype }],
	)[0]!;
}

function geometryOf(name: string, x: Tensor, { kernel, stride, padding = 0 }: PoolOptions): PoolGeometry {
	const rank = x.shape.length - 2;
	if (rank < 1 || x.dtype !== 'float32')
		throw new GraphError(`${name} got ${x.dtype}${showShape(x.shape)}; wanted float32 [batch, channels, ...spatial]`);
	const taps = perAxis(name, 'kernel', kernel, rank);
	const pads = perSide(name, 'padding', padding, rank);
	if (pads.some((count, side) => count >= taps[side % rank]!))
		throw new GraphError(`${name} got the padding ${showShape(pads)}; wanted less than the kernel ${showShape(taps)}`);
	return {
		kernel: taps,
		strides: stride === undefined ? taps : perAxis(name, 'stride', stride, rank),
		padBefore: pads.slice(0, rank),
		padAfter: pads.slice(rank),
	};
}
