import type { Size } from '../../core/frame.ts';
import type { LightField } from './light-field.ts';
import { boxOf, type Patch } from './regions.ts';

/** What a place looked like before what stands there now was taken for normal. */
export interface Before {
	readonly patch: Patch;
	/** Grey levels at the patch's pixels. */
	readonly values: Float32Array;
}

/** What a place looks like: grey levels at its pixels. */
export interface Look {
	readonly pixels: Int32Array;
	readonly values: Float32Array;
}

const RECORDS_MOST = 24;
/** Two patches are the same place when they share this much of both together, */
const SAME_PLACE = 0.35;
/** and look the same when so many of the pixels they share differ by no more than so many grey levels, after a gain. */
const SAME_LOOK = 0.7;
const SAME_LEVELS = 12;
const GAIN = { least: 0.6, most: 1.6 } as const;

/** Older backgrounds, place by place: a thing that became normal and is taken away then shows what was there before. */
export class Memory {
	readonly #size: Size;
	#records: Before[] = [];

	constructor(size: Size) {
		this.#size = size;
	}

	get records(): readonly Before[] {
		return this.#records;
	}

	/** `picture`: grey levels for all pixels, of before. */
	keep(patch: Patch, picture: Float32Array): void {
		this.#keep({ patch, values: Float32Array.from(patch.pixels, (pixel) => picture[pixel]!) });
	}

	restore(pixels: Int32Array, values: Float32Array): void {
		this.#keep({ patch: { pixels, box: boxOf(pixels, this.#size.width) }, values });
	}

	follow(light: LightField): void {
		for (const { patch, values } of this.#records) {
			for (const [order, pixel] of patch.pixels.entries()) values[order]! *= light.at(pixel);
		}
	}

	/** Whether the patch of the picture is what was there before; that is then no memory any more. */
	takeBack(patch: Patch, picture: Float32Array): boolean {
		const found = this.#records.find(({ patch: { pixels }, values }) => looksLike({ pixels, values }, patch, picture));
		if (found === undefined) return false;
		this.#records = this.#records.filter((record) => record !== found);
		return true;
	}

	forget(): void {
		this.#records = [];
	}

	#keep(record: Before): void {
		this.#records = [...this.#records.slice(Math.max(0, this.#records.length + 1 - RECORDS_MOST)), record];
	}
}

/** Whether a patch of the picture is the same place and looks the same. */
export function looksLike({ pixels, values }: Look, patch: Patch, picture: Float32Array): boolean {
	const here = new Set(patch.pixels);
	const shared = [...pixels.keys()].filter((order) => here.has(pixels[order]!));
	if (shared.length < SAME_PLACE * (pixels.length + patch.pixels.length - shared.length)) return false;
	const ratios = shared.map((order) => picture[pixels[order]!]! / Math.max(1, values[order]!)).sort((a, b) => a - b);
	const gain = Math.min(GAIN.most, Math.max(GAIN.least, ratios[ratios.length >> 1]!));
	const alike = shared.filter((order) => Math.abs(picture[pixels[order]!]! - gain * values[order]!) <= SAME_LEVELS);
	return alike.length >= SAME_LOOK * shared.length;
}
