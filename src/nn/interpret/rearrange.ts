import { range } from '../shape.ts';
import { type TensorFlow, untracked, type Value } from './interpret.ts';

/** A slice with steps, of operations that TensorFlow.js can differentiate (its own strided slice it cannot). */
export function cut(
	tf: TensorFlow,
	x: Value,
	starts: readonly number[],
	steps: readonly number[],
	shape: readonly number[],
): Value {
	return steps.reduce((rest, step, axis) => {
		const count = shape[axis]!;
		const turned = step < 0 ? tf.reverse(rest, axis) : rest;
		const start = step < 0 ? rest.shape[axis]! - 1 - starts[axis]! : starts[axis]!;
		const reach = (count - 1) * Math.abs(step) + 1;
		const begin = rest.shape.map(() => 0).with(axis, start);
		const piece = tf.slice(turned, begin, rest.shape.with(axis, reach));
		return Math.abs(step) === 1 ? piece : every(tf, piece, axis, Math.abs(step), count);
	}, x);
}

/** Repeats along each spatial axis, one axis after the other. */
export function upsample(tf: TensorFlow, x: Value, factors: readonly number[]): Value {
	return factors.reduce((y, factor, index) => {
		const axis = index + 2;
		const cells = tf.reshape(y, [product(y.shape.slice(0, axis)), y.shape[axis]!, 1, product(y.shape.slice(axis + 1))]);
		return tf.reshape(tf.tile(cells, [1, 1, factor, 1]), y.shape.with(axis, y.shape[axis]! * factor));
	}, x);
}

/** TensorFlow.js finds the largest along the last axis only. */
export function topK(
	tf: TensorFlow,
	x: Value,
	{ count, axis, largest }: { readonly count: number; readonly axis: number; readonly largest: boolean },
): Value[] {
	const order = swapped(x.rank, axis);
	const last = tf.transpose(x, order);
	const indices = untracked(tf, () => tf.topk(largest ? last : tf.neg(last), count, true).indices);
	const positions = tf.transpose(indices, order);
	return [gatherElements(tf, x, positions, axis), positions];
}

export function gatherElements(tf: TensorFlow, x: Value, indices: Value, axis: number): Value {
	const order = swapped(x.rank, axis);
	const last = tf.transpose(x, order); // [..., entries]
	const chosen = tf.oneHot(tf.cast(tf.transpose(indices, order), 'int32'), x.shape[axis]!); // [..., count, entries]
	const spread = tf.mul(tf.cast(chosen, 'float32'), tf.expandDims(last, x.rank - 1));
	return tf.transpose(tf.sum(spread, x.rank), order);
}

/** Bilinear samples, one corner after the other. */
export function sampleGrid(
	tf: TensorFlow,
	x: Value,
	grid: Value,
	{ padding, alignCorners }: { readonly padding: 'zeros' | 'border'; readonly alignCorners: boolean },
): Value {
	const [n, c, h, w] = x.shape as [number, number, number, number];
	const [, height, width] = grid.shape as [number, number, number, number];
	const place = (component: number, extent: number) => {
		const unit = tf.slice(grid, [0, 0, 0, component], [n, height, width, 1]);
		const pixel = alignCorners
			? tf.mul(tf.add(unit, 1), (extent - 1) / 2)
			: tf.sub(tf.mul(tf.add(unit, 1), extent / 2), 0.5);
		return padding === 'border' ? tf.clipByValue(pixel, 0, extent - 1) : pixel;
	};
	const column = place(0, w); // [n, h', w', 1]
	const row = place(1, h);
	const left = tf.floor(column);
	const top = tf.floor(row);
	const pixels = tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [n * h * w, c]);
	const image = tf.reshape(tf.range(0, n, 1, 'int32'), [n, 1, 1, 1]);
	const corners = [0, 1].flatMap((down) =>
		[0, 1].map((right) => {
			const at = { column: tf.add(left, right), row: tf.add(top, down) };
			const weight = tf.mul(tf.sub(1, tf.abs(tf.sub(column, at.column))), tf.sub(1, tf.abs(tf.sub(row, at.row))));
			const inside = tf.logicalAnd(within(tf, at.column, w), within(tf, at.row, h));
			const safe = {
				column: tf.cast(tf.clipByValue(at.column, 0, w - 1), 'int32'),
				row: tf.cast(tf.clipByValue(at.row, 0, h - 1), 'int32'),
			};
			const index = tf.add(tf.mul(tf.add(tf.mul(image, h), safe.row), w), safe.column);
			const sampled = tf.gather(pixels, tf.reshape(tf.cast(index, 'int32'), [n, height, width])); // [n, h', w', c]
			return tf.mul(sampled, tf.mul(weight, tf.cast(inside, 'float32')));
		}),
	);
	return tf.transpose(tf.addN(corners), [0, 3, 1, 2]);
}

function within(tf: TensorFlow, position: Value, extent: number): Value {
	return tf.logicalAnd(tf.greaterEqual(position, 0), tf.lessEqual(position, extent - 1));
}

/** Elements 0, step, 2·step … along an axis. */
function every(tf: TensorFlow, x: Value, axis: number, step: number, count: number): Value {
	const lead = product(x.shape.slice(0, axis));
	const tail = product(x.shape.slice(axis + 1));
	const cells = tf.reshape(x, [lead, x.shape[axis]!, tail]);
	const padded = tf.pad(cells, [
		[0, 0],
		[0, count * step - x.shape[axis]!],
		[0, 0],
	]);
	const first = tf.slice(tf.reshape(padded, [lead, count, step, tail]), [0, 0, 0, 0], [lead, count, 1, tail]);
	return tf.reshape(first, x.shape.with(axis, count));
}

function swapped(rank: number, axis: number): number[] {
	return range(rank)
		.with(axis, rank - 1)
		.with(rank - 1, axis);
}

function product(extents: readonly number[]): number {
	return extents.reduce((a, b) => a * b, 1);
}
