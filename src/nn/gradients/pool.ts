import type { Tensor } from '../graph.ts';
import type { Operation, PoolGeometry } from '../operation.ts';
import { add, cast, divide, equal, multiply } from '../ops/elementwise.ts';
import { pad, reshape, slice } from '../ops/layout.ts';
import { pool, sumPool, upsampleNearest } from '../ops/pool.ts';
import { reduceSum } from '../ops/reduce.ts';
import { range, sizeOf } from '../shape.ts';
import { dilate } from './dilate.ts';

export function poolGradient(operation: Operation & { kind: 'pool' }, x: Tensor, y: Tensor, dy: Tensor): Tensor {
	if (operation.name === 'average') return averageGradient(operation, x, dy);
	return tiles(operation, x) ? tiledMaxGradient(operation, x, y, dy) : overlappingMaxGradient(operation, x, y, dy);
}

export function upsampleGradient(factors: readonly number[], dy: Tensor): Tensor {
	return sumPool(dy, { kernel: factors });
}

/** Whether the boxes lie side by side and cover everything. */
function tiles({ kernel, strides, padBefore, padAfter }: PoolGeometry, x: Tensor): boolean {
	return kernel.every(
		(taps, axis) =>
			taps === strides[axis] && padBefore[axis] === 0 && padAfter[axis] === 0 && x.shape[axis + 2]! % taps === 0,
	);
}

/** A mean's gradient is itself a mean: of the gradients of all boxes an element lies in. */
function averageGradient(geometry: PoolGeometry, x: Tensor, dy: Tensor): Tensor {
	const { kernel, strides, padBefore } = geometry;
	if (tiles(geometry, x)) return upsampleNearest(divide(dy, sizeOf(kernel)), kernel);
	const reach = dy.shape.map((extent, axis) => (axis < 2 ? extent : (extent - 1) * strides[axis - 2]! + 1));
	const spread = dilate(dy, [0, 0, ...kernel.map(() => 0)], [1, 1, ...strides], reach);
	const all = kernel.map((taps) => taps - 1);
	const unit = kernel.map(() => 1);
	const means = pool('average', spread, { kernel, strides: unit, padBefore: all, padAfter: all });
	// Now the first element is that `padBefore` before the input's; elements past the last box get nothing.
	const starts = [0, 0, ...padBefore];
	const ends = x.shape.map((extent, axis) => Math.min(starts[axis]! + extent, means.shape[axis]!));
	const seen = slice(means, ...ends.map((end, axis) => ({ axis, start: starts[axis]!, end })));
	return pad(
		seen,
		x.shape.map(() => 0),
		x.shape.map((extent, axis) => extent - seen.shape[axis]!),
	);
}

function tiledMaxGradient({ kernel }: PoolGeometry, x: Tensor, y: Tensor, dy: Tensor): Tensor {
	const split = (t: Tensor, taps: (axis: number) => number) => [
		...t.shape.slice(0, 2),
		...kernel.flatMap((_, axis) => [t.shape[axis + 2]! / taps(axis), taps(axis)]),
	];
	const cells = reshape(
		x,
		split(x, (axis) => kernel[axis]!),
	); // [n, c, h', kh, w', kw]
	const tops = reshape(
		y,
		split(y, () => 1),
	); // [n, c, h', 1, w', 1]
	const arriving = reshape(dy, tops.shape);
	const chosen = cast(equal(cells, tops), 'float32');
	const axes = kernel.map((_, axis) => 3 + 2 * axis);
	const shared = divide(arriving, reduceSum(chosen, { axes, keepAxes: true }));
	return reshape(multiply(chosen, shared), x.shape);
}

/** Tap by tap: which boxes have their maximum there, and what they send back. */
function overlappingMaxGradient(geometry: PoolGeometry, x: Tensor, y: Tensor, dy: Tensor): Tensor {
	const { kernel, strides, padBefore, padAfter } = geometry;
	const steps = [1, 1, ...strides];
	const padded = pad(x, [0, 0, ...padBefore], [0, 0, ...padAfter], -3.4e38);
	const starts = tapsOf(kernel).map((tap) => [0, 0, ...tap]);
	const chosen = starts.map((start) => {
		const seen = slice(
			padded,
			...start.map((first, axis) => ({
				axis,
				start: first,
				end: first + (y.shape[axis]! - 1) * steps[axis]! + 1,
				step: steps[axis]!,
			})),
		);
		return cast(equal(seen, y), 'float32');
	});
	const shared = divide(
		dy,
		chosen.reduce((a, b) => add(a, b)),
	);
	const sum = chosen
		.map((mask, tap) => dilate(multiply(mask, shared), starts[tap]!, steps, padded.shape))
		.reduce((a, b) => add(a, b));
	return slice(
		sum,
		...x.shape.map((extent, axis) => {
			const start = axis < 2 ? 0 : padBefore[axis - 2]!;
			return { axis, start, end: start + extent };
		}),
	);
}

/** Every position inside the kernel. */
function tapsOf(kernel: readonly number[]): number[][] {
	return kernel.reduce<number[][]>(
		(taps, count) => taps.flatMap((tap) => range(count).map((index) => [...tap, index])),
		[[]],
	);
}
