import type { Size } from '../../core/frame.ts';
import { PIXEL } from '../../core/mask.ts';

/** Squares of differences of two luma values, in [0,1] luma squared, by difference + 255. */
const SQUARES = Float32Array.from({ length: 511 }, (_, index) => ((index - 255) / 255) ** 2);

/** Squared error of every pixel of two luma pictures, in [0,1] luma squared. `height * width` */
export function squaredErrors(predicted: Uint8Array, actual: Uint8Array): Float32Array {
	if (predicted.length !== actual.length) {
		throw new RangeError(
			`Cannot compare pictures of ${predicted.length} and ${actual.length} pixels: expected one size`,
		);
	}
	const errors = new Float32Array(actual.length);
	for (let pixel = 0; pixel < errors.length; pixel++) {
		errors[pixel] = SQUARES[predicted[pixel]! - actual[pixel]! + 255]!;
	}
	return errors;
}

/** Sets to 0 the errors of pixels that do not count; `pixels` are those of a mask. */
export function countOnly(errors: Float32Array, pixels: Uint8Array): void {
	if (errors.length !== pixels.length) {
		throw new RangeError(`A mask of ${pixels.length} pixels does not fit a picture of ${errors.length}`);
	}
	for (let at = 0; at < errors.length; at++) if (pixels[at] !== PIXEL.watched) errors[at] = 0;
}

/** Summed-area table: the sum of `values` over any rectangle from four reads. */
export interface Integral extends Size {
	/** `(height + 1) * (width + 1)`; row and column 0 are zeros. */
	readonly sums: Float64Array;
}

export function integral(values: Float32Array, { width, height }: Size): Integral {
	if (values.length !== width * height) {
		throw new RangeError(`Cannot sum ${values.length} values as a picture of ${width}x${height}`);
	}
	const stride = width + 1;
	const sums = new Float64Array(stride * (height + 1));
	for (let y = 0; y < height; y++) {
		let row = 0;
		for (let x = 0; x < width; x++) {
			row += values[y * width + x]!;
			sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
		}
	}
	return { width, height, sums };
}

/** Sum over the rectangle from (left, top) to, not including, (right, bottom). */
export function sumOver({ width, sums }: Integral, left: number, top: number, right: number, bottom: number): number {
	const stride = width + 1;
	return (
		sums[bottom * stride + right]! -
		sums[top * stride + right]! -
		sums[bottom * stride + left]! +
		sums[top * stride + left]!
	);
}
