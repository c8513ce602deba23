import { type Cells, cellsOfPatches } from '../../src/detect/mnad/things.ts';

export const GRID = { width: 12, height: 8 };

export interface OddBlock {
	/** In cells. */
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	readonly logit?: number;
	/** Of the patches that lie within the block and touch its first cell. */
	readonly speed?: number;
	/** A query of three numbers and unit length. */
	readonly looks?: readonly [number, number, number];
}

/** A picture of 96x64 in which every cell looks the same and nothing is odd or moves, but for these. */
export function cellsWith(blocks: readonly OddBlock[]): Cells {
	const count = GRID.width * GRID.height;
	const logits = new Float32Array(count).fill(-8);
	const queries = Float32Array.from({ length: 3 * count }, (_, index) => (index % 3 === 0 ? 1 : 0));
	const patches = cellsOfPatches(GRID);
	const speeds = new Float32Array(patches.length);
	for (const { x, y, width, height, logit = 5, speed = 0, looks = [0, 1, 0] } of blocks) {
		for (let row = y; row < y + height; row++) {
			for (let column = x; column < x + width; column++) {
				const cell = row * GRID.width + column;
				logits[cell] = logit;
				queries.set(looks, 3 * cell);
			}
		}
		for (const [patch, touched] of patches.entries()) {
			if (touched.includes(y * GRID.width + x)) speeds[patch] = speed;
		}
	}
	return { ...GRID, logits, queries, speeds, watched: new Uint8Array(count).fill(1) };
}
