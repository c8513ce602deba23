export interface BackoffOptions {
	readonly firstMs: number;
	readonly maxMs: number;
	/** 0..1: a wait is spread evenly over ± this share, so that cameras do not come back all at once. */
	readonly jitter: number;
}

export const RECONNECT: BackoffOptions = { firstMs: 1000, maxMs: 60_000, jitter: 0.2 };

/** The wait before attempt `attempt` (1 is the first retry): doubles from `firstMs`, never above `maxMs`. `random` in [0,1). */
export function backoffMs(attempt: number, { firstMs, maxMs, jitter }: BackoffOptions, random: number): number {
	const plain = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
	return Math.min(maxMs, plain * (1 + jitter * (2 * random - 1)));
}
