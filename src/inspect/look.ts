import type { Size } from '../core/frame.ts';

/** Blocks across and down the picture, whatever its size. */
export const COLUMNS = 16;
export const ROWS = 9;
export const BLOCKS = COLUMNS * ROWS;
/** Deviation within a block, grey levels, under which it has nothing to be recognised by. */
const TEXTURE_MIN = 2.5;

/** A picture that can be compared with others. */
export interface Compared {
	readonly luma: Uint8Array;
	readonly means: Float32Array;
	readonly deviations: Float32Array;
}

/** What is measured of one picture, block by block. Arrays are `[ROWS * COLUMNS]`. */
export interface Look extends Compared {
	/** Of the whole picture. */
	readonly mean: number;
	/** Mean size of the difference of neighbours, along and across. */
	readonly gradients: Float32Array;
}

/** How two pictures of one size compare, block by block. */
export interface Likeness {
	/** Pearson's correlation of the pixels; NaN where neither has a texture. */
	readonly correlations: Float32Array;
	/** Mean size of the difference. */
	readonly differences: Float32Array;
}

export function look(luma: Uint8Array, { width, height }: Size): Look {
	const means = blocks();
	const deviations = blocks();
	const gradients = blocks();
	const { length } = luma;
	let total = 0;
	for (let block = 0; block < BLOCKS; block++) {
		const { left, right, top, bottom } = areaOf(block, width, height);
		let sum = 0;
		let squares = 0;
		let slopes = 0;
		for (let row = top; row < bottom; row++) {
			const below = row + 1 < height ? width : -width;
			for (let at = row * width + left, end = row * width + right; at < end; at++) {
				const level = luma[at]!;
				sum += level;
				squares += level * level;
				// The last pixel of a row meets the first of the next: one of many.
				slopes += Math.abs(luma[at + 1 < length ? at + 1 : at]! - level) + Math.abs(luma[at + below]! - level);
			}
		}
		const count = (right - left) * (bottom - top);
		means[block] = sum / count;
		deviations[block] = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
		gradients[block] = slopes / count;
		total += sum;
	}
	return { luma, mean: total / luma.length, means, deviations, gradients };
}

export function compare(one: Compared, other: Compared, { width, height }: Size): Likeness {
	const correlations = blocks();
	const differences = blocks();
	const a = one.luma;
	const b = other.luma;
	for (let block = 0; block < BLOCKS; block++) {
		const { left, right, top, bottom } = areaOf(block, width, height);
		let products = 0;
		let apart = 0;
		for (let row = top; row < bottom; row++) {
			for (let at = row * width + left, end = row * width + right; at < end; at++) {
				const x = a[at]!;
				const y = b[at]!;
				products += x * y;
				apart += Math.abs(x - y);
			}
		}
		const count = (right - left) * (bottom - top);
		const deviation = one.deviations[block]!;
		const otherDeviation = other.deviations[block]!;
		const covariance = products / count - one.means[block]! * other.means[block]!;
		const textured = Math.max(deviation, otherDeviation) >= TEXTURE_MIN;
		// What has lost its texture is like nothing.
		const scale = Math.max(deviation, TEXTURE_MIN / 2) * Math.max(otherDeviation, TEXTURE_MIN / 2);
		correlations[block] = textured ? covariance / scale : Number.NaN;
		differences[block] = apart / count;
	}
	return { correlations, differences };
}

/** The pixels of a block: left and top included, right and bottom not. */
export function areaOf(block: number, width: number, height: number) {
	const column = block % COLUMNS;
	const row = (block - column) / COLUMNS;
	return {
		left: Math.floor((column * width) / COLUMNS),
		right: Math.floor(((column + 1) * width) / COLUMNS),
		top: Math.floor((row * height) / ROWS),
		bottom: Math.floor(((row + 1) * height) / ROWS),
	};
}

function blocks(): Float32Array {
	return new Float32Array(BLOCKS);
}
