import type { Size } from '../core/frame.ts';
import type { Random } from './random.ts';

/** A recording of what is normal: consecutive frames of one size. */
export interface Clip {
	readonly name: string;
	readonly size: Size;
	/** Luma 0..255, `height * width` each. */
	readonly frames: readonly Uint8Array[];
}

export interface SampleOptions {
	/** Frames in a window, the target included. */
	readonly frames: number;
	/** Side of the square cut out of a window, pixels. */
	readonly crop: number;
	/**
	 * Share of windows whose inputs skip frames while their target is the next frame at normal speed, so that what moves
	 * too fast is predicted wrongly (pseudo-anomalies; Astrid et al., "Learning Not to Reconstruct Anomalies", BMVC 2021,
	 * use them with the opposite target).
	 */
	readonly skipShare: number;
	/** Inputs of such a window are 2 to this many frames apart. */
	readonly strideMax: number;
}

export interface Batch {
	/** `[count, frames, crop, crop]`, 0..255 */
	readonly frames: Uint8Array;
	/** 1 where a window is as it was recorded, 0 where its inputs skip frames. `[count]` */
	readonly plain: Float32Array;
}

/** Cuts `count` random squares out of random windows, preferring those in which something moves. */
export function sampleBatch(clips: readonly Clip[], count: number, options: SampleOptions, random: Random): Batch {
	const { frames, crop } = options;
	// Rounds and clips what is written to it.
	const batch = new Uint8ClampedArray(count * frames * crop * crop);
	const plain = new Float32Array(count);
	for (let sample = 0; sample < count; sample++) {
		const stride = random.uniform() < options.skipShare ? 2 + random.integer(options.strideMax - 1) : 1;
		const span = (frames - 2) * stride + 2;
		const clip = pickClip(clips, span, random);
		const start = random.integer(clip.frames.length - span + 1);
		const window = Array.from({ length: frames - 1 }, (_, index) => clip.frames[start + index * stride]!);
		window.push(clip.frames[start + (frames - 2) * stride + 1]!);
		const corner = movingCorner(window, clip.size, crop, random);
		cut(window, clip.size, corner, crop, batch, sample * frames * crop * crop, random);
		plain[sample] = stride === 1 ? 1 : 0;
	}
	return { frames: new Uint8Array(batch.buffer), plain };
}

function pickClip(clips: readonly Clip[], span: number, random: Random): Clip {
	const long = clips.filter((clip) => clip.frames.length >= span);
	let place = random.integer(long.reduce((sum, clip) => sum + clip.frames.length, 0));
	for (const clip of long) {
		place -= clip.frames.length;
		if (place < 0) return clip;
	}
	throw new RangeError(`Cannot sample a window of ${span} frames: every clip is shorter`);
}

interface Corner {
	readonly x: number;
	readonly y: number;
}

/** Of three places at random the one with most change between the last two frames, four times out of five. */
function movingCorner(window: readonly Uint8Array[], { width, height }: Size, crop: number, random: Random): Corner {
	const place = (): Corner => ({ x: random.integer(width - crop + 1), y: random.integer(height - crop + 1) });
	const first = place();
	if (random.uniform() < 0.2) return first;
	const [before, target] = [window.at(-2)!, window.at(-1)!];
	const change = ({ x, y }: Corner): number => {
		let sum = 0;
		// Every fourth pixel of every fourth row tells enough.
		for (let row = y; row < y + crop; row += 4) {
			for (let column = x; column < x + crop; column += 4) {
				const difference = target[row * width + column]! - before[row * width + column]!;
				if (difference > 8 || difference < -8) sum++;
			}
		}
		return sum;
	};
	return [first, place(), place()].reduce((best, next) => (change(next) > change(best) ? next : best));
}

/** Copies the square, mirrored half of the time, with a gain, an offset and noise as cameras have them. */
function cut(
	window: readonly Uint8Array[],
	{ width }: Size,
	{ x, y }: Corner,
	crop: number,
	out: Uint8ClampedArray,
	offset: number,
	random: Random,
): void {
	const mirrored = random.uniform() < 0.5;
	const gain = 1 + 0.15 * (2 * random.uniform() - 1);
	const shift = 12 * (2 * random.uniform() - 1);
	const noise = random.uniform() < 0.5 ? 0 : 3 * random.uniform();
	let place = offset;
	for (const frame of window) {
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
