import type { Size } from '../core/frame.ts';
import { type Corner, cut, lookOf } from './cut.ts';
import { glide } from './glide.ts';
import { patch } from './patch.ts';
import { movingCorner, type Picked, pickWindow, spanOf } from './pick.ts';
import type { Random } from './random.ts';
import { busyAt, highestAt, type Scene } from './scene.ts';
import { CELL, type SampleWindow } from './sprite.ts';
import { transplant } from './transplant.ts';

export interface SampleOptions {
	/** Input frames, T. */
	readonly inputs: number;
	/** Whether a batch shows the frame seen, which the head judges. */
	readonly seen: boolean;
	/** Side of the square cut out of a window, pixels; a multiple of 8. */
	readonly crop: number;
	/**
	 * Share of windows that are played too fast: their frames skip others. What moves there is a pseudo-anomaly (Astrid et
	 * al., "Learning Not to Reconstruct Anomalies", BMVC 2021, use them with the opposite target): the prediction
	 * learns to go on at normal speed, the head to tell it.
	 */
	readonly skipShare: number;
	/** Frames of such a window are 2 to this many apart. */
	readonly strideMax: number;
	/** Share of the others into which a part of another time is put, half of those played too fast. */
	readonly patchShare: number;
	/** Share of what remains in which something that moves is shown again elsewhere; 0 but for footage of one camera. */
	readonly transplantShare: number;
	/** Share of what remains in which something that moves is shown again, gliding stiffly, half of those too fast. */
	readonly glideShare: number;
}

export interface Batch {
	/** Inputs, the frame to predict (after the last input at normal speed), and where it is shown the frame seen. `[count, T+1 or T+2, crop, crop]`, 0..255 */
	readonly frames: Uint8Array;
	/** 1 where a window is as it was recorded, else 0. `[count]` */
	readonly plain: Float32Array;
	/** 1 where what moves is odd, 0 where it is normal, .5 where that is open. `[count, 1, crop/8, crop/8]` */
	readonly odd: Float32Array;
	/** Column and row of each cell's centre, -1..1 across the picture. `[count, 2, crop/8, crop/8]` */
	readonly position: Float32Array;
}

/**
 * Cuts `count` random squares out of random windows, preferring those in which something moves.
 * @throws RangeError when no clip is long enough for a window that is played too fast
 */
export function sampleBatch(scenes: readonly Scene[], count: number, options: SampleOptions, random: Random): Batch {
	const { inputs, crop } = options;
	const pixels = (inputs + 2) * crop * crop;
	const cells = (crop / CELL) ** 2;
	// Rounds and clips what is written to it.
	const frames = new Uint8ClampedArray(count * pixels);
	const plain = new Float32Array(count);
	const odd = new Float32Array(count * cells);
	const position = new Float32Array(count * 2 * cells);
	const other = new Uint8ClampedArray(pixels);
	const still = new Uint8ClampedArray(crop * crop);
	const faster = () => 2 + random.integer(options.strideMax - 1);
	for (let sample = 0; sample < count; sample++) {
		const stride = random.uniform() < options.skipShare ? faster() : 1;
		const picked = pickWindow(scenes, inputs, stride, random);
		const { scene } = picked;
		const corner = movingCorner(picked, scene.size, crop, random);
		const look = lookOf(random);
		const out = frames.subarray(sample * pixels, (sample + 1) * pixels);
		const marks = odd.subarray(sample * cells, (sample + 1) * cells);
		cut(picked.frames, scene.size, corner, crop, look, out, random);
		locate(corner, scene.size, crop, look.mirrored, position.subarray(2 * sample * cells, 2 * (sample + 1) * cells));
		plain[sample] = stride === 1 ? 1 : 0;
		if (stride > 1) {
			marks.fill(1);
			continue;
		}
		if (leaveOpen(picked, corner, crop, look.mirrored, marks)) {
			plain[sample] = 0;
			continue;
		}
		const window: SampleWindow = { frames: out, background: still, crop, inputs, marks };
		const takeBackground = () =>
			cut([scene.background], scene.size, corner, crop, { ...look, noise: 0 }, still, random);
		if (random.uniform() < options.patchShare) {
			const otherStride = random.uniform() < 0.5 ? faster() : 1;
			if (scene.frames.length < spanOf(inputs, otherStride)) continue;
			const from = pickWindow([scene], inputs, otherStride, random);
			if (otherStride === 1 && leaveOpen(from, corner, crop, look.mirrored, new Float32Array(cells))) continue;
			cut(from.frames, scene.size, corner, crop, look, other, random);
			patch(out, other, crop, otherStride > 1 ? marks : null, random);
			plain[sample] = 0;
		} else if (random.uniform() < options.transplantShare) {
			takeBackground();
			if (transplant(window, busyAt(scene, corner, crop, look.mirrored), random)) plain[sample] = 0;
		} else if (random.uniform() < options.glideShare) {
			takeBackground();
			if (glide(window, options.strideMax, random)) plain[sample] = 0;
		}
	}
	const shown = new Uint8Array(frames.buffer);
	return { frames: options.seen ? shown : withoutSeen(shown, count, inputs), plain, odd, position };
}

/** Marks what nobody knows to be normal as open: it is neither taught as normal nor copied into other places. */
function leaveOpen(
	{ scene, seen }: Picked,
	corner: Corner,
	crop: number,
	mirrored: boolean,
	marks: Float32Array,
): boolean {
	const doubted = scene.doubted?.[seen];
	if (doubted == null) return false;
	const open = highestAt(doubted, scene.size, corner, crop, mirrored);
	open.forEach((isOpen, cell) => {
		if (isOpen === 1) marks[cell] = 0.5;
	});
	return open.includes(1);
}

function withoutSeen(frames: Uint8Array, count: number, inputs: number): Uint8Array {
	const pixels = frames.length / count / (inputs + 2);
	const kept = new Uint8Array(count * (inputs + 1) * pixels);
	for (let sample = 0; sample < count; sample++) {
		const from = sample * (inputs + 2) * pixels;
		kept.set(frames.subarray(from, from + (inputs + 1) * pixels), sample * (inputs + 1) * pixels);
	}
	return kept;
}

/** What `Batch.position` says of one square; mirrored squares keep the places that their cells had. */
function locate({ x, y }: Corner, { width, height }: Size, crop: number, mirrored: boolean, out: Float32Array): void {
	const across = crop / CELL;
	for (let cell = 0; cell < across * across; cell++) {
		const column = (cell % across) * CELL + CELL / 2;
		const row = Math.floor(cell / across) * CELL + CELL / 2;
		out[cell] = (2 * (x + (mirrored ? crop - column : column))) / width - 1;
		out[across * across + cell] = (2 * (y + row)) / height - 1;
	}
}
