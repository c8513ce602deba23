import type { Tensor } from '../graph.ts';
import { pad, reshape, slice } from '../ops/layout.ts';

/**
 * Puts the elements of `x` at `starts[i] + k·steps[i]` of a tensor of zeros with this shape: the reverse of a slice.
 * Steps may be negative.
 */
export function dilate(
	x: Tensor,
	starts: readonly number[],
	steps: readonly number[],
	shape: readonly number[],
): Tensor {
	let spread = x;
	const first = [...starts];
	for (const [axis, step] of steps.entries()) {
		const extent = spread.shape[axis]!;
		if (step < 0 && extent > 1) spread = slice(spread, { axis, step: -1 });
		if (step < 0) first[axis] = starts[axis]! + (extent - 1) * step;
		if (Math.abs(step) > 1 && extent > 1) spread = spreadAxis(spread, axis, Math.abs(step));
	}
	return pad(
		spread,
		first,
		shape.map((extent, axis) => extent - first[axis]! - spread.shape[axis]!),
	);
}

/** `step - 1` zeros between neighbours along one axis. */
function spreadAxis(x: Tensor, axis: number, step: number): Tensor {
	const extent = x.shape[axis]!;
	const cells = reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
	const none = cells.shape.map(() => 0);
	const padded = pad(cells, none, none.with(axis + 1, step - 1));
	const merged = reshape(padded, x.shape.with(axis, extent * step));
	return slice(merged, { axis, start: 0, end: (extent - 1) * step + 1 });
}
