import type { Size } from '../core/frame.ts';
import { blurred } from './blur.ts';

/** A part of a picture, whole pixels. */
export interface Rect extends Size {
	readonly x: number;
	readonly y: number;
}

/** What is put into one frame: `luma` where `alpha` is 1, a mixture below; both `[height * width]`. May reach outside. */
export interface Patch extends Rect {
	readonly luma: ArrayLike<number>;
	readonly alpha: Float32Array;
}

/** Frames with something put into them. */
export interface Operated {
	readonly frames: readonly Uint8Array[];
	/** 255 where a patch reached in any of the frames; elsewhere nothing was changed. `[H * W]` */
	readonly mask: Uint8Array;
}

/** Differences of luma from which on, and up to which, something is thought to be there. */
const FAINT = 7;
const PLAIN = 21;
/** The same where its background must not come with it. */
const CLEAR = 14;
const CERTAIN = 34;
/** Pixels over which a patch fades out. */
const FADE = 5;

/** Puts one patch into each frame of a window. */
export function operate(window: readonly Uint8Array[], { width, height }: Size, patches: readonly Patch[]): Operated {
	const mask = new Uint8Array(width * height);
	const frames = window.map((frame, index) => {
		const changed = Uint8Array.from(frame);
		const patch = patches[index]!;
		for (let row = 0; row < patch.height; row++) {
			const y = patch.y + row;
			if (y < 0 || y >= height) continue;
			for (let column = 0; column < patch.width; column++) {
				const x = patch.x + column;
				const alpha = patch.alpha[row * patch.width + column]!;
				if (x < 0 || x >= width || alpha === 0) continue;
				const place = y * width + x;
				const luma = patch.luma[row * patch.width + column]!;
				changed[place] = Math.round(Math.min(255, Math.max(0, frame[place]! + alpha * (luma - frame[place]!))));
				mask[place] = 255;
			}
		}
		return changed;
	});
	return { frames, mask };
}

/** The part of a picture in a rectangle that lies within it. */
export function cutOut(picture: Uint8Array, { width }: Size, rect: Rect): Uint8Array {
	const part = new Uint8Array(rect.width * rect.height);
	for (let row = 0; row < rect.height; row++) {
		const from = (rect.y + row) * width + rect.x;
		part.set(picture.subarray(from, from + rect.width), row * rect.width);
	}
	return part;
}

/**
 * How surely something is there that the background has not, 0..1, in a rectangle of a picture: with soft edges, and fading
 * out towards the rectangle's own, so that what is cut out with it leaves no seam. `wide` takes a rim of the background
 * with it, for a place that is exchanged whole; `tight` does not, for a thing that goes elsewhere.
 */
export function presenceIn(
	picture: Uint8Array,
	background: Uint8Array,
	size: Size,
	rect: Rect,
	cut: 'wide' | 'tight' = 'wide',
): Float32Array {
	const [here, behind] = [cutOut(picture, size, rect), cutOut(background, size, rect)];
	const difference = Float32Array.from(here, (luma, pixel) => Math.abs(luma - behind[pixel]!));
	if (cut === 'tight') {
		const plain = difference.map((value) => clamp((value - CLEAR) / (CERTAIN - CLEAR)));
		// Holes are filled; a rim is what fewer than half of a pixel's neighbours belong to.
		return blurred(plain, rect, 1).map((value, pixel) => clamp(2 * value - 0.5) * fade(pixel, rect));
	}
	const sure = blurred(difference, rect, 1).map((value) => clamp((value - FAINT) / (PLAIN - FAINT)));
	return blurred(sure, rect, 2).map((value, pixel) => clamp(2 * value) * fade(pixel, rect));
}

/** 1 inside an ellipse that fills a rectangle, 0 outside, a soft edge between. */
export function ellipse({ width, height }: Size): Float32Array {
	const radius = Math.min(width, height) / 2;
	return Float32Array.from({ length: width * height }, (_, pixel) => {
		const x = (2 * ((pixel % width) + 0.5)) / width - 1;
		const y = (2 * (Math.floor(pixel / width) + 0.5)) / height - 1;
		return clamp(((1 - Math.hypot(x, y)) * radius) / 2);
	});
}

export function larger(one: Float32Array, other: Float32Array): Float32Array {
	return one.map((value, index) => Math.max(value, other[index]!));
}

function fade(pixel: number, { width, height }: Size): number {
	const [x, y] = [pixel % width, Math.floor(pixel / width)];
	return clamp((Math.min(x, width - 1 - x, y, height - 1 - y) + 0.5) / FADE);
}

function clamp(value: number): number {
	return Math.min(1, Math.max(0, value));
}
