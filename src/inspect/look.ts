import { COLUMNS, type Grid, ROWS } from './grid.ts';

/** Deviation within a block, grey levels, under which it has nothing to be recognised by. */
const TEXTURE_MIN = 2.5;

/** A picture that can be compared with others of its grid. */
export interface Compared {
	readonly luma: Uint8Array;
	readonly means: Float32Array;
	readonly deviations: Float32Array;
	/** Of each block the same for the same pixels, and for hardly any others. */
	readonly codes?: Int32Array;
}

/** What is measured of one picture, block by block. Arrays are `[grid.blocks.length]`. */
export interface Look extends Compared {
	/** Mean size of the difference of neighbours, along and across. */
	readonly gradients: Float32Array;
	readonly codes: Int32Array;
	/** In a block, about. */
	readonly pixels: number;
}

/** How two pictures of one grid compare, block by block. */
export interface Likeness {
	/** Pearson's correlation of the pixels; NaN where neither has a texture. */
	readonly correlations: Float32Array;
	/** Mean size of the difference. */
	readonly differences: Float32Array;
}

/** `luma` is painted. */
export function look(luma: Uint8Array, { size: { width, height }, blocks }: Grid): Look {
	const count = blocks.length;
	const [means, deviations, gradients] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
	const codes = new Int32Array(count);
	for (let block = 0; block < count; block++) {
		const { left, right, top, bottom } = blocks[block]!;
		let sum = 0;
		let squares = 0;
		let slopes = 0;
		for (let row = top; row < bottom; row++) {
			// The last pixel of a row meets the first of the next: one of many.
			const beside = row + 1 < height ? 1 : -1;
			const below = beside * width;
			const end = row * width + right;
			for (let at = row * width + left; at < end; at++) {
				const level = luma[at]!;
				sum += level;
				squares += level * level;
				slopes += Math.abs(luma[at + beside]! - level) + Math.abs(luma[at + below]! - level);
			}
		}
		const pixels = (right - left) * (bottom - top);
		means[block] = sum / pixels;
		deviations[block] = Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2));
		gradients[block] = slopes / pixels;
		// Sums that are exact, of the levels and of their order.
		codes[block] = Math.imul(Math.imul(sum, 0x9e3779b1) ^ squares, 0x85ebca6b) ^ Math.imul(slopes, 0xc2b2ae35);
	}
	return { luma, means, deviations, gradients, codes, pixels: (width / COLUMNS) * (height / ROWS) };
}

export function compare(one: Compared, other: Compared, { size: { width }, blocks }: Grid): Likeness {
	const correlations = new Float32Array(blocks.length);
	const differences = new Float32Array(blocks.length);
	const a = one.luma;
	const b = other.luma;
	for (let block = 0; block < blocks.length; block++) {
		// Much of what stands still comes as it was.
		if (one.codes !== undefined && one.codes[block] === other.codes?.[block]) {
			correlations[block] = one.deviations[block]! >= TEXTURE_MIN ? 1 : Number.NaN;
			continue;
		}
		const { left, right, top, bottom } = blocks[block]!;
		let products = 0;
		let apart = 0;
		for (let row = top; row < bottom; row++) {
			const end = row * width + right;
			for (let at = row * width + left; at < end; at++) {
				const x = a[at]!;
				const y = b[at]!;
				products += x * y;
				apart += Math.abs(x - y);
			}
		}
		const pixels = (right - left) * (bottom - top);
		const deviation = one.deviations[block]!;
		const otherDeviation = other.deviations[block]!;
		const covariance = products / pixels - one.means[block]! * other.means[block]!;
		const textured = Math.max(deviation, otherDeviation) >= TEXTURE_MIN;
		// What has lost its texture is like nothing.
		const scale = Math.max(deviation, TEXTURE_MIN / 2) * Math.max(otherDeviation, TEXTURE_MIN / 2);
		correlations[block] = textured ? covariance / scale : Number.NaN;
		differences[block] = apart / pixels;
	}
	return { correlations, differences };
}
