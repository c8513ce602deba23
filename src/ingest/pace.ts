import type { Clock } from '../core/clock.ts';
import { type UtcMs, utcMs } from '../core/units.ts';

/** Gives the frames of a recording times as if they were taken now, one after the other. */
export interface Pace {
	/**
	 * Waits until a frame `positionSeconds` after the first is due, at the recording's own pace; in a hurry it does not.
	 * A consumer that is late makes the recording run later, not faster.
	 * @returns When the frame counts as taken. @throws AbortError
	 */
	due(positionSeconds: number, signal: AbortSignal): Promise<UtcMs>;
}

/** So late a consumer cannot catch up. */
const SLIP_MS = 1000;

export function openPace(pace: 'realtime' | 'fast', clock: Clock): Pace {
	let startUtc: number = clock.utcNow();
	let startMs: number = clock.monotonicNow();
	return {
		due: async (positionSeconds, signal) => {
			if (pace === 'realtime') {
				const wait = startMs + positionSeconds * 1000 - clock.monotonicNow();
				if (wait > 0) await clock.sleep(wait, signal);
				if (wait < -SLIP_MS) {
					startMs -= wait;
					startUtc -= wait;
				}
			}
			return utcMs(Math.round(startUtc + positionSeconds * 1000));
		},
	};
}
