import type { Prediction } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';

/** A test window with all that was said of it. */
export interface JudgedWindow {
	readonly clip: string;
	/** Which picture of the clip its target is. */
	readonly picture: number;
	/** Of the target, from the clip's first picture. */
	readonly seconds: number;
	readonly anomalous: boolean;
	readonly prediction: Prediction;
	readonly score: Score;
}

/**
 * Keeps the worst of many moments: few, from all clips, and none next to another. Windows are offered clip by clip in order
 * of time.
 */
export class WorstMoments {
	readonly #limits: MomentLimits;
	readonly #kept: Kept[] = [];

	constructor(limits: MomentLimits) {
		this.#limits = limits;
	}

	/** `badness`: higher is worse. */
	offer(window: JudgedWindow, badness: number): void {
		const { most, mostPerClip, apartSeconds } = this.#limits;
		const own = this.#kept.filter((kept) => kept.window.clip === window.clip);
		const neighbour = own.find((kept) => Math.abs(kept.window.seconds - window.seconds) < apartSeconds);
		if (neighbour !== undefined) {
			if (badness > neighbour.badness) Object.assign(neighbour, { window, badness });
			return;
		}
		this.#kept.push({ window, badness });
		if (own.length === mostPerClip) this.#dropLeast((kept) => kept.window.clip === window.clip);
		else if (this.#kept.length > most) this.#dropLeast(() => true);
	}

	/** The worst first. */
	get windows(): JudgedWindow[] {
		return this.#kept.toSorted((a, b) => b.badness - a.badness).map(({ window }) => window);
	}

	#dropLeast(among: (kept: Kept) => boolean): void {
		const least = this.#kept.filter(among).reduce((a, b) => (b.badness < a.badness ? b : a));
		this.#kept.splice(this.#kept.indexOf(least), 1);
	}
}

export interface MomentLimits {
	readonly most: number;
	readonly mostPerClip: number;
	readonly apartSeconds: number;
}

interface Kept {
	window: JudgedWindow;
	badness: number;
}
