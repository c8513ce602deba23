import { isForeframeError } from '../core/errors.ts';
import { type UtcMs, utcMs } from '../core/units.ts';
import type { CameraDetector, MemoryDrift } from '../detect/detector.ts';
import type { MemoryHistory } from './memory-history.ts';

export type DriftSpan = 'hour' | 'day';

/** A cap that was reached. */
export interface CapReached {
	readonly over: DriftSpan;
	readonly drift: MemoryDrift;
}

/**
 * How far a memory may move from what it was at the last full hour, and a day ago: cosine distances, of all items together and
 * of any single one, from the nearest that there was. See docs/memory.md for what light moves it by.
 */
export const CAPS: Readonly<Record<DriftSpan, MemoryDrift>> = {
	hour: { mean: 0.01, most: 0.25 },
	day: { mean: 0.03, most: 0.5 },
};
const SPANS = ['hour', 'day'] as const;
const DAY_MS = 24 * 3_600_000;

/** Measures one camera's memory against what it was. */
export class DriftCaps {
	readonly #detector: CameraDetector;
	#trusted: Partial<Record<DriftSpan, Uint8Array>> = {};
	#drift: Partial<Record<DriftSpan, MemoryDrift>> = {};
	#reached: DriftSpan | null = null;

	constructor(detector: CameraDetector) {
		this.#detector = detector;
	}

	/** The cap that stands in the way of learning. */
	get reached(): DriftSpan | null {
		return this.#reached;
	}

	/** Mean drifts as measured last; null before. */
	get drift(): { readonly hour: number | null; readonly day: number | null } {
		return { hour: this.#drift.hour?.mean ?? null, day: this.#drift.day?.mean ?? null };
	}

	/** Measures the memory as it is now, `state`. Returns a cap that is newly reached. */
	check(state: Uint8Array): CapReached | null {
		const before = this.#reached;
		this.#reached = null;
		for (const span of SPANS) {
			this.#trusted[span] ??= state;
			const drift = this.#detector.driftFrom(this.#trusted[span]);
			if (drift === null) return null;
			this.#drift[span] = drift;
			if (drift.mean > CAPS[span].mean || drift.most > CAPS[span].most) this.#reached ??= span;
		}
		const reached = this.#reached;
		return reached === null || reached === before ? null : { over: reached, drift: this.#drift[reached]! };
	}

	/**
	 * Trusts what was kept at `at`, the newest full hour, and what was kept a day before it, or as long ago as anything was.
	 * @throws ForeframeError STORE_FAILED
	 */
	async trust(history: MemoryHistory, at: UtcMs | null): Promise<void> {
		if (at === null) return;
		const hourly = (await history.list()).filter(({ reason }) => reason === 'hourly');
		const dayAgo = hourly.find((snapshot) => snapshot.at <= utcMs(at - DAY_MS)) ?? hourly.at(-1);
		const newest = hourly.find((snapshot) => snapshot.at === at);
		for (const [span, snapshot] of [
			['hour', newest],
			['day', dayAgo],
		] as const) {
			const state = snapshot === undefined ? null : await history.load(snapshot);
			if (state !== null && this.#fits(state)) this.#trusted[span] = state;
		}
	}

	/** Trusts a memory that takes the place of this one. */
	restart(state: Uint8Array): void {
		this.#trusted = { hour: state, day: state };
		this.#reached = null;
	}

	/** Of another model, it says nothing. */
	#fits(state: Uint8Array): boolean {
		try {
			return this.#detector.driftFrom(state) !== null;
		} catch (error) {
			if (isForeframeError(error, 'MODEL_INVALID')) return false;
			throw error;
		}
	}
}
