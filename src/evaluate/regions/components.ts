import type { Size } from '../../core/frame.ts';

/** Cells that share a side or a corner. */
export interface Component {
	/** Indices, `y * width + x`. */
	readonly cells: readonly number[];
	/** Left and top included, right and bottom not. */
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** The connected parts of what is set, in the order of their first cells. */
export function components(isSet: Uint8Array, { width, height }: Size): Component[] {
	const open = isSet.slice();
	const found: Component[] = [];
	for (let cell = 0; cell < open.length; cell++) {
		if (open[cell] !== 0) found.push(take(open, width, height, cell));
	}
	return found;
}

/** Closes the cells connected with `first`. */
function take(open: Uint8Array, width: number, height: number, first: number): Component {
	const cells: number[] = [];
	let [left, top, right, bottom] = [width, height, 0, 0];
	const stack = [first];
	open[first] = 0;
	for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
		const x = cell % width;
		const y = (cell - x) / width;
		cells.push(cell);
		left = Math.min(left, x);
		right = Math.max(right, x + 1);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y + 1);
		for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
			for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
				const neighbour = ny * width + nx;
				if (open[neighbour] === 0) continue;
				open[neighbour] = 0;
				stack.push(neighbour);
			}
		}
	}
	return { cells, left, top, right, bottom };
}
