import type { Size } from '../../core/frame.ts';
import type { StandingKind } from '../../core/standing.ts';
import type { Patch } from './regions.ts';

/** Grey levels of texture, standard deviation, below which nothing can be said of structure; and the likeness that is kept. */
const LEAST_TEXTURE = 1.2;
const KEPT = 0.8;
/** The likeness of the same place under the sun and under a cloud. */
const KEPT_ROUGHLY = 0.35;
const SURROUNDINGS = 3;
/** Fewer pixels than these correlate by chance. */
const LEAST_PIXELS = 12;
/** Light and shadow keep a surface's contrast within this. */
const GAIN = { least: 0.25, most: 4 } as const;
/** One picture's edge along the outline is so many times the other's: that is where the thing is. */
const CLEARLY = 1.4;

/**
 * Whether a patch shows the same surface in another light, under a shadow or out of one: its structure is kept but for a gain
 * and an offset. Judged inside the patch, where the edge of a shadow is not; a surface without texture says nothing (false).
 */
export function keepsStructure(patch: Patch, size: Size, before: Float32Array, now: Float32Array): boolean {
	const inside = insideOf(patch, size);
	if (inside.length < LEAST_PIXELS) return false;
	const { texture, likeness, gain } = compared(inside, size, before, now);
	return texture >= LEAST_TEXTURE && likeness >= KEPT && gain >= GAIN.least && gain <= GAIN.most;
}

/**
 * Whether a patch that began when the light changed shows no structure that was not there: shades and sunny places change
 * unlike each other, but their edges stay where they are. Judged with the surroundings.
 */
export function hasNoNewStructure(patch: Patch, size: Size, before: Float32Array, now: Float32Array): boolean {
	const { texture, textureNow, likeness } = compared(around(patch, size), size, before, now);
	return likeness >= KEPT_ROUGHLY || textureNow < Math.max(LEAST_TEXTURE, 0.7 * texture);
}

/** What the outline of a patch says: an edge that only today's picture has is a thing that came, one that is gone a thing that went. */
export function cameOrWent(patch: Patch, size: Size, before: Float32Array, now: Float32Array): StandingKind {
	const { width, height } = size;
	const inPatch = new Set(patch.pixels);
	let [came, went] = [0, 0];
	for (const pixel of patch.pixels) {
		const x = pixel % width;
		const y = (pixel - x) / width;
		for (const [dx, dy] of NEIGHBOURS) {
			if (x + 2 * dx < 0 || x + 2 * dx >= width || y + 2 * dy < 0 || y + 2 * dy >= height) continue;
			if (inPatch.has(pixel + dy * width + dx)) continue;
			// Smoothing has spread the edge: one pixel in, two out.
			const outside = pixel + 2 * (dy * width + dx);
			const inward = pixel - dy * width - dx;
			const inner = inPatch.has(inward) ? inward : pixel;
			came += Math.abs(now[inner]! - before[outside]!);
			went += Math.abs(before[inner]! - before[outside]!);
		}
	}
	if (came > CLEARLY * went) return 'left';
	return went > CLEARLY * came ? 'removed' : 'changed';
}

const NEIGHBOURS = [
	[1, 0],
	[-1, 0],
	[0, 1],
	[0, -1],
] as const;

/** Standard deviations of two pictures' structure at some pixels, its correlation, and the gain from one to the other. */
function compared(
	pixels: readonly number[],
	size: Size,
	before: Float32Array,
	now: Float32Array,
): { readonly texture: number; readonly textureNow: number; readonly likeness: number; readonly gain: number } {
	// Against a shade that runs over the place, only what is finer than it is structure.
	const [one, other] = [detrended(pixels, size, before), detrended(pixels, size, now)];
	let [sum11, sum22, sum12] = [0, 0, 0];
	for (let order = 0; order < pixels.length; order++) {
		sum11 += one[order]! * one[order]!;
		sum22 += other[order]! * other[order]!;
		sum12 += one[order]! * other[order]!;
	}
	return {
		texture: Math.sqrt(sum11 / pixels.length),
		textureNow: Math.sqrt(sum22 / pixels.length),
		likeness: sum11 > 0 && sum22 > 0 ? sum12 / Math.sqrt(sum11 * sum22) : 0,
		gain: sum11 > 0 ? sum12 / sum11 : 0,
	};
}

/** The pixels of a patch's box and of its surroundings. */
function around({ box }: Patch, { width, height }: Size): number[] {
	const pixels: number[] = [];
	for (let y = Math.max(0, box.top - SURROUNDINGS); y < Math.min(height, box.bottom + SURROUNDINGS); y++) {
		const right = Math.min(width, box.right + SURROUNDINGS);
		for (let x = Math.max(0, box.left - SURROUNDINGS); x < right; x++) pixels.push(y * width + x);
	}
	return pixels;
}

/** The pixels of a patch all of whose neighbours belong to it. */
function insideOf({ pixels }: Patch, { width }: Size): number[] {
	const inPatch = new Set(pixels);
	return [...pixels].filter((pixel) => [1, -1, width, -width].every((step) => inPatch.has(pixel + step)));
}

/** The values at some pixels less the plane that fits them best. */
function detrended(pixels: readonly number[], { width }: Size, values: Float32Array): Float64Array {
	const count = pixels.length;
	let [meanX, meanY, mean] = [0, 0, 0];
	for (const pixel of pixels) {
		meanX += (pixel % width) / count;
		meanY += Math.floor(pixel / width) / count;
		mean += values[pixel]! / count;
	}
	let [xx, xy, yy, xv, yv] = [0, 0, 0, 0, 0];
	for (const pixel of pixels) {
		const [x, y, value] = [(pixel % width) - meanX, Math.floor(pixel / width) - meanY, values[pixel]! - mean];
		xx += x * x;
		xy += x * y;
		yy += y * y;
		xv += x * value;
		yv += y * value;
	}
	const determinant = xx * yy - xy * xy;
	const a = determinant > 1e-9 ? (xv * yy - yv * xy) / determinant : 0;
	const b = determinant > 1e-9 ? (yv * xx - xv * xy) / determinant : 0;
	return Float64Array.from(
		pixels,
		(pixel) => values[pixel]! - mean - a * ((pixel % width) - meanX) - b * (Math.floor(pixel / width) - meanY),
	);
}
