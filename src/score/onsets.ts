import { type Scale, scaleInverse, scaleSurprise } from './scale.ts';
import { fitTail, scaleAt } from './tail.ts';

/**
 * How often a level is newly reached. Windows over a level come in clusters, and a person counts alarms, not windows: the
 * rate is that of clusters whose highest window reaches the level.
 */
export interface OnsetScale {
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
	/** Windows over the level at most so many seconds apart are one onset. */
	readonly mergeSeconds: number;
	readonly framesPerSecond: number;
	readonly scaleMin: number;
}

const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998];
/** With so many clusters the tail is fitted; a higher threshold with fewer would be nearer to the end, but noise. */
const CLUSTERS_ENOUGH = 60;

/** Peaks over threshold on cluster maxima (Davison & Smith 1990, runs declustering). */
export function fitOnsets(request: OnsetRequest): OnsetScale {
	const { statistic, framesPerSecond, scaleMin } = request;
	const n = statistic.length;
	const windowsPerHour = 3600 * framesPerSecond;
	const hours = n / windowsPerHour;
	const sorted = statistic.toSorted();
	const counted = [...new Set(SHARES.map((share) => sorted[Math.floor(share * (n - 1))]!))].map((threshold) => ({
		threshold,
		peaks: clusterPeaks(request, threshold),
	}));
	const falling = fallingPart(counted.filter(({ peaks }) => peaks.length > 0));
	const chosen = falling.findLastIndex(({ peaks }) => peaks.length >= CLUSTERS_ENOUGH);
	// Too few clusters anywhere: the threshold with the most, the first of the falling part.
	const place = Math.max(0, chosen);
	const top = falling[place] ?? { threshold: sorted[n - 1]!, peaks: [] };
	const tail = fitTail({
		threshold: top.threshold,
		excesses: Float64Array.from(top.peaks, (peak) => peak - top.threshold),
		independent: top.peaks.length,
		scaleMin,
	});
	const knots: [number, number][] = sorted[0]! < (falling[0] ?? top).threshold ? [[sorted[0]!, 0]] : [];
	for (const { threshold, peaks } of falling.length > 0 ? falling.slice(0, place + 1) : [top]) {
		knots.push([threshold, Math.log10(n / Math.max(1, peaks.length))]);
	}
	const scale = { knots, tail, largest: sorted[n - 1]! };
	return { scale, windowsPerHour, hours, clusters: top.peaks.length };
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

function clusterPeaks({ statistic, steps, mergeSeconds, framesPerSecond }: OnsetRequest, threshold: number): number[] {
	const peaks: number[] = [];
	let since = Number.POSITIVE_INFINITY;
	for (let i = 0; i < statistic.length; i++) {
		since = steps[i] === 0 ? Number.POSITIVE_INFINITY : since + steps[i]!;
		const value = statistic[i]!;
		if (value <= threshold) continue;
		if (since > mergeSeconds * framesPerSecond) peaks.push(value);
		else if (value > peaks.at(-1)!) peaks[peaks.length - 1] = value;
		since = 0;
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
