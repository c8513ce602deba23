import type { Size } from '../../core/frame.ts';

/** Light is measured on blocks of about so many pixels a side, at one pixel in so many each way. */
const BLOCK_PIXELS = 28;
const STRIDE = 4;
/** A ratio of darker pixels than this is noise. */
const DARKEST = 8;
/** A block with fewer usable samples than this share takes the whole picture's light. */
const LEAST_USABLE = 0.25;
/** A block's light may leave the whole picture's by so much a look: more is something that came, not light. */
const LOCAL_MOST = 0.1;
/** A field that is nowhere further from 1 than this is no change. */
const UNCHANGED = 0.004;

/** How much brighter a picture has become than expected: a smooth field of gains, bilinear between blocks. */
export class LightField {
	readonly #size: Size;
	readonly #columns: number;
	readonly #rows: number;
	readonly #gains: Float32Array;
	readonly #smooth: Float32Array;
	readonly #samples: Float32Array;
	/** For each column of the picture: the block before it, the one after, and how far it is between them. */
	readonly #before: Uint8Array;
	readonly #after: Uint8Array;
	readonly #share: Float32Array;
	#whole = 1;

	constructor(size: Size) {
		this.#size = size;
		this.#columns = Math.max(1, Math.round(size.width / BLOCK_PIXELS));
		this.#rows = Math.max(1, Math.round(size.height / BLOCK_PIXELS));
		this.#gains = new Float32Array(this.#columns * this.#rows);
		this.#smooth = new Float32Array(this.#columns * this.#rows).fill(1);
		this.#samples = new Float32Array(size.width * size.height);
		const places = Array.from({ length: size.width }, (_, x) => between(x, size.width, this.#columns));
		this.#before = Uint8Array.from(places, ({ before }) => before);
		this.#after = Uint8Array.from(places, ({ after }) => after);
		this.#share = Float32Array.from(places, ({ share }) => share);
	}

	/** How much brighter the whole picture was than expected when it was measured last. */
	get whole(): number {
		return this.#whole;
	}

	/**
	 * Medians of seen over expected, block by block, where `usable` is not 0: robust against whatever covers less than half of
	 * a block. Returns whether there is any change to apply.
	 */
	measure(seen: Float32Array, expected: Float32Array, usable: Uint8Array): boolean {
		const { width, height } = this.#size;
		for (let row = 0; row < this.#rows; row++) {
			for (let column = 0; column < this.#columns; column++) {
				const left = Math.floor((column * width) / this.#columns);
				const right = Math.floor(((column + 1) * width) / this.#columns);
				const top = Math.floor((row * height) / this.#rows);
				const bottom = Math.floor(((row + 1) * height) / this.#rows);
				let [count, all] = [0, 0];
				for (let y = top; y < bottom; y += STRIDE) {
					for (let at = y * width + left; at < y * width + right; at += STRIDE) {
						all++;
						if (usable[at] === 0 || expected[at]! < DARKEST) continue;
						this.#samples[count++] = seen[at]! / expected[at]!;
					}
				}
				this.#gains[row * this.#columns + column] = count < LEAST_USABLE * all ? Number.NaN : this.#median(count);
			}
		}
		return this.#smoothen();
	}

	/** Multiplies values, one for each pixel, by the field. */
	apply(values: Float32Array): void {
		const { width, height } = this.#size;
		const [before, after, share] = [this.#before, this.#after, this.#share];
		const along = new Float32Array(this.#columns);
		for (let y = 0; y < height; y++) {
			this.#along(y, along);
			const from = y * width;
			for (let x = 0; x < width; x++) {
				const one = along[before[x]!]!;
				values[from + x]! *= one + share[x]! * (along[after[x]!]! - one);
			}
		}
	}

	/** The field at one pixel. */
	at(pixel: number): number {
		const x = pixel % this.#size.width;
		const along = new Float32Array(this.#columns);
		this.#along((pixel - x) / this.#size.width, along);
		const one = along[this.#before[x]!]!;
		return one + this.#share[x]! * (along[this.#after[x]!]! - one);
	}

	/** The field's columns at a row of the picture. */
	#along(y: number, along: Float32Array): void {
		const { before, after, share } = between(y, this.#size.height, this.#rows);
		for (let column = 0; column < this.#columns; column++) {
			const one = this.#smooth[before * this.#columns + column]!;
			along[column] = one + share * (this.#smooth[after * this.#columns + column]! - one);
		}
	}

	#smoothen(): boolean {
		const [columns, rows] = [this.#columns, this.#rows];
		let known = 0;
		for (const gain of this.#gains) if (!Number.isNaN(gain)) this.#samples[known++] = gain;
		const whole = known === 0 ? 1 : this.#median(known);
		this.#whole = whole;
		for (let block = 0; block < this.#gains.length; block++) {
			const gain = this.#gains[block]!;
			const local = Number.isNaN(gain) ? 1 : Math.min(1 + LOCAL_MOST, Math.max(1 - LOCAL_MOST, gain / whole));
			this.#gains[block] = whole * local;
		}
		let furthest = 0;
		for (let row = 0; row < rows; row++) {
			for (let column = 0; column < columns; column++) {
				let [sum, count] = [0, 0];
				for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
					for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
						const weight = y === row && x === column ? 4 : y === row || x === column ? 2 : 1;
						sum += weight * this.#gains[y * columns + x]!;
						count += weight;
					}
				}
				this.#smooth[row * columns + column] = sum / count;
				furthest = Math.max(furthest, Math.abs(sum / count - 1));
			}
		}
		return furthest > UNCHANGED;
	}

	#median(count: number): number {
		return middleOf(this.#samples, count);
	}
}

/** The blocks, of `blocks` along a side, between whose centres a pixel lies. */
function between(
	pixel: number,
	side: number,
	blocks: number,
): { readonly before: number; readonly after: number; readonly share: number } {
	const place = Math.min(blocks - 1, Math.max(0, ((pixel + 0.5) * blocks) / side - 0.5));
	const before = Math.floor(place);
	return { before, after: Math.min(blocks - 1, before + 1), share: place - before };
}

/** The middle one of the first values, which it puts in another order (Hoare's selection: no sorting of what is not asked for). */
function middleOf(values: Float32Array, count: number): number {
	const middle = count >> 1;
	let [low, high] = [0, count - 1];
	while (low < high) {
		const pivot = values[middle]!;
		let [i, j] = [low, high];
		while (i <= j) {
			while (values[i]! < pivot) i++;
			while (values[j]! > pivot) j--;
			if (i > j) break;
			const held = values[i]!;
			values[i++] = values[j]!;
			values[j--] = held;
		}
		if (j < middle) low = i;
		if (i > middle) high = j;
	}
	return values[middle]!;
}
