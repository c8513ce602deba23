import { createHash } from 'node:crypto';
import type { Size } from './frame.ts';
import { fillPolygon, type Polygon, touchedCells } from './polygon.ts';

/** Which parts of a camera's picture count. */
export interface MaskPlan {
	/** Ignored, whatever else is said of them: nobody sees what is there. */
	readonly hidden: readonly Polygon[];
	/** The only parts that count; what else there is is seen, to know what goes on around them. null where everything counts. */
	readonly only: readonly Polygon[] | null;
}

/** What is done with a pixel. */
export const PIXEL = { hidden: 0, watched: 1, passed: 2 } as const;

/** What of a picture of one size counts. */
export interface Mask extends Size {
	/** `PIXEL` of each. `[height * width]` */
	readonly pixels: Uint8Array;
	/** The same for the same pixels: a calibration holds for one of these. */
	readonly fingerprint: string;
}

/** Side of the squares in which the parts that count are watched, pixels. */
const CELL = 8;
const FINGERPRINT_DIGITS = 16;

/**
 * A pixel is hidden when its centre lies in a hidden part; the parts that alone count are watched with every square of 8x8 pixels
 * that they touch. null where the whole picture counts.
 */
export function maskOf({ hidden, only }: MaskPlan, { width, height }: Size): Mask | null {
	const size = { width, height };
	const ignored = new Uint8Array(width * height);
	for (const polygon of hidden) fillPolygon(polygon, size, ignored);
	const grid = { width: Math.ceil(width / CELL), height: Math.ceil(height / CELL) };
	const cells =
		only === null ? null : touchedCells(only, grid, { width: CELL * grid.width, height: CELL * grid.height });
	const pixels = ignored.map((isHidden, pixel) => {
		if (isHidden === 1) return PIXEL.hidden;
		const [x, y] = [pixel % width, Math.floor(pixel / width)];
		const cell = Math.floor(y / CELL) * grid.width + Math.floor(x / CELL);
		return cells === null || cells[cell] === 1 ? PIXEL.watched : PIXEL.passed;
	});
	if (pixels.every((pixel) => pixel === PIXEL.watched)) return null;
	const hash = createHash('sha256').update(`${width}x${height} `).update(pixels).digest('hex');
	return { width, height, pixels, fingerprint: hash.slice(0, FINGERPRINT_DIGITS) };
}

/** Of a picture, 0..1. */
export function shareWatched({ pixels }: Pick<Mask, 'pixels'>): number {
	return pixels.reduce((sum, pixel) => sum + (pixel === PIXEL.watched ? 1 : 0), 0) / pixels.length;
}
