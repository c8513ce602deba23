import { gaussian, hash, randomStream } from './random.ts';

const TABLE_LENGTH = 1 << 15;
/** Grey levels, of a small sensor in daylight. */
const DEVIATION = 1.5;

export function noiseTable(seed: number): Int8Array {
	const random = randomStream(seed, 0x6e01);
	return Int8Array.from({ length: 2 * TABLE_LENGTH }, () => Math.round(DEVIATION * gaussian(random)));
}

/** Adds each row another piece of the table, so that no pattern stands still from frame to frame. */
export function addNoise(luma: Uint8ClampedArray, width: number, table: Int8Array, seed: number, index: number): void {
	for (let from = 0; from < luma.length; from += width) {
		const offset = hash(seed, index, from) % (2 * TABLE_LENGTH - Math.min(width, TABLE_LENGTH));
		for (let column = 0; column < width; column++) {
			luma[from + column]! += table[(offset + column) % (2 * TABLE_LENGTH)]!;
		}
	}
}
