import type { Grid } from './grid.ts';
import { type Compared, type Likeness, type Look, look } from './look.ts';

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
	readonly #grid: Grid;
	readonly #mean: Float32Array;
	/** Of each block by itself. */
	readonly #looks: Uint32Array;
	readonly luma: Uint8Array;
	readonly means: Float32Array;
	readonly deviations: Float32Array;
	/** Of single pictures: a mean has fewer edges. */
	readonly gradients: Float32Array;
	#count = 0;
	#due = 0;

	constructor(grid: Grid) {
		this.#grid = grid;
		const { width, height } = grid.size;
		this.#mean = new Float32Array(width * height);
		this.luma = new Uint8Array(width * height);
		const blocks = grid.blocks.length;
		this.#looks = new Uint32Array(blocks);
		this.means = new Float32Array(blocks);
		this.deviations = new Float32Array(blocks);
		this.gradients = new Float32Array(blocks);
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
		for (let block = 0; block < this.#looks.length; block++) {
			if (before.differences[block]! <= passed) this.#followBlock(block, seen);
		}
		const { means, deviations } = look(this.luma, this.#grid);
		this.means.set(means);
		this.deviations.set(deviations);
	}

	#followBlock(block: number, seen: Look): void {
		const weight = Math.max(1 / ++this.#looks[block]!, 1 / KNOWN_LOOKS);
		const { left, right, top, bottom } = this.#grid.blocks[block]!;
		const { width } = this.#grid.size;
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
