import type { HeatMap } from '../../core/prediction.ts';
import { type Integral, sumOver } from './squared-error.ts';

/** Mean error per square cell; where the picture is no multiple of `cellPixels`, the last cells are smaller. */
export function heatMap(errors: Integral, cellPixels: number): HeatMap {
	const width = Math.ceil(errors.width / cellPixels);
	const height = Math.ceil(errors.height / cellPixels);
	const values = new Float32Array(width * height);
	for (let y = 0; y < height; y++) {
		const top = y * cellPixels;
		const bottom = Math.min(errors.height, top + cellPixels);
		for (let x = 0; x < width; x++) {
			const left = x * cellPixels;
			const right = Math.min(errors.width, left + cellPixels);
			// A difference of large sums may come out a hair below zero.
			const sum = Math.max(0, sumOver(errors, left, top, right, bottom));
			values[y * width + x] = sum / ((right - left) * (bottom - top));
		}
	}
	return { width, height, cellPixels, values };
}
