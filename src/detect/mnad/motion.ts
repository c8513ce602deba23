import type { Tensor } from '../../nn/graph.ts';
import {
	absolute,
	add,
	cast,
	clip,
	divide,
	greater,
	multiply,
	square,
	squareRoot,
	subtract,
} from '../../nn/ops/elementwise.ts';
import { concat, pad, slice, transpose } from '../../nn/ops/layout.ts';
import { averagePool, gridSample } from '../../nn/ops/pool.ts';

/** Side of the window in which the flow is taken for constant, pixels. */
const WINDOW = 15;
const ITERATIONS = 3;
/** Added to the mean squared gradients: about what sensor noise of 2 % gives, so that a flat wall does not move. */
const NOISE = 1e-3;
/** A pixel that changed by less, of [0,1] luma, did not move. */
const CHANGE = 0.06;
/** Flow is cut off here, pixels a frame: beyond it Lucas and Kanade's linearisation means nothing. */
const SPEED_MAX = 12;

/** Everything `[B, 1, H, W]`. */
export interface Motion {
	/** Pixels a frame to the right and downwards. */
	readonly u: Tensor;
	readonly v: Tensor;
	/** Pixels a frame, 0 where nothing changed. */
	readonly speed: Tensor;
	/** 1 where the picture changed, else 0. */
	readonly moved: Tensor;
}

/**
 * How fast things move: optical flow by iterated Lucas–Kanade (Lucas and Kanade, IJCAI 1981; windows of 15 pixels, 3 steps, one
 * level), as its speed where the picture changed. Prediction error does not know fast from textured; this does.
 * @param before, after luma in [0,1] `[B, 1, H, W]`
 */
export function motion(before: Tensor, after: Tensor): Motion {
	const ix = gradient(before, 3); // [B, 1, H, W]
	const iy = gradient(before, 2); // [B, 1, H, W]
	const products = box(concat([square(ix), multiply(ix, iy), square(iy)], 1)); // [B, 3, H, W]
	const xx = add(channel(products, 0), NOISE); // [B, 1, H, W]
	const xy = channel(products, 1); // [B, 1, H, W]
	const yy = add(channel(products, 2), NOISE); // [B, 1, H, W]
	const determinant = subtract(multiply(xx, yy), square(xy)); // [B, 1, H, W]

	let u: Tensor | null = null;
	let v: Tensor | null = null;
	for (let iteration = 0; iteration < ITERATIONS; iteration++) {
		const moved = u === null || v === null ? after : warp(after, u, v); // [B, 1, H, W]
		const it = subtract(moved, before); // [B, 1, H, W]
		const sums = box(concat([multiply(ix, it), multiply(iy, it)], 1)); // [B, 2, H, W]
		const [bx, by] = [channel(sums, 0), channel(sums, 1)];
		const du = divide(subtract(multiply(xy, by), multiply(yy, bx)), determinant);
		const dv = divide(subtract(multiply(xy, bx), multiply(xx, by)), determinant);
		u = clip(u === null ? du : add(u, du), -SPEED_MAX, SPEED_MAX);
		v = clip(v === null ? dv : add(v, dv), -SPEED_MAX, SPEED_MAX);
	}
	const moved = cast(greater(absolute(subtract(after, before)), CHANGE), 'float32'); // [B, 1, H, W]
	const speed = squareRoot(add(square(u!), square(v!))); // [B, 1, H, W]
	return { u: u!, v: v!, speed: multiply(speed, moved), moved };
}

/** Half the difference of the neighbours along an axis, 0 at the edges. */
function gradient(x: Tensor, axis: 2 | 3): Tensor {
	const extent = x.shape[axis]!;
	const difference = subtract(slice(x, { axis, start: 2, end: extent }), slice(x, { axis, start: 0, end: extent - 2 }));
	const one = [0, 0, axis === 2 ? 1 : 0, axis === 3 ? 1 : 0];
	return pad(multiply(difference, 0.5), one, one);
}

/** Mean over a square window, zeros outside the picture; rows, then columns, which costs 30 additions a pixel and not 225. */
function box(x: Tensor): Tensor {
	const reach = (WINDOW - 1) / 2;
	const rows = averagePool(x, { kernel: [1, WINDOW], stride: 1, padding: [0, reach] });
	return averagePool(rows, { kernel: [WINDOW, 1], stride: 1, padding: [reach, 0] });
}

function channel(x: Tensor, index: number): Tensor {
	return slice(x, { axis: 1, start: index, end: index + 1 });
}

/** `x` at (column + u, row + v), bilinear, the edge going on outside. */
function warp(x: Tensor, u: Tensor, v: Tensor): Tensor {
	const [, , h, w] = x.shape as [number, number, number, number];
	// With aligned corners -1 and 1 are the centres of the outer pixels.
	const columns = x.graph.constant(
		Array.from({ length: w }, (_, column) => (2 * column) / (w - 1) - 1),
		[1, 1, 1, w],
	);
	const rows = x.graph.constant(
		Array.from({ length: h }, (_, row) => (2 * row) / (h - 1) - 1),
		[1, 1, h, 1],
	);
	const gx = add(multiply(u, 2 / (w - 1)), columns); // [B, 1, H, W]
	const gy = add(multiply(v, 2 / (h - 1)), rows); // [B, 1, H, W]
	const grid = transpose(concat([gx, gy], 1), [0, 2, 3, 1]); // [B, H, W, 2]
	return gridSample(x, grid, { alignCorners: true, padding: 'border' });
}
