import type { StreamFailure } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';

export interface Lost {
	readonly reason: StreamFailure;
	readonly detail: string;
	readonly retryInMs: number;
}

export interface LostTeller {
	/** @param wasConnected The camera was well before this failure, so it is news whatever was told before. */
	tell(lost: Lost, wasConnected: boolean): void;
}

/** The same failure is told again after this long, and each further time after twice as long. */
const FIRST_AGAIN_MS = 5 * 60_000;

/** A camera that stays away is told of once, when the reason changes, and then at growing intervals. */
export function lostTeller(clock: Clock, tell: (lost: Lost) => void): LostTeller {
	let told: { readonly reason: StreamFailure; readonly at: number; readonly againMs: number } | null = null;
	return {
		tell: (lost, wasConnected) => {
			const now = clock.monotonicNow();
			const isNews = told === null || wasConnected || told.reason !== lost.reason;
			if (!isNews && told !== null && now - told.at < told.againMs) return;
			told = { reason: lost.reason, at: now, againMs: isNews || told === null ? FIRST_AGAIN_MS : told.againMs * 2 };
			tell(lost);
		},
	};
}
