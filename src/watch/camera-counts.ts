import type { DaemonEvent } from '../core/events.ts';
import type { MonotonicMs } from '../core/units.ts';

/** Frames that come for this long without a window that is scored mean that something hangs, */
const STUCK_MS = 60_000;
/** or that a network is still being loaded and compiled, which may take longer. */
const STUCK_STARTING_MS = 300_000;

/** One camera's numbers since the start. */
export class CameraCounts {
	#scored = 0;
	#dropped = 0;
	#frameAgeMs: number | null = null;
	#inferenceMs: number | null = null;
	/** First window after the last score that nobody took, and how long that may go on; null while none is waiting. */
	#waiting: { readonly since: MonotonicMs; readonly maxMs: number } | null = null;

	get stats(): {
		readonly windowsScored: number;
		readonly windowsDropped: number;
		readonly frameAgeMs: number | null;
		readonly inferenceMs: number | null;
	} {
		return {
			windowsScored: this.#scored,
			windowsDropped: this.#dropped,
			frameAgeMs: this.#frameAgeMs,
			inferenceMs: this.#inferenceMs,
		};
	}

	stuck(now: MonotonicMs): boolean {
		return this.#waiting !== null && now - this.#waiting.since > this.#waiting.maxMs;
	}

	follow(event: DaemonEvent, now: MonotonicMs): void {
		switch (event.kind) {
			case 'window-scored':
				this.#scored++;
				this.#frameAgeMs = event.ageMs;
				this.#inferenceMs = event.inferenceMs;
				this.#waiting = null;
				break;
			case 'window-dropped':
				this.#dropped++;
				// A window that holds a damaged frame is not scored on purpose.
				if (event.reason === 'backpressure') this.#waiting ??= { since: now, maxMs: STUCK_MS };
				if (event.reason === 'starting') this.#waiting ??= { since: now, maxMs: STUCK_STARTING_MS };
				break;
			case 'camera-lost':
				this.#waiting = null;
				break;
			case 'camera-mode':
				// What failed is tried again after a pause, in which nothing is scored.
				if (event.mode === 'fault') this.#waiting = null;
				break;
			default:
		}
	}
}
