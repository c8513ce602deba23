import type { Clock } from '../core/clock.ts';
import { isAbort } from '../core/errors.ts';

export interface Watchdog extends AsyncDisposable {
	/** There was a sign of life. */
	feed(): void;
}

/** Calls `bark` once when it was not fed for `timeoutMs` on the monotonic clock. */
export function watchdog(clock: Clock, timeoutMs: number, bark: () => void): Watchdog {
	const leaving = new AbortController();
	let fedAt = clock.monotonicNow();
	const watch = async () => {
		for (;;) {
			const left = fedAt + timeoutMs - clock.monotonicNow();
			if (left <= 0) return bark();
			await clock.sleep(left, leaving.signal);
		}
	};
	const watching = watch().catch((error: unknown) => {
		if (!isAbort(error)) throw error;
	});
	return {
		feed: () => {
			fedAt = clock.monotonicNow();
		},
		[Symbol.asyncDispose]: async () => {
			leaving.abort();
			await watching;
		},
	};
}
