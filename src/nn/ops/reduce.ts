import type { Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import type { ReduceName } from '../operation.ts';
import { axesOf, axisOf, range } from '../shape.ts';
import { add, divide, multiply, squareRoot } from './elementwise.ts';
import { reshape, transpose } from './layout.ts';

export interface Reduction {
	/** Default: all axes. */
	readonly axes?: readonly number[];
	/** Whether the reduced axes stay with extent 1; default: they go. */
	readonly keepAxes?: boolean;
}

export function reduceSum(x: Tensor, reduction: Reduction = {}): Tensor {
	return reduce('sum', x, reduction);
}

export function reduceMean(x: Tensor, reduction: Reduction = {}): Tensor {
	return reduce('mean', x, reduction);
}

/** Where several elements are largest they share the gradient equally. */
export function reduceMax(x: Tensor, reduction: Reduction = {}): Tensor {
	return reduce('max', x, reduction);
}

/** Where several elements are smallest they share the gradient equally. */
export function reduceMin(x: Tensor, reduction: Reduction = {}): Tensor {
	return reduce('min', x, reduction);
}

/** Sums to 1 along the axis. */
export function softmax(x: Tensor, axis: number): Tensor {
	const along = axisOf('softmax', x.shape, axis);
	const last = x.shape.length - 1;
	if (along === last) return x.graph.node({ kind: 'softmax', axis: last }, [x], [x])[0]!;
	const order = range(x.shape.length).with(along, last).with(last, along);
	return transpose(softmax(transpose(x, order), last), order);
}

/** `x / √(Σ x² + epsilon)` along an axis. */
export function normaliseL2(x: Tensor, axis: number, epsilon = 1e-12): Tensor {
	const squares = reduceSum(multiply(x, x), { axes: [axis], keepAxes: true });
	return divide(x, squareRoot(add(squares, epsilon)));
}

/**
 * `[..., m, k] × [..., k, n]`, the leading axes broadcast. With `transposeRight` the right operand is `[..., n, k]`:
 * the runtime reads it that way round without a copy.
 */
export function matmul(a: Tensor, b: Tensor, { transposeRight = false }: { transposeRight?: boolean } = {}): Tensor {
	const [m, k] = a.shape.slice(-2);
	const [rows, columns] = b.shape.slice(-2);
	const inner = transposeRight ? columns : rows;
	const n = transposeRight ? rows : columns;
	if (m === undefined || k === undefined || n === undefined || inner !== k || a.dtype !== b.dtype)
		throw new GraphError(
			`matmul got ${a.dtype}${showShape(a.shape)} and ${b.dtype}${showShape(b.shape)}${transposeRight ? ' (transposed)' : ''}; wanted matrices with equal inner extents`,
		);
	const stacks = stacksOf(a, b);
	return a.graph.node({ kind: 'matmul', transposeRight }, [a, b], [{ shape: [...stacks, m, n], dtype: a.dtype }])[0]!;
}

/** Row vectors `[m, k]` times weights `[n, k]` plus a bias `[n]`. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
	const product = matmul(x, weight, { transposeRight: true });
	return bias ? add(product, reshape(bias, [1, -1])) : product;
}

function stacksOf(a: Tensor, b: Tensor): number[] {
	const left = a.shape.slice(0, -2);
	const right = b.shape.slice(0, -2);
	const rank = Math.max(left.length, right.length);
	return range(rank).map((axis) => {
		const l = left[axis - rank + left.length] ?? 1;
		const r = right[axis - rank + right.length] ?? 1;
		if (l !== r && l !== 1 && r !== 1)
			throw new GraphError(`matmul got ${showShape(a.shape)} and ${showShape(b.shape)}; wanted stacks that broadcast`);
		return Math.max(l, r);
	});
}

function reduce(name: ReduceName, x: Tensor, { axes, keepAxes = false }: Reduction): Tensor {
	const over = axes ? axesOf(`reduce ${name}`, x.shape, axes) : range(x.shape.length);
	if (over.length === 0) return x;
	const kept = x.shape.map((extent, axis) => (over.includes(axis) ? 1 : extent));
	const shape = keepAxes ? kept : x.shape.filter((_, axis) => !over.includes(axis));
	if (over.every((axis) => x.shape[axis] === 1)) return reshape(x, shape);
	return x.graph.node({ kind: 'reduce', name, axes: over, keepAxes }, [x], [{ shape, dtype: x.dtype }])[0]!;
}
