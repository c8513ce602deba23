import type { Size } from './frame.ts';

/** Sides are multiples of this: four times space-to-depth, then two halvings. */
export const SIDE_MULTIPLE = 16;
const PIXELS_MIN = 27_000;
const PIXELS_MAX = 41_000;

/**
 * The size a detector works at for pictures of this display aspect ratio (width / height): about 256x144 pixels, both
 * sides multiples of 16, as close to the picture's shape as those allow (16:9 → 256x144, 3:2 → 240x160, 4:3 → 192x144).
 */
export function detectorSize(aspect: number): Size {
	if (!(aspect > 0.1 && aspect < 10)) {
		throw new RangeError(`Cannot choose a detector size for aspect ratio ${aspect}: expected between 0.1 and 10`);
	}
	let best: Size = { width: 192, height: 192 };
	let bestError = Number.POSITIVE_INFINITY;
	for (let width = SIDE_MULTIPLE; width <= 1024; width += SIDE_MULTIPLE) {
		for (let height = SIDE_MULTIPLE; width * height <= PIXELS_MAX; height += SIDE_MULTIPLE) {
			if (width * height < PIXELS_MIN) continue;
			// Shape first; among equal shapes the larger picture.
			const error = Math.abs(Math.log(width / height / aspect)) - width * height * 1e-9;
			if (error < bestError) {
				best = { width, height };
				bestError = error;
			}
		}
	}
	return best;
}
