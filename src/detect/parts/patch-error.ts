import { type Integral, sumOver } from './squared-error.ts';

export interface PatchOptions {
	/** Side of a patch in pixels. */
	readonly side: number;
	/** Largest distance of neighbouring patches in pixels. */
	readonly step: number;
	/** How many of the worst patches count. */
	readonly worst: number;
}

/** Patches overlap by half, so that what is wrong is nearly whole in one of them and is counted about four times. */
export const PATCHES: PatchOptions = { side: 17, step: 8, worst: 20 };

/**
 * Mean error of the worst patches. Patches lie on a regular grid from edge to edge, at most `step` pixels apart. A picture
 * smaller than a patch is one patch; where there are fewer patches than `worst`, all count.
 */
export function worstPatchError(errors: Integral, { side, step, worst }: PatchOptions = PATCHES): number {
	const lefts = patchStarts(errors.width, side, step);
	const tops = patchStarts(errors.height, side, step);
	const width = Math.min(side, errors.width);
	const height = Math.min(side, errors.height);
	const patches = new Float64Array(lefts.length * tops.length);
	let patch = 0;
	for (const top of tops) {
		for (const left of lefts) {
			patches[patch++] = sumOver(errors, left, top, left + width, top + height);
		}
	}
	patches.sort();
	const counted = patches.subarray(Math.max(0, patches.length - worst));
	// A difference of large sums may come out a hair below zero.
	return Math.max(0, counted.reduce((sum, value) => sum + value, 0) / (counted.length * width * height));
}

/** Where patches begin along one side of the picture: the first at its one edge, the last ends at the other. */
export function patchStarts(length: number, side: number, step: number): readonly number[] {
	const room = Math.max(0, length - side);
	const gaps = Math.ceil(room / step);
	return Array.from({ length: gaps + 1 }, (_, index) => (gaps === 0 ? 0 : Math.round((index * room) / gaps)));
}
