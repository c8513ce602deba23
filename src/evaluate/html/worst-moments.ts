import type { Prediction } from '../../core/prediction.ts';
import type { WindowSeries } from '../report.ts';

/** A test window with what the detector made of it. */
export interface Moment {
	readonly clip: string;
	readonly window: WindowSeries;
	readonly prediction: Prediction;
}

export interface MomentLimits {
	readonly most: number;
	readonly mostPerClip: number;
	readonly apartSeconds: number;
}

/**
 * Keeps the worst of many moments: few, from all clips, and none next to another. They are offered clip by clip in order of
 * time.
 */
export class WorstMoments {
	readonly #limits: MomentLimits;
	readonly #kept: Kept[] = [];

	constructor(limits: MomentLimits) {
		this.#limits = limits;
	}

	/** `badness`: higher is worse. */
	offer(moment: Moment, badness: number): void {
		const { most, mostPerClip, apartSeconds } = this.#limits;
		const own = this.#kept.filter((kept) => kept.moment.clip === moment.clip);
		const neighbour = own.find((kept) => Math.abs(kept.moment.window.seconds - moment.window.seconds) < apartSeconds);
		if (neighbour !== undefined) {
			if (badness > neighbour.badness) Object.assign(neighbour, { moment, badness });
			return;
		}
		this.#kept.push({ moment, badness });
		if (own.length === mostPerClip) this.#dropLeast((kept) => kept.moment.clip === moment.clip);
		else if (this.#kept.length > most) this.#dropLeast(() => true);
	}

	/** The worst first. */
	get moments(): Moment[] {
		return this.#kept.toSorted((a, b) => b.badness - a.badness).map(({ moment }) => moment);
	}

	#dropLeast(among: (kept: Kept) => boolean): void {
		const least = this.#kept.filter(among).reduce((a, b) => (b.badness < a.badness ? b : a));
		this.#kept.splice(this.#kept.indexOf(least), 1);
	}
}

interface Kept {
	moment: Moment;
	badness: number;
}
