import type { LastingAlarm, Region } from '../core/alarm.ts';
import type { HeatMap } from '../core/prediction.ts';
import { RELEASE_SHARE } from '../core/release.ts';
import type { Score } from '../core/score.ts';
import type { AlarmId, Surprise, UtcMs } from '../core/units.ts';
import { strangeRegions } from './region.ts';

/** Where a judge stands between two scores. */
export type State = { readonly kind: 'quiet' } | Pending | Open | Lasting;

/** A score with its place in time. */
export interface Seen {
	readonly score: Score;
	readonly surprise: Surprise;
	readonly level: Surprise;
	/** Seconds on the judge's own time line. */
	readonly at: number;
}

export interface Pending {
	readonly kind: 'pending';
	readonly since: Seen;
	readonly peak: Peak;
}

export interface Peak extends Seen {
	readonly regions: readonly Region[];
}

export interface Open {
	readonly kind: 'open';
	readonly id: AlarmId;
	readonly startedAt: UtcMs;
	readonly since: number;
	/** What went on before it, and goes on. */
	readonly beneath: Lasting | null;
	/** Latest score that was not under the release level. */
	readonly lastOver: Seen;
	/** Since when every score was under the release level. */
	readonly underSince: number | null;
	readonly peak: Peak;
	readonly told: { readonly at: number; readonly surprise: Surprise };
}

/** An alarm has ended for lasting, and what it was told of goes on. */
export interface Lasting {
	readonly kind: 'lasting';
	readonly of: LastingAlarm;
	/** How strange it was. */
	readonly reference: number;
	/** Whether a person has said that it is normal. */
	readonly accepted: boolean;
	/** Since when every score was under the release level. */
	readonly underSince: number | null;
	/** Something far stranger, not yet for long enough. */
	readonly rising: Pending | null;
}

/**
 * While what an alarm was told of goes on after it, only something this much stranger alarms anew: the same band above what it
 * was as the release level is below the level, and at least ten times rarer.
 */
const RISE = 1 / RELEASE_SHARE;
const RISE_LEAST = 1;
/** More places than these are no place any more. */
const REGIONS_MOST = 5;

/** From here on something is far stranger. */
export function farAbove(surprise: number): number {
	return Math.max(RISE * surprise, surprise + RISE_LEAST);
}

/** What alarms anew above what goes on. */
export function risenLevel({ reference }: Lasting, level: number): number {
	return Math.max(level, farAbove(reference));
}

/** At most this: no longer stranger than what goes on. */
export function asBefore(lasting: Lasting): number {
	return Math.max(lasting.reference, RELEASE_SHARE * risenLevel(lasting, 0));
}

export function isAtRest({ accepted, rising }: Lasting): boolean {
	return accepted && rising === null;
}

export function pendingFrom(seen: Seen, heatMap: HeatMap | null): Pending {
	return { kind: 'pending', since: seen, peak: peakAt(seen, heatMap) };
}

export function higherPeak(peak: Peak, seen: Seen, heatMap: HeatMap | null): Peak {
	return seen.surprise > peak.surprise ? peakAt(seen, heatMap) : peak;
}

function peakAt(seen: Seen, heatMap: HeatMap | null): Peak {
	return { ...seen, regions: heatMap === null ? [] : strangeRegions(heatMap, REGIONS_MOST) };
}
