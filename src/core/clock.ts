import { type MonotonicMs, monotonicMs, type UtcMs, utcMs } from './units.ts';

/** Time as the daemon sees it. Stages get times with their frames; only what waits or connects gets a clock. */
export interface Clock {
	utcNow(): UtcMs;
	monotonicNow(): MonotonicMs;
	/** @throws the signal's reason (an AbortError) when it is aborted first. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	utcNow: () => utcMs(Date.now()),
	monotonicNow: () => monotonicMs(performance.now()),
	sleep: (ms, signal) => {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		if (signal.aborted) {
			reject(abortError(signal));
			return promise;
		}
		const onAbort = () => {
			clearTimeout(timer);
			reject(abortError(signal));
		};
		const timer = setTimeout(() => {
			signal.removeEventListener('abort', onAbort);
			resolve();
		}, ms);
		signal.addEventListener('abort', onAbort, { once: true });
		return promise;
	},
};

/** The error that ends a wait: always one whose name is AbortError, with the signal's reason as its cause. */
export function abortError(signal: AbortSignal): Error {
	if (signal.reason instanceof Error && signal.reason.name === 'AbortError') return signal.reason;
	const error = new Error('The wait was ended', { cause: signal.reason });
	error.name = 'AbortError';
	return error;
}
