import type { Size } from '../../core/frame.ts';
import type { Prediction } from '../../core/prediction.ts';
import type { UtcMs } from '../../core/units.ts';

/** A piece of a normal picture. */
export interface Exemplar extends Size {
	/** Luma, 0..255. `height * width` */
	readonly luma: Uint8Array;
	readonly similarity: number;
	readonly at: UtcMs;
}

const SIDE = 64;
/** An exemplar this old gives way to a less like one, so that it shows what the item is now. */
const KEPT_MS = 3_600_000;

/** For each memory item the piece of a normal picture that was most like it of late, for people to look at. */
export class Exemplars {
	readonly #byItem = new Map<number, Exemplar>();

	/** A window that taught the memory shows what its items stand for. */
	learn({ window, heatMap, memory }: Prediction): void {
		if (memory === null || !memory.updated) return;
		const { target } = window;
		for (const [item, cell] of mostLike(memory.nearest, memory.similarity)) {
			const similarity = memory.similarity[cell]!;
			const before = this.#byItem.get(item);
			const isFresh = before !== undefined && target.capturedAt - before.at < KEPT_MS;
			if (isFresh && before.similarity >= similarity) continue;
			const x = ((cell % heatMap.width) + 0.5) * heatMap.cellPixels;
			const y = (Math.floor(cell / heatMap.width) + 0.5) * heatMap.cellPixels;
			this.#byItem.set(item, { ...pieceAround(target, x, y), similarity, at: target.capturedAt });
		}
	}

	of(item: number): Exemplar | null {
		return this.#byItem.get(item) ?? null;
	}
}

/** By item the cell that is most like it. */
function mostLike(nearest: Float32Array, similarity: Float32Array): ReadonlyMap<number, number> {
	const best = new Map<number, number>();
	for (const [cell, item] of nearest.entries()) {
		const known = best.get(item);
		if (known === undefined || similarity[cell]! > similarity[known]!) best.set(item, cell);
	}
	return best;
}

/** The square around a place, moved into the picture where it would look out. */
export function pieceAround(
	{ width, height, luma }: Size & { readonly luma: Uint8Array },
	x: number,
	y: number,
): Size & { readonly luma: Uint8Array } {
	const [w, h] = [Math.min(SIDE, width), Math.min(SIDE, height)];
	const left = Math.round(Math.min(width - w, Math.max(0, x - w / 2)));
	const top = Math.round(Math.min(height - h, Math.max(0, y - h / 2)));
	const piece = new Uint8Array(w * h);
	for (let row = 0; row < h; row++) {
		const from = (top + row) * width + left;
		piece.set(luma.subarray(from, from + w), row * w);
	}
	return { width: w, height: h, luma: piece };
}
