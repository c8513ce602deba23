import { type BackoffOptions, backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type ForeframeError, isAbort, isForeframeError } from './errors.ts';

export interface SuperviseOptions {
	readonly signal: AbortSignal;
	readonly clock: Clock;
	readonly backoff: BackoffOptions;
	/** 0..1, for the jitter. */
	readonly random: () => number;
	/** After a run this long its next failure counts as the first. */
	readonly goodAfterMs: number;
	/** Told before each wait. */
	readonly onFailure: (failure: { error: ForeframeError; attempt: number; retryInMs: number }) => void;
}

/**
 * Runs `once` again and again until it returns or `signal` aborts: an expected failure (ForeframeError) is waited out with
 * growing pauses, for ever; anything else is a bug and is thrown.
 */
export async function supervise(
	once: (signal: AbortSignal) => Promise<void>,
	options: SuperviseOptions,
): Promise<void> {
	const { signal, clock, backoff, random, goodAfterMs, onFailure } = options;
	let attempt = 0;
	while (!signal.aborted) {
		const startedAt = clock.monotonicNow();
		try {
			return await once(signal);
		} catch (error) {
			if (signal.aborted && isAbort(error)) return;
			if (!isForeframeError(error)) throw error;
			if (clock.monotonicNow() - startedAt >= goodAfterMs) attempt = 0;
			attempt += 1;
			const retryInMs = backoffMs(attempt, backoff, random());
			onFailure({ error, attempt, retryInMs });
			try {
				await clock.sleep(retryInMs, signal);
			} catch (interrupted) {
				if (isAbort(interrupted)) return;
				throw interrupted;
			}
		}
	}
}
