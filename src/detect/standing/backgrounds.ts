import type { Size } from '../../core/frame.ts';
import { LightField } from './light-field.ts';

/** Grey levels within which a pixel shows its background, at least; and in spreads of its own. */
const LEAST_TOLERANCE = 10;
const SPREADS = 4;
/** Grey levels within which a pixel goes on showing what it showed. */
const SAME = 9;
/** How far a background goes towards what is seen with each look, and a candidate. */
const FOLLOW = 0.15;
const FOLLOW_CANDIDATE = 0.25;
const FOLLOW_SPREAD = 0.02;
/** Looks that count for a candidate, at most; with so many it is taken for what stands there. */
const STOOD_MOST = 20;
const MATCHED_MOST = 0xffff;
export const CONFIDENT = 8;
/** What a look counts against a candidate that is hidden, and one through which the background is seen. */
const HIDDEN = 0.5;
const SEEN_THROUGH = 4;

/**
 * Two backgrounds of one camera, pixel by pixel: the slow one, which is what belongs there, and a candidate that differs from
 * it and stays. Both follow light that changes smoothly over the picture.
 * Dual backgrounds: Porikli, Ivanov, Haga, "Robust abandoned object detection using dual foregrounds" (2008), with one
 * candidate in place of a mixture.
 */
export class Backgrounds {
	readonly size: Size;
	readonly light: LightField;
	/** What belongs there, grey levels. */
	readonly slow: Float32Array;
	/** What is there instead, where `stood` is not 0. */
	readonly candidate: Float32Array;
	/** How surely the candidate is there, 0 to `STOOD_MOST` looks. */
	readonly stood: Float32Array;
	/** When the candidate was first seen, in whole seconds of the caller's time line. */
	readonly since: Int32Array;
	/** How far the pixel strays from its background by itself, mean absolute grey levels. */
	readonly spread: Float32Array;
	/** Looks in which the background was seen, since it was taken for that; up to 2^16. */
	readonly matched: Uint16Array;
	/** The picture of the last look, its noise smoothed. */
	readonly seen: Float32Array;
	readonly #rows: Float32Array;
	readonly #expected: Float32Array;
	readonly #usable: Uint8Array;
	#begun = false;

	constructor(size: Size) {
		const pixels = size.width * size.height;
		this.size = size;
		this.light = new LightField(size);
		this.slow = new Float32Array(pixels);
		this.candidate = new Float32Array(pixels);
		this.stood = new Float32Array(pixels);
		this.since = new Int32Array(pixels);
		this.spread = new Float32Array(pixels).fill(1.5);
		this.matched = new Uint16Array(pixels);
		this.seen = new Float32Array(pixels);
		this.#rows = new Float32Array(pixels);
		this.#expected = new Float32Array(pixels);
		this.#usable = new Uint8Array(pixels).fill(1);
	}

	/** Forgets all: what the next picture shows belongs there. */
	restart(): void {
		this.#begun = false;
	}

	/** Goes on from a slow background that was put away. */
	resume(slow: ArrayLike<number>): void {
		this.slow.set(slow);
		this.#start();
		this.matched.fill(MATCHED_MOST);
	}

	/** `luma`: 0..255 at the size; `at`: seconds. */
	look(luma: Uint8Array, at: number): void {
		this.#smooth(luma);
		if (!this.#begun) {
			this.slow.set(this.seen);
			this.#start();
		}
		this.#followLight();
		const { slow, candidate, stood, since, spread, seen } = this;
		const [usable, matched] = [this.#usable, this.matched];
		const second = Math.floor(at);
		for (let pixel = 0; pixel < seen.length; pixel++) {
			const value = seen[pixel]!;
			const off = value - slow[pixel]!;
			const far = off < 0 ? -off : off;
			const strays = SPREADS * spread[pixel]!;
			const tolerance = strays > LEAST_TOLERANCE ? strays : LEAST_TOLERANCE;
			if (far <= tolerance) {
				slow[pixel]! += FOLLOW * off;
				spread[pixel]! += FOLLOW_SPREAD * (far - spread[pixel]!);
				if (stood[pixel]! > 0) stood[pixel] = Math.max(0, stood[pixel]! - SEEN_THROUGH);
				usable[pixel] = 1;
				if (matched[pixel]! < MATCHED_MOST) matched[pixel]! += 1;
				continue;
			}
			const change = value - candidate[pixel]!;
			if (stood[pixel]! > 0 && change <= SAME && change >= -SAME) {
				candidate[pixel]! += FOLLOW_CANDIDATE * change;
				if (stood[pixel]! < STOOD_MOST) stood[pixel]! += 1;
			} else {
				stood[pixel]! -= HIDDEN;
				if (stood[pixel]! <= 0) {
					candidate[pixel] = value;
					stood[pixel] = 1;
					since[pixel] = second;
				}
			}
			usable[pixel] = stood[pixel]! >= CONFIDENT ? 1 : 0;
		}
	}

	/** The picture without whoever passes: the background, and what stands before it. */
	shown(): Float32Array {
		return this.slow.map((value, pixel) => (this.stood[pixel]! >= CONFIDENT ? this.candidate[pixel]! : value));
	}

	/** Whether something else than the background stands at a pixel. */
	stands(pixel: number): boolean {
		if (this.stood[pixel]! < CONFIDENT) return false;
		return Math.abs(this.candidate[pixel]! - this.slow[pixel]!) > this.tolerance(pixel);
	}

	/** Grey levels within which a pixel shows its background. */
	tolerance(pixel: number): number {
		return Math.max(LEAST_TOLERANCE, SPREADS * this.spread[pixel]!);
	}

	/** Whether a pixel shows its candidate now. */
	shows(pixel: number): boolean {
		return Math.abs(this.seen[pixel]! - this.candidate[pixel]!) <= SAME;
	}

	/** When the candidates at these pixels were first seen: the median. */
	sinceOf(pixels: Int32Array): number {
		return Int32Array.from(pixels, (pixel) => this.since[pixel]!).sort()[pixels.length >> 1]!;
	}

	/** Whether the background was seen for less time than what is there instead: it was somebody who stood in the way. */
	neverWas(pixels: Int32Array, at: number): boolean {
		const longer = pixels.filter((pixel) => at - this.since[pixel]! > this.matched[pixel]!);
		return longer.length > pixels.length / 2;
	}

	/** While the picture is being got to know, what is seen most of the time belongs there. */
	settle(at: number): void {
		const { stood, since, matched, slow, candidate } = this;
		for (let pixel = 0; pixel < stood.length; pixel++) {
			if (stood[pixel]! < CONFIDENT) continue;
			const looks = Math.floor(at) - since[pixel]!;
			if (looks <= matched[pixel]!) continue;
			slow[pixel] = candidate[pixel]!;
			stood[pixel] = 0;
			matched[pixel] = Math.min(MATCHED_MOST, looks);
		}
	}

	/** What stood at these pixels, and since when, before they were watched. */
	put(pixels: Int32Array, values: Float32Array, since: number): void {
		for (const [order, pixel] of pixels.entries()) {
			this.candidate[pixel] = values[order]!;
			this.stood[pixel] = STOOD_MOST;
			this.since[pixel] = Math.floor(since);
		}
	}

	/** What stands at these pixels belongs there from now on. */
	absorb(pixels: ArrayLike<number>): void {
		for (let order = 0; order < pixels.length; order++) {
			const pixel = pixels[order]!;
			if (this.stood[pixel]! > 0) this.slow[pixel] = this.candidate[pixel]!;
			this.stood[pixel] = 0;
		}
	}

	#start(): void {
		this.stood.fill(0);
		this.matched.fill(0);
		this.spread.fill(1.5);
		this.#usable.fill(1);
		this.#begun = true;
	}

	#followLight(): void {
		const { slow, candidate, stood } = this;
		const expected = this.#expected;
		for (let pixel = 0; pixel < slow.length; pixel++) {
			expected[pixel] = stood[pixel]! >= CONFIDENT ? candidate[pixel]! : slow[pixel]!;
		}
		if (!this.light.measure(this.seen, expected, this.#usable)) return;
		this.light.apply(slow);
		this.light.apply(candidate);
	}

	/** Binomial over 3x3 pixels. */
	#smooth(luma: Uint8Array): void {
		const { width, height } = this.size;
		const [rows, seen] = [this.#rows, this.seen];
		for (let first = 0; first < luma.length; first += width) {
			const last = first + width - 1;
			rows[first] = 3 * luma[first]! + luma[first + 1]!;
			for (let at = first + 1; at < last; at++) rows[at] = luma[at - 1]! + 2 * luma[at]! + luma[at + 1]!;
			rows[last] = luma[last - 1]! + 3 * luma[last]!;
		}
		for (let y = 0; y < height; y++) {
			const up = y === 0 ? 0 : -width;
			const down = y === height - 1 ? 0 : width;
			const end = (y + 1) * width;
			for (let at = y * width; at < end; at++) seen[at] = (rows[at + up]! + 2 * rows[at]! + rows[at + down]!) / 16;
		}
	}
}
