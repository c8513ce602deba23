import { GraphError, showShape } from './graph-error.ts';

/** How many elements a tensor of this shape holds; 1 for a scalar `[]`. */
export function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
	return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** NumPy's rule: shapes are aligned at their last axis, and an axis of 1 stretches. */
export function broadcastShapes(operation: string, a: readonly number[], b: readonly number[]): number[] {
	const joint = joinShapes(a, b);
	if (joint === undefined)
		throw new GraphError(
			`${operation} got shapes ${showShape(a)} and ${showShape(b)}; wanted shapes that are equal or 1 along each axis`,
		);
	return joint;
}

/** Like `broadcastShapes`, but `undefined` where the shapes do not fit. */
export function joinShapes(a: readonly number[], b: readonly number[]): number[] | undefined {
	const rank = Math.max(a.length, b.length);
	const joint: number[] = [];
	for (let axis = 0; axis < rank; axis++) {
		const left = a[axis - rank + a.length] ?? 1;
		const right = b[axis - rank + b.length] ?? 1;
		if (left !== right && left !== 1 && right !== 1) return undefined;
		joint.push(left === 1 ? right : left);
	}
	return joint;
}

/** An axis counted from the front; negative axes count from the back. */
export function axisOf(operation: string, shape: readonly number[], axis: number): number {
	const positive = axis < 0 ? axis + shape.length : axis;
	if (!Number.isInteger(axis) || positive < 0 || positive >= shape.length)
		throw new GraphError(
			`${operation} got axis ${axis} for shape ${showShape(shape)}; wanted ${-shape.length}..${shape.length - 1}`,
		);
	return positive;
}

/** Distinct axes in ascending order. */
export function axesOf(operation: string, shape: readonly number[], axes: readonly number[]): number[] {
	const sorted = axes.map((axis) => axisOf(operation, shape, axis)).sort((a, b) => a - b);
	if (new Set(sorted).size !== sorted.length)
		throw new GraphError(
			`${operation} got axes ${showShape(axes)} for shape ${showShape(shape)}; wanted each axis once`,
		);
	return sorted;
}

/** The numbers 0 … count-1. */
export function range(count: number): number[] {
	return Array.from({ length: count }, (_, index) => index);
}
