import { type Scale, scaleInverse, scaleSurprise } from './scale.ts';
import { sustained } from './sustained.ts';
import { fitTail, scaleAt } from './tail.ts';

/**
 * How often a level is newly reached, and held for some seconds. Windows over a level come in clusters, and a person counts
 * alarms, not windows: the rate is that of clusters that begin, hold and end as alarms do.
 */
export interface OnsetScale {
	/** How long the level is held, from the first window to the last; 0: one window is enough. */
	readonly sustainedSeconds: number;
	/** Statistic → log10 of (windows an hour / onsets an hour), a `Scale` like that of single windows. */
	readonly scale: Scale;
	readonly windowsPerHour: number;
	readonly hours: number;
	/** Clusters above the tail's threshold: what the extrapolation stands on. */
	readonly clusters: number;
}

export interface OnsetRequest {
	/** In order of time. */
	readonly statistic: Float64Array;
	/** Frames since the window before; 0 begins a stretch. */
	readonly steps: Uint32Array;
	readonly sustainedSeconds: number;
	/** An onset ends after so many seconds under the release level, */
	readonly mergeSeconds: number;
	/** which a level has. */
	readonly releaseOf: (level: number) => number;
	readonly framesPerSecond: number;
	readonly scaleMin: number;
	/** See `LeftOut`; null where nothing was. */
	readonly leftOut: LeftOutOnsets | null;
}

/** Onsets that are not in the footage since they raised alarms, and that are taken for normal: so many, of at least this statistic. */
export interface LeftOutOnsets {
	readonly count: number;
	readonly above: number;
}

const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];
/** With so many clusters the tail is fitted; a higher threshold with fewer would be nearer to the end, but noise. */
const CLUSTERS_ENOUGH = 60;

/** Peaks over threshold on cluster maxima (Davison & Smith 1990, runs declustering with the judge's release for a run's end). */
export function fitOnsets(request: OnsetRequest): OnsetScale {
	const { statistic, steps, sustainedSeconds, framesPerSecond, scaleMin, leftOut } = request;
	const n = statistic.length;
	const windowsPerHour = 3600 * framesPerSecond;
	const hours = n / windowsPerHour;
	const held = sustained(statistic, steps, Math.ceil(sustainedSeconds * framesPerSecond - 1e-6));
	const sorted = held.filter(Number.isFinite).sort();
	if (sorted.length === 0) return nothingHeld(request, windowsPerHour, hours);
	const counted = [...new Set(SHARES.map((share) => sorted[Math.floor(share * (sorted.length - 1))]!))].map(
		(threshold) => ({ threshold, peaks: clusterPeaks(request, held, threshold) }),
	);
	const falling = fallingPart(counted.filter(({ peaks }) => peaks.length > 0));
	const chosen = falling.findLastIndex(({ peaks }) => peaks.length >= CLUSTERS_ENOUGH);
	// Too few clusters anywhere: the threshold with the most, the first of the falling part.
	const place = Math.max(0, chosen);
	const top = falling[place] ?? { threshold: sorted.at(-1)!, peaks: [] };
	const excesses = withLeftOut(
		top.peaks.map((peak) => peak - top.threshold),
		leftOut === null ? null : { count: leftOut.count, above: Math.max(0, leftOut.above - top.threshold) },
	);
	const tail = fitTail({ threshold: top.threshold, excesses, independent: excesses.length, scaleMin });
	const smallest = Math.min(
		sorted[0]!,
		statistic.reduce((least, value) => Math.min(least, value)),
	);
	const knots: [number, number][] = smallest < (falling[0] ?? top).threshold ? [[smallest, 0]] : [];
	for (const { threshold, peaks } of falling.length > 0 ? falling.slice(0, place + 1) : [top]) {
		knots.push([threshold, Math.log10(n / Math.max(1, peaks.length + (leftOut?.count ?? 0)))]);
	}
	const scale = { knots, tail, largest: sorted.at(-1)! };
	return { sustainedSeconds, scale, windowsPerHour, hours, clusters: top.peaks.length };
}

export function onsetsPerHour({ scale, windowsPerHour }: OnsetScale, statistic: number): number {
	return windowsPerHour * 10 ** -scaleSurprise(scale, statistic);
}

export interface OnsetLevel {
	readonly statistic: number;
	/** Of `statistic`, from the finite number of clusters. */
	readonly standardError: number;
}

/** The statistic that normal footage newly reaches `perHour` times an hour, as the clusters have it. */
export function onsetLevel({ scale, windowsPerHour, hours, clusters }: OnsetScale, perHour: number): OnsetLevel {
	const statistic = scaleInverse(scale, Math.log10(windowsPerHour / perHour));
	const { tail } = scale;
	const beyond = Math.max(0, statistic - tail.threshold);
	// Delta method on an exponential tail: var ln(rate) = 1/k, var(scale)/scale² = 1/k, k the clusters it stands on.
	const decline = Math.max(0, Math.log(clusters / hours / perHour));
	const counted = beyond > 0 ? clusters : Math.max(clusters, perHour * hours);
	const local = Math.max(tail.scale, tail.shape > 0 ? scaleAt(tail, beyond) : 0);
	return { statistic, standardError: local * Math.sqrt((1 + decline ** 2) / Math.max(1, counted)) };
}

/**
 * Excesses over a threshold, with those that were left out since they were above a second, higher one. They stand where an
 * exponential law has them whose mean is that of the censored sample (its maximum-likelihood estimate under type-I censoring).
 */
export function withLeftOut(excesses: readonly number[], leftOut: LeftOutOnsets | null): Float64Array {
	if (leftOut === null || leftOut.count === 0 || excesses.length === 0) return Float64Array.from(excesses);
	const { count, above } = leftOut;
	const sum = excesses.reduce((total, excess) => total + excess, 0);
	const meanExcess = (sum + count * above) / excesses.length;
	const drawn = Array.from({ length: count }, (_, i) => above - meanExcess * Math.log(1 - (i + 0.5) / count));
	return Float64Array.from([...excesses, ...drawn]);
}

/** No stretch of the footage is as long as that: nothing was ever held, and single windows bound the rate. */
function nothingHeld(
	{ statistic, sustainedSeconds, scaleMin }: OnsetRequest,
	windowsPerHour: number,
	hours: number,
): OnsetScale {
	const threshold = statistic.reduce((least, value) => Math.min(least, value));
	const tail = fitTail({ threshold, excesses: new Float64Array(0), independent: 0, scaleMin });
	const scale = { knots: [[threshold, Math.log10(statistic.length)]] as const, tail, largest: threshold };
	return { sustainedSeconds, scale, windowsPerHour, hours, clusters: 0 };
}

/** Of each onset at this level the highest level at which it would have been one. */
function clusterPeaks(
	{ statistic, steps, mergeSeconds, releaseOf, framesPerSecond }: OnsetRequest,
	held: Float64Array,
	level: number,
): number[] {
	const release = Math.min(level, releaseOf(level));
	const peaks: number[] = [];
	let isOpen = false;
	let under = 0;
	for (let i = 0; i < statistic.length; i++) {
		if (steps[i] === 0) isOpen = false;
		if (!isOpen) {
			// Above the level, not on it: a value that is common is no event.
			if (held[i]! <= level) continue;
			isOpen = true;
			peaks.push(held[i]!);
			under = 0;
			continue;
		}
		if (held[i]! > peaks.at(-1)!) peaks[peaks.length - 1] = held[i]!;
		under = statistic[i]! <= release ? under + steps[i]! : 0;
		if (under > mergeSeconds * framesPerSecond) isOpen = false;
	}
	return peaks;
}

/** Low thresholds merge everything into few clusters; only from where there are most do fewer mean rarer. */
function fallingPart<Counted extends { readonly peaks: readonly number[] }>(counted: readonly Counted[]): Counted[] {
	const falling: Counted[] = [];
	for (const here of counted.toReversed()) {
		const most = falling[0]?.peaks.length ?? 0;
		if (here.peaks.length > most) falling.unshift(here);
	}
	return falling;
}
