import type { Size } from '../core/frame.ts';
import type { Random } from './random.ts';

export interface Corner {
	readonly x: number;
	readonly y: number;
}

/** How a camera's exposure, noise and side are varied. */
export interface Look {
	readonly mirrored: boolean;
	readonly gain: number;
	/** Of 0..255. */
	readonly shift: number;
	/** Standard deviation, of 0..255. */
	readonly noise: number;
}

export function lookOf(random: Random): Look {
	return {
		mirrored: random.uniform() < 0.5,
		gain: 1 + 0.15 * (2 * random.uniform() - 1),
		shift: 12 * (2 * random.uniform() - 1),
		noise: random.uniform() < 0.5 ? 0 : 3 * random.uniform(),
	};
}

/**
 * Copies the square at a corner out of frames, with a gain, an offset and noise as cameras have them; a frame that is given
 * twice in a row is copied with the same noise. `out` `[frames, crop, crop]`
 */
export function cut(
	frames: readonly Uint8Array[],
	{ width }: Size,
	{ x, y }: Corner,
	crop: number,
	{ mirrored, gain, shift, noise }: Look,
	out: Uint8ClampedArray,
	random: Random,
): void {
	let place = 0;
	let before: Uint8Array | null = null;
	for (const frame of frames) {
		if (frame === before) {
			out.copyWithin(place, place - crop * crop, place);
			place += crop * crop;
			continue;
		}
		before = frame;
		// Exposure is never quite still from one frame to the next.
		const frameGain = gain * (1 + 0.004 * random.normal());
		for (let row = 0; row < crop; row++) {
			const line = (y + row) * width + x;
			for (let column = 0; column < crop; column++) {
				const luma = frame[line + (mirrored ? crop - 1 - column : column)]!;
				// Even noise is cheaper than normal noise and does as well here; its deviation is `noise`.
				const grain = noise === 0 ? 0 : noise * 3.46 * (random.uniform() - 0.5);
				out[place++] = frameGain * luma + shift + grain;
			}
		}
	}
}
