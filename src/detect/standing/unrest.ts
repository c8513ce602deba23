import type { Backgrounds } from './backgrounds.ts';
import type { Patch } from './regions.ts';

/** More of a patch than this differing is somebody in the way, which says nothing of what stands there. */
const HIDDEN = 0.6;
/** More than this, and less than hidden, is a thing that moves. */
const MOVES = 0.12;
const WEIGHT = 0.1;
/** What stands still moves in fewer looks than this, somebody half in the way included. */
const CALM = 0.35;

/** Whether a patch keeps still: people who stand shift their weight, turn and reach; things do not. */
export class Unrest {
	#share = 0.5;
	#visible = false;

	get calm(): boolean {
		return this.#share < CALM;
	}

	/** Whether it was seen in the last look. */
	get visible(): boolean {
		return this.#visible;
	}

	look({ pixels }: Patch, backgrounds: Backgrounds): void {
		let differs = 0;
		for (const pixel of pixels) if (!backgrounds.shows(pixel)) differs++;
		const share = differs / pixels.length;
		this.#visible = share <= HIDDEN;
		if (!this.#visible) return;
		this.#share += WEIGHT * ((share > MOVES ? 1 : 0) - this.#share);
	}
}
