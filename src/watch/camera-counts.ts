import type { DaemonEvent } from '../core/events.ts';
import type { MonotonicMs } from '../core/units.ts';

/** Frames that come for this long without a window that is scored mean that something hangs. */
const STUCK_MS = 60_000;

/** One camera's numbers since the start. */
export class CameraCounts {
	#scored = 0;
	#dropped = 0;
	#frameAgeMs: number | null = null;
	#inferenceMs: number | null = null;
	/** First frame after the last score; null while none is waiting. */
	#waitingSince: MonotonicMs | null = null;

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
		return this.#waitingSince !== null && now - this.#waitingSince > STUCK_MS;
	}

	follow(event: DaemonEvent, now: MonotonicMs): void {
		switch (event.kind) {
			case 'window-scored':
				this.#scored++;
				this.#frameAgeMs = event.ageMs;
				this.#inferenceMs = event.inferenceMs;
				this.#waitingSince = null;
				break;
			case 'window-dropped':
				this.#dropped++;
				// A window that holds a damaged frame is not scored on purpose.
				if (event.reason === 'backpressure') this.#waitingSince ??= now;
				break;
			case 'camera-lost':
				this.#waitingSince = null;
				break;
			default:
		}
	}
}
