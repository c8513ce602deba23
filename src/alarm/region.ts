import type { Region } from '../core/alarm.ts';
import type { HeatMap } from '../core/prediction.ts';

/** Cells with at least this share of the worst cell's error belong to what was strange. */
const SHARE = 0.4;

/**
 * Boxes around the connected cells (sharing a side or a corner) that are strange, those with the most strangeness together
 * first; at most `most`, and empty where nothing differs.
 */
export function strangeRegions({ width, height, values }: HeatMap, most: number): readonly Region[] {
	let worst = 0;
	for (const value of values) worst = Math.max(worst, value);
	if (!(worst > 0)) return [];
	const open = Uint8Array.from(values, (value) => (value >= SHARE * worst ? 1 : 0));
	const patches: Patch[] = [];
	for (let cell = 0; cell < open.length; cell++) {
		if (open[cell] === 1) patches.push(take(open, values, width, height, cell));
	}
	return patches
		.toSorted((one, other) => other.error - one.error)
		.slice(0, most)
		.map(({ left, top, right, bottom }) => ({
			x: left / width,
			y: top / height,
			width: (right - left + 1) / width,
			height: (bottom - top + 1) / height,
		}));
}

interface Patch {
	error: number;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** Closes the cells connected with `first` and measures them. */
function take(open: Uint8Array, values: Float32Array, width: number, height: number, first: number): Patch {
	const patch: Patch = { error: 0, left: width, top: height, right: 0, bottom: 0 };
	const stack = [first];
	open[first] = 0;
	for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
		const x = cell % width;
		const y = (cell - x) / width;
		patch.error += values[cell]!;
		patch.left = Math.min(patch.left, x);
		patch.right = Math.max(patch.right, x);
		patch.top = Math.min(patch.top, y);
		patch.bottom = Math.max(patch.bottom, y);
		for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
			for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
				const neighbour = ny * width + nx;
				if (open[neighbour] === 0) continue;
				open[neighbour] = 0;
				stack.push(neighbour);
			}
		}
	}
	return patch;
}
