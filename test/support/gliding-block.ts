import { BLOCK, type SampleWindow } from '../../src/learn/sprite.ts';

export const WALL = 60;

/**
 * A window of four inputs in which a textured block as large as a sprite moves by (u, v) pixels a frame before a grey wall; in
 * the last input its upper left corner is at (x, y). What is seen is the target.
 */
export function glidingBlock({
	x,
	y,
	u,
	v,
	crop = 96,
}: {
	x: number;
	y: number;
	u: number;
	v: number;
	crop?: number;
}): SampleWindow {
	const inputs = 4;
	const frames = new Uint8ClampedArray((inputs + 2) * crop * crop).fill(WALL);
	for (let index = 0; index < inputs + 2; index++) {
		const time = Math.min(index, inputs) - (inputs - 1);
		const [left, top] = [x + u * time, y + v * time];
		for (let row = 0; row < BLOCK.height; row++) {
			for (let column = 0; column < BLOCK.width; column++) {
				const at = index * crop * crop + (top + row) * crop + left + column;
				frames[at] = 160 + 70 * Math.sin(1.3 * column + 0.4 * row) * Math.cos(0.9 * row);
			}
		}
	}
	const background = new Uint8ClampedArray(crop * crop).fill(WALL);
	return { frames, background, crop, inputs, marks: new Float32Array((crop / 8) ** 2) };
}

export function copyOf({ frames, marks, ...rest }: SampleWindow): SampleWindow {
	return { ...rest, frames: frames.slice(), marks: marks.slice() };
}

/** One frame of a window; what is written to it is written to the window. */
export function frameOf({ frames, crop }: SampleWindow, index: number): Uint8ClampedArray {
	return frames.subarray(index * crop * crop, (index + 1) * crop * crop);
}

/** The cells of a picture in which a pixel differs. */
export function changedCells(before: Uint8ClampedArray, after: Uint8ClampedArray, crop: number): Set<number> {
	const cells = new Set<number>();
	for (const [pixel, value] of after.entries()) {
		if (value === before[pixel]) continue;
		cells.add(Math.floor(pixel / crop / 8) * (crop / 8) + Math.floor((pixel % crop) / 8));
	}
	return cells;
}
