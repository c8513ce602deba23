import { createHash } from 'node:crypto';
import type { Size } from './frame.ts';
import { fillPolygon, type Polygon } from './polygon.ts';

/** What of a picture of one size is not looked at. */
export interface Mask extends Size {
	/** 1 where a pixel is ignored, else 0. `[height * width]` */
	readonly ignored: Uint8Array;
	/** The same for the same ignored pixels: a calibration holds for one of these. */
	readonly fingerprint: string;
}

const FINGERPRINT_DIGITS = 16;

/** A pixel is ignored when its centre lies in one of the polygons; null where none is. */
export function maskOf(polygons: readonly Polygon[], { width, height }: Size): Mask | null {
	const ignored = new Uint8Array(width * height);
	for (const polygon of polygons) fillPolygon(polygon, { width, height }, ignored);
	if (!ignored.includes(1)) return null;
	const hash = createHash('sha256').update(`${width}x${height} `).update(ignored).digest('hex');
	return { width, height, ignored, fingerprint: hash.slice(0, FINGERPRINT_DIGITS) };
}

/** Of a picture, 0..1. */
export function shareIgnored({ ignored }: Mask): number {
	return ignored.reduce((sum, pixel) => sum + pixel, 0) / ignored.length;
}
