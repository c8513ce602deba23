import type { Region } from '../../core/alarm.ts';
import type { Size } from '../../core/frame.ts';

/** Pixels that belong together. */
export interface Patch {
	/** Places in the picture, `y * width + x`, in no order. */
	readonly pixels: Int32Array;
	/** In pixels; right and bottom not included. */
	readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** Pixels no further apart than this each way are connected. */
const REACH = 2;

/** The connected parts of what `wanted` marks with 1, which is used up, of `least` pixels or more. */
export function patchesOf(wanted: Uint8Array, size: Size, least: number): Patch[] {
	const patches: Patch[] = [];
	const stack: number[] = [];
	for (let first = 0; first < wanted.length; first++) {
		if (wanted[first] !== 1) continue;
		const pixels = fill(wanted, size, first, stack);
		if (pixels.length >= least) patches.push({ pixels: Int32Array.from(pixels), box: boxOf(pixels, size.width) });
	}
	return patches;
}

/** The box in shares of the picture. */
export function regionOf({ box: { left, top, right, bottom } }: Pick<Patch, 'box'>, { width, height }: Size): Region {
	return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}

export function boxOf(pixels: ArrayLike<number>, width: number): Patch['box'] {
	let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
	for (let order = 0; order < pixels.length; order++) {
		const x = pixels[order]! % width;
		const y = (pixels[order]! - x) / width;
		left = Math.min(left, x);
		right = Math.max(right, x + 1);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y + 1);
	}
	return { left, top, right, bottom };
}

/** Marks nothing within a patch's box and so many pixels around it. */
export function hide(wanted: Uint8Array, { width, height }: Size, { box }: Pick<Patch, 'box'>, margin: number): void {
	for (let y = Math.max(0, box.top - margin); y < Math.min(height, box.bottom + margin); y++) {
		const from = y * width + Math.max(0, box.left - margin);
		wanted.fill(0, from, y * width + Math.min(width, box.right + margin));
	}
}

function fill(wanted: Uint8Array, { width, height }: Size, first: number, stack: number[]): number[] {
	const pixels: number[] = [];
	wanted[first] = 0;
	stack.push(first);
	for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
		pixels.push(at);
		const x = at % width;
		const y = (at - x) / width;
		const [left, right] = [Math.max(0, x - REACH), Math.min(width - 1, x + REACH)];
		for (let ny = Math.max(0, y - REACH); ny <= Math.min(height - 1, y + REACH); ny++) {
			for (let next = ny * width + left; next <= ny * width + right; next++) {
				if (wanted[next] !== 1) continue;
				wanted[next] = 0;
				stack.push(next);
			}
		}
	}
	return pixels;
}
