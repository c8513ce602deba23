import type { Random } from './random.ts';
import { CELL } from './sprite.ts';

/**
 * Puts a rectangle of one window into another of the same place: where nothing moves nobody sees it. Changes `out`
 * `[frames, crop, crop]`.
 * @param marks where given, the rectangle's cells become 1, those at its edge .5 `[crop/8, crop/8]`
 */
export function patch(
	out: Uint8ClampedArray,
	other: Uint8ClampedArray,
	crop: number,
	marks: Float32Array | null,
	random: Random,
): void {
	const side = () => Math.round(crop * (0.3 + 0.4 * random.uniform()));
	const [w, h] = [side(), side()];
	const [x, y] = [random.integer(crop - w + 1), random.integer(crop - h + 1)];
	for (let row = 0; row < out.length / crop; row++) {
		if (row % crop < y || row % crop >= y + h) continue;
		const from = row * crop + x;
		out.set(other.subarray(from, from + w), from);
	}
	if (marks === null) return;
	const across = crop / CELL;
	for (let cell = 0; cell < marks.length; cell++) {
		const inside = within((cell % across) * CELL, x, w) * within(Math.floor(cell / across) * CELL, y, h);
		marks[cell] = inside === 1 ? 1 : inside === 0 ? 0 : 0.5;
	}
}

/** Share of a cell's side that lies between `start` and `start + length`. */
function within(cell: number, start: number, length: number): number {
	return Math.max(0, Math.min(cell + CELL, start + length) - Math.max(cell, start)) / CELL;
}
