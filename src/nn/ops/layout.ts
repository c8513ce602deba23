import type { Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import { axisOf, broadcastShapes, range, sameShape, sizeOf } from '../shape.ts';

/** One extent may be -1: it takes what the others leave. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
	const free = shape.indexOf(-1);
	const known = sizeOf(shape.filter((extent) => extent !== -1));
	const full = shape.map((extent, axis) => (axis === free ? sizeOf(x.shape) / known : extent));
	if (sizeOf(full) !== sizeOf(x.shape) || full.some((extent) => !Number.isInteger(extent) || extent < 1))
		throw new GraphError(
			`reshape got ${showShape(x.shape)} and the shape ${showShape(shape)}; wanted ${sizeOf(x.shape)} elements in both`,
		);
	if (sameShape(full, x.shape)) return x;
	const { operation, inputs } = x.graph.producer(x);
	if (operation.kind === 'reshape') return reshape(inputs[0]!, full);
	return x.graph.node({ kind: 'reshape', shape: full }, [x], [{ shape: full, dtype: x.dtype }])[0]!;
}

/** Axis `i` of the result is axis `order[i]` of `x`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
	if (
		!sameShape(
			[...order].sort((a, b) => a - b),
			range(x.shape.length),
		)
	)
		throw new GraphError(
			`transpose got ${showShape(x.shape)} and the order ${showShape(order)}; wanted each axis once`,
		);
	const shape = order.map((axis) => x.shape[axis]!);
	if (sameShape(order, range(order.length))) return x;
	// Moving only axes of extent 1 moves no element.
	const moved = order.filter((axis) => x.shape[axis] !== 1);
	if (moved.every((axis, index) => index === 0 || axis > moved[index - 1]!)) return reshape(x, shape);
	const { operation, inputs } = x.graph.producer(x);
	if (operation.kind === 'transpose')
		return transpose(
			inputs[0]!,
			order.map((axis) => operation.order[axis]!),
		);
	return x.graph.node({ kind: 'transpose', order }, [x], [{ shape, dtype: x.dtype }])[0]!;
}

/** Repeats `x` along its axes of 1 (and new leading axes) until it has this shape. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
	if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape))
		throw new GraphError(
			`broadcastTo got ${showShape(x.shape)} and ${showShape(shape)}; wanted a shape it stretches to`,
		);
	if (sizeOf(shape) === sizeOf(x.shape)) return reshape(x, shape);
	return x.graph.node({ kind: 'expand', shape }, [x], [{ shape, dtype: x.dtype }])[0]!;
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
	const [first] = parts;
	if (!first) throw new GraphError('concat got no tensors; wanted at least one');
	if (parts.length === 1) return first;
	const along = axisOf('concat', first.shape, axis);
	for (const part of parts)
		if (
			part.dtype !== first.dtype ||
			!sameShape(part.shape.toSpliced(along, 1), first.shape.toSpliced(along, 1)) ||
			part.shape.length !== first.shape.length
		)
			throw new GraphError(
				`concat along axis ${along} got ${parts.map((p) => `${p.dtype}${showShape(p.shape)}`).join(', ')}; wanted tensors that differ along that axis only`,
			);
	const shape = first.shape.with(
		along,
		parts.reduce((sum, part) => sum + part.shape[along]!, 0),
	);
	return first.graph.node({ kind: 'concat', axis: along }, parts, [{ shape, dtype: first.dtype }])[0]!;
}

export interface SliceRange {
	readonly axis: number;
	/** Negative positions count from the end. Default: the first element (the last one when the step is negative). */
	readonly start?: number;
	/** Exclusive. Default: through the last element (the first one when the step is negative). */
	readonly end?: number;
	readonly step?: number;
}

export function slice(x: Tensor, ...ranges: readonly SliceRange[]): Tensor {
	const starts = x.shape.map(() => 0);
	const ends = [...x.shape];
	const steps = x.shape.map(() => 1);
	const shape = [...x.shape];
	for (const { axis, start, end, step = 1 } of ranges) {
		const along = axisOf('slice', x.shape, axis);
		const extent = x.shape[along]!;
		if (!Number.isInteger(step) || step === 0)
			throw new GraphError(`slice got step ${step}; wanted a whole number but 0`);
		const position = (value: number) => (value < 0 ? value + extent : value);
		const first = start === undefined ? (step > 0 ? 0 : extent - 1) : position(start);
		const last = end === undefined ? (step > 0 ? extent : -1) : Math.min(position(end), extent);
		const count = Math.ceil((last - first) / step);
		if (first < 0 || first >= extent || count < 1)
			throw new GraphError(
				`slice got ${start ?? ''}:${end ?? ''}:${step} of axis ${along} of ${showShape(x.shape)}; wanted at least one element inside`,
			);
		starts[along] = first;
		ends[along] = last;
		steps[along] = step;
		shape[along] = count;
	}
	if (sameShape(shape, x.shape) && steps.every((step) => step === 1)) return x;
	return x.graph.node({ kind: 'slice', starts, ends, steps }, [x], [{ shape, dtype: x.dtype }])[0]!;
}

/** Adds `before[i]` and `after[i]` elements of `value` to axis `i`. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
	const rank = x.shape.length;
	const odd = [...before, ...after].some((count) => !Number.isInteger(count) || count < 0);
	if (before.length !== rank || after.length !== rank || odd)
		throw new GraphError(
			`pad got ${showShape(x.shape)} with ${showShape(before)} before and ${showShape(after)} after; wanted ${rank} whole counts each`,
		);
	const shape = x.shape.map((extent, axis) => extent + before[axis]! + after[axis]!);
	if (sameShape(shape, x.shape)) return x;
	return x.graph.node({ kind: 'pad', before, after, value }, [x], [{ shape, dtype: x.dtype }])[0]!;
}

/** Turns `[n, c, h, w]` into `[n, block² c, h/block, w/block]`; channel `(dy·block + dx)·c + channel`, as ONNX numbers them. */
export function spaceToDepth(x: Tensor, block: number): Tensor {
	const [n, c, h, w] = image('spaceToDepth', x);
	if (h % block !== 0 || w % block !== 0)
		throw new GraphError(`spaceToDepth got ${showShape(x.shape)}; wanted a height and width divisible by ${block}`);
	// Whole rows first, then pixels: the runtime is eight times as fast at these two as at one transpose of six axes.
	const rows = transpose(reshape(x, [n, c, h / block, block, w]), [0, 3, 1, 2, 4]); // [n, dy, c, h', w]
	const pixels = reshape(rows, [n * block, c * (h / block), w / block, block]);
	return reshape(transpose(pixels, [0, 3, 1, 2]), [n, block * block * c, h / block, w / block]); // [n, (dy dx c), h', w']
}

/** The inverse of `spaceToDepth`. */
export function depthToSpace(x: Tensor, block: number): Tensor {
	const [n, c, h, w] = image('depthToSpace', x);
	if (c % (block * block) !== 0)
		throw new GraphError(`depthToSpace got ${showShape(x.shape)}; wanted channels divisible by ${block * block}`);
	const depth = c / block ** 2;
	const pixels = transpose(reshape(x, [n * block, block, depth * h, w]), [0, 2, 3, 1]); // [(n dy), (depth h), w, dx]
	const rows = reshape(pixels, [n, block, depth, h, w * block]);
	return reshape(transpose(rows, [0, 2, 3, 1, 4]), [n, depth, h * block, w * block]);
}

function image(operation: string, x: Tensor): readonly [number, number, number, number] {
	const [n, c, h, w] = x.shape;
	if (x.shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
		throw new GraphError(`${operation} got ${showShape(x.shape)}; wanted [batch, channels, height, width]`);
	return [n, c, h, w];
}
