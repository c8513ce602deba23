import type { Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import { axisOf, range } from '../shape.ts';
import { cast, equal } from './elementwise.ts';
import { reshape } from './layout.ts';

/** Position (int64) of the largest element along an axis, which goes; the first one where several are. */
export function argMax(x: Tensor, axis: number): Tensor {
	return argument('max', x, axis);
}

/** Position (int64) of the smallest element along an axis, which goes; the first one where several are. */
export function argMin(x: Tensor, axis: number): Tensor {
	return argument('min', x, axis);
}

/** The `count` largest elements along an axis in descending order, and their positions (int64). */
export function topK(
	x: Tensor,
	count: number,
	axis: number,
	{ largest = true }: { largest?: boolean } = {},
): { values: Tensor; indices: Tensor } {
	const along = axisOf('topK', x.shape, axis);
	if (!Number.isInteger(count) || count < 1 || count > x.shape[along]!)
		throw new GraphError(
			`topK got count ${count} for axis ${along} of ${showShape(x.shape)}; wanted 1..${x.shape[along]}`,
		);
	const shape = x.shape.with(along, count);
	const [values, indices] = x.graph.node(
		{ kind: 'topK', count, axis: along, largest },
		[x],
		[
			{ shape, dtype: x.dtype },
			{ shape, dtype: 'int64' },
		],
	);
	return { values: values!, indices: indices! };
}

/** Entries of `x` along an axis at integer positions of any shape, which takes the place of that axis. */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
	const along = axisOf('gather', x.shape, axis);
	whole('gather', indices);
	const shape = x.shape.toSpliced(along, 1, ...indices.shape);
	return x.graph.node({ kind: 'gather', axis: along }, [x, indices], [{ shape, dtype: x.dtype }])[0]!;
}

/** Like `gather`, but every element has its own position: `indices` differs from `x` along the axis only. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
	const along = axisOf('gatherElements', x.shape, axis);
	whole('gatherElements', indices);
	if (
		x.shape.length !== indices.shape.length ||
		x.shape.some((extent, a) => a !== along && extent !== indices.shape[a])
	)
		throw new GraphError(
			`gatherElements along axis ${along} got ${showShape(x.shape)} and positions ${showShape(indices.shape)}; wanted shapes that differ along that axis only`,
		);
	return x.graph.node(
		{ kind: 'gatherElements', axis: along },
		[x, indices],
		[{ shape: indices.shape, dtype: x.dtype }],
	)[0]!;
}

/** A new last axis of float32 that is 1 at the position and 0 elsewhere. */
export function oneHot(indices: Tensor, depth: number): Tensor {
	whole('oneHot', indices);
	const positions = indices.graph.constant(range(depth), [depth], indices.dtype);
	return cast(equal(reshape(indices, [...indices.shape, 1]), positions), 'float32');
}

function argument(name: 'max' | 'min', x: Tensor, axis: number): Tensor {
	const along = axisOf(`arg ${name}`, x.shape, axis);
	const shape = x.shape.toSpliced(along, 1);
	return x.graph.node({ kind: 'argument', name, axis: along }, [x], [{ shape, dtype: 'int64' }])[0]!;
}

function whole(operation: string, indices: Tensor): void {
	if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
		throw new GraphError(`${operation} got ${indices.dtype} positions; wanted int64 or int32`);
}
