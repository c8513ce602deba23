import type { Size } from '../core/frame.ts';
import { areaOf, BLOCKS, type Compared, type Likeness, type Look, look } from './look.ts';

/** Looks are taken in this often. */
const EVERY_SECONDS = 0.9;
/** Looks before there is something to compare with; after so many more the newest counts 1 - 1/e (5 minutes). */
const WARM_LOOKS = 8;
const KNOWN_LOOKS = 300;
/** What is known counts as so many looks when the light has changed. */
const RELEARN_LOOKS = 3;
/** A block that differs from the picture before by more than so many times the median one is being passed. */
const PASSED = 3;
const PASSED_MIN = 2;

/** How the camera has looked when it could be trusted: a slow mean without what passes. */
export class Reference implements Compared {
	readonly #size: Size;
	readonly #mean: Float32Array;
	/** Of each block by itself. */
	readonly #looks = new Uint32Array(BLOCKS);
	readonly luma: Uint8Array;
	readonly means = new Float32Array(BLOCKS);
	readonly deviations = new Float32Array(BLOCKS);
	/** Of single pictures: a mean has fewer edges. */
	readonly gradients = new Float32Array(BLOCKS);
	#count = 0;
	#due = 0;

	constructor(size: Size) {
		this.#size = size;
		this.#mean = new Float32Array(size.width * size.height);
		this.luma = new Uint8Array(size.width * size.height);
	}

	get ready(): boolean {
		return this.#count >= WARM_LOOKS;
	}

	/** `before` compares the look with the one before it. */
	follow(seen: Look, before: Likeness, atSeconds: number): void {
		if (atSeconds < this.#due) return;
		this.#due = atSeconds + EVERY_SECONDS;
		this.#count++;
		const passed = Math.max(PASSED_MIN, PASSED * median(before.differences));
		for (let block = 0; block < BLOCKS; block++) {
			if (before.differences[block]! <= passed) this.#followBlock(block, seen);
		}
		const { means, deviations } = look(this.luma, this.#size);
		this.means.set(means);
		this.deviations.set(deviations);
	}

	#followBlock(block: number, seen: Look): void {
		const { width, height } = this.#size;
		const weight = Math.max(1 / ++this.#looks[block]!, 1 / KNOWN_LOOKS);
		const { left, right, top, bottom } = areaOf(block, width, height);
		for (let row = top; row < bottom; row++) {
			for (let at = row * width + left, end = row * width + right; at < end; at++) {
				const mean = this.#mean[at]! + weight * (seen.luma[at]! - this.#mean[at]!);
				this.#mean[at] = mean;
				this.luma[at] = mean + 0.5;
			}
		}
		this.gradients[block]! += weight * (seen.gradients[block]! - this.gradients[block]!);
	}

	/** The light has changed: the same places in another tone, which the next looks tell. */
	relearn(): void {
		this.#looks.fill(RELEARN_LOOKS);
	}
}

export function median(values: ArrayLike<number>): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[sorted.length >> 1] ?? 0;
}
