import type { MonotonicMs } from '../core/units.ts';

/** Samples that wait for one network, the oldest first. */
export interface Lane {
	readonly waiting: readonly { readonly since: MonotonicMs }[];
	/** Batch sizes that can be run now, rising; 1 is the first. */
	readonly sizes: readonly number[];
	/** The largest batch it will ever run. */
	readonly batchMax: number;
	/** Whether a thread is free for it. */
	readonly free: boolean;
}

export type BatchChoice<ChosenLane> =
	| { readonly kind: 'run'; readonly lane: ChosenLane; readonly batchSize: number }
	/** Something becomes due then. */
	| { readonly kind: 'wait'; readonly forMs: number }
	/** Nothing to do before a sample comes or a thread is free. */
	| { readonly kind: 'idle' };

/**
 * What to run next. A lane is due when it fills its largest batch or when its oldest sample has waited for the deadline;
 * of several due lanes the one with the oldest sample goes first. Samples beyond the largest batch size that fits stay, and
 * are due at once.
 */
export function chooseBatch<SomeLane extends Lane>(
	lanes: Iterable<SomeLane>,
	now: MonotonicMs,
	deadlineMs: number,
): BatchChoice<SomeLane> {
	let oldest: SomeLane | null = null;
	let dueInMs = Number.POSITIVE_INFINITY;
	for (const lane of lanes) {
		const first = lane.waiting[0];
		if (first === undefined || !lane.free) continue;
		const leftMs = first.since + deadlineMs - now;
		const full = lane.waiting.length >= lane.batchMax;
		if (full || leftMs <= 0) {
			if (oldest === null || first.since < oldest.waiting[0]!.since) oldest = lane;
		} else {
			dueInMs = Math.min(dueInMs, leftMs);
		}
	}
	if (oldest !== null) {
		const batchSize = largestFitting(oldest.sizes, oldest.waiting.length);
		return { kind: 'run', lane: oldest, batchSize };
	}
	return Number.isFinite(dueInMs) ? { kind: 'wait', forMs: dueInMs } : { kind: 'idle' };
}

/** The largest of the rising `sizes` that is at most `count`. */
export function largestFitting(sizes: readonly number[], count: number): number {
	return sizes.findLast((size) => size <= count) ?? 1;
}
