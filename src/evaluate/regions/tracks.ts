import type { Region } from '../../core/alarm.ts';
import type { Size } from '../../core/frame.ts';
import type { TruthBox } from '../report.ts';
import { type Component, components } from './components.ts';
import { grown } from './grown.ts';

/** A part is grown by so much of the picture's width on every side. */
const REACH = 0.01;

/**
 * What is anomalous in a clip, from its masks: a box around each part, with the track it belongs to.
 *
 * What somebody before it cuts in pieces is still one: parts are told after every pixel is grown by 1 % of the picture's
 * width, so that pieces closer than 2 % are one part; its box is around its own pixels. Tracks are linked from picture to
 * picture by overlap: of all pairs of a part and a part of the picture before that share grown pixels, those that share most
 * are linked first (of equal ones that of the older track), each part once. A part without a link begins a track. Where two
 * things touch, one track goes on and the other ends; where they part again, a new one begins.
 */
export class TrackLinker {
	#before: Int32Array | null = null;
	#tracks = 0;

	/** Pictures come in order, every one. `mask`: 1 where anomalous, `height * width`; null for nothing. */
	next(mask: Uint8Array | null, size: Size): TruthBox[] {
		if (mask === null) {
			this.#before = null;
			return [];
		}
		const parts = components(grown(mask, size, Math.round(REACH * size.width)), size);
		const links = this.#before === null ? new Map<number, number>() : linksOf(parts, this.#before);
		const owners = new Int32Array(size.width * size.height).fill(-1);
		const boxes = parts.map((part, index) => {
			const track = links.get(index) ?? this.#tracks++;
			for (const cell of part.cells) owners[cell] = track;
			return { ...shareOf(boundsOf(part, mask, size), size), track };
		});
		this.#before = parts.length === 0 ? null : owners;
		return boxes;
	}
}

type Bounds = Omit<Component, 'cells'>;

/** In shares of the picture. */
export function shareOf({ left, top, right, bottom }: Bounds, { width, height }: Size): Region {
	return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}

/** Part → track of the picture before. */
function linksOf(parts: readonly Component[], owners: Int32Array): Map<number, number> {
	const pairs = parts.flatMap(({ cells }, part) => {
		const shared = new Map<number, number>();
		for (const cell of cells) {
			const track = owners[cell]!;
			if (track >= 0) shared.set(track, (shared.get(track) ?? 0) + 1);
		}
		return [...shared].map(([track, pixels]) => ({ part, track, pixels }));
	});
	const links = new Map<number, number>();
	const taken = new Set<number>();
	for (const { part, track } of pairs.sort((a, b) => b.pixels - a.pixels || a.track - b.track || a.part - b.part)) {
		if (links.has(part) || taken.has(track)) continue;
		links.set(part, track);
		taken.add(track);
	}
	return links;
}

/** Of the part's pixels in the mask it was grown from. */
function boundsOf({ cells }: Component, mask: Uint8Array, { width, height }: Size): Bounds {
	let [left, top, right, bottom] = [width, height, 0, 0];
	for (const cell of cells) {
		if (mask[cell] === 0) continue;
		const x = cell % width;
		const y = (cell - x) / width;
		left = Math.min(left, x);
		right = Math.max(right, x + 1);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y + 1);
	}
	return { left, top, right, bottom };
}
