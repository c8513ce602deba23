import type { Patch } from './regions.ts';

/** Where a thing is gone, what is left of it (light has changed meanwhile, a shadow with it) is no thing for so long, */
const SECONDS = 60;
/** unless it is larger than the thing, or further from it than so many pixels. */
const MARGIN = 6;

/** The places of things that are gone. */
export class Healing {
	#places: { readonly patch: Patch; readonly until: number }[] = [];

	begin(patch: Patch, at: number): void {
		this.#places.push({ patch, until: at + SECONDS });
	}

	/** Whether a patch is what is left of a thing. */
	covers({ box, pixels }: Patch, at: number): boolean {
		this.#places = this.#places.filter(({ until }) => at < until);
		return this.#places.some(
			({ patch }) =>
				pixels.length <= patch.pixels.length &&
				box.left >= patch.box.left - MARGIN &&
				box.right <= patch.box.right + MARGIN &&
				box.top >= patch.box.top - MARGIN &&
				box.bottom <= patch.box.bottom + MARGIN,
		);
	}
}
