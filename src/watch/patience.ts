import type { Clock } from '../core/clock.ts';
import type { MonotonicMs } from '../core/units.ts';

/** Windows of a camera that may wait while a network is being loaded, in seconds of footage, and how long after it. */
const HELD_SECONDS = 20;
const AFTER_MS = 10_000;

/**
 * Loading a network keeps the inference threads from all cameras for a moment: windows then wait instead of being dropped,
 * and are scored a little later.
 */
export class Patience {
	readonly #clock: Pick<Clock, 'monotonicNow'>;
	#loading = 0;
	#until: MonotonicMs | null = null;

	constructor(clock: Pick<Clock, 'monotonicNow'>) {
		this.#clock = clock;
	}

	/** How many windows of a camera may wait now. */
	room(framesPerSecond: number): number {
		const patient = this.#loading > 0 || (this.#until !== null && this.#clock.monotonicNow() < this.#until);
		return patient ? Math.ceil(HELD_SECONDS * framesPerSecond) : 1;
	}

	async during<Result>(loading: () => Promise<Result>): Promise<Result> {
		this.#loading++;
		try {
			return await loading();
		} finally {
			this.#loading--;
			this.#until = (this.#clock.monotonicNow() + AFTER_MS) as MonotonicMs;
		}
	}
}
