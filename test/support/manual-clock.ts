import { abortError, type Clock } from '../../src/core/clock.ts';
import { monotonicMs, utcMs } from '../../src/core/units.ts';

export interface ManualClock extends Clock {
	/** Moves both clocks on and ends the waits that are over, in their order; lets what they wake run. */
	advance(ms: number): Promise<void>;
}

/** A clock that only moves when it is told to. */
export function manualClock(startUtc = Date.UTC(2026, 10, 22)): ManualClock {
	let now = 0;
	const waits = new Set<{ readonly until: number; readonly end: () => void }>();
	return {
		utcNow: () => utcMs(startUtc + now),
		monotonicNow: () => monotonicMs(now),
		sleep: (ms, signal) => {
			const { promise, resolve, reject } = Promise.withResolvers<void>();
			if (signal.aborted) {
				reject(abortError(signal));
				return promise;
			}
			const wait = { until: now + ms, end: resolve };
			waits.add(wait);
			signal.addEventListener('abort', () => {
				waits.delete(wait);
				reject(abortError(signal));
			});
			return promise;
		},
		advance: async (ms) => {
			const target = now + ms;
			await settled();
			for (;;) {
				const next = [...waits].filter(({ until }) => until <= target).sort((a, b) => a.until - b.until)[0];
				if (next === undefined) break;
				now = next.until;
				waits.delete(next);
				next.end();
				await settled();
			}
			now = target;
			await settled();
		},
	};
}

/** Lets everything that is ready to run do so. */
function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
