import type { StandingThing } from '../../core/standing.ts';
import type { Patch } from './regions.ts';
import type { Unrest } from './unrest.ts';

/** A patch that stands; a thing once it has done so for long enough. */
export interface Track {
	patch: Patch;
	readonly unrest: Unrest;
	thing: StandingThing | null;
	/** On the time line, seconds. */
	since: number;
	ripeAt: number;
}

/** Which track a pixel belongs to. */
export class Owners {
	/** 1 + place among the tracks. */
	readonly #owner: Uint8Array;
	#tracks: readonly Track[] = [];

	constructor(pixels: number) {
		this.#owner = new Uint8Array(pixels);
	}

	/** At most 255 tracks. */
	set(tracks: readonly Track[]): void {
		this.#tracks = tracks;
		this.#owner.fill(0);
		for (const [place, { patch }] of tracks.entries()) {
			for (const pixel of patch.pixels) this.#owner[pixel] = place + 1;
		}
	}

	has(pixel: number): boolean {
		return this.#owner[pixel] !== 0;
	}

	/** The track that a patch shares the most pixels with. */
	of({ pixels }: Patch, among: readonly Track[]): Track | null {
		const shared = new Map<number, number>();
		for (const pixel of pixels) {
			const owner = this.#owner[pixel]!;
			if (owner > 0) shared.set(owner, (shared.get(owner) ?? 0) + 1);
		}
		const [best] = [...shared].sort((one, other) => other[1] - one[1]);
		const track = best === undefined ? undefined : this.#tracks[best[0] - 1];
		return track !== undefined && among.includes(track) ? track : null;
	}
}
