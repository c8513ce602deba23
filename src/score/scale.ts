import { fitTail, type Tail, tailInverse, tailSurprise } from './tail.ts';

/** A strictly increasing map from a statistic to its surprise: empirical quantiles below, a fitted tail above. */
export interface Scale {
	/** (statistic, surprise), both rising; the last is the tail's threshold. */
	readonly knots: readonly (readonly [x: number, surprise: number])[];
	readonly tail: Tail;
	/** Largest statistic seen. */
	readonly largest: number;
}

/** Shares of the sample below the knots; the tail's threshold is added to them. */
const KNOTS = [0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.92, 0.94];
/** Statistics this close are one: a knot for each would be a wall that no interpolation climbs. */
const SAME = 1e-9;

export interface ScaleRequest {
	/** Any order; not empty. */
	readonly sample: Float64Array;
	/** Share of the sample's size that counts as independent, (0, 1]. */
	readonly independence: number;
	/** Smallest scale of the tail that is believed: keeps a picture that never changes from making everything a wonder. */
	readonly scaleMin: number;
}

/** P(X ≥ x) is estimated as (1 + how many of the n were at least x) / (1 + n), the usual conservative p-value. */
export function fitScale({ sample, independence, scaleMin }: ScaleRequest): Scale {
	const sorted = sample.toSorted();
	const n = sorted.length;
	const threshold = thresholdOf(sorted);
	const excesses = sorted.subarray(countBelow(sorted, threshold, true)).map((x) => x - threshold);
	const tail = fitTail({ threshold, excesses, independent: excesses.length * independence, scaleMin });
	return { knots: knotsOf(sorted, threshold), tail, largest: sorted[n - 1]! };
}

export function scaleSurprise({ knots, tail }: Scale, x: number): number {
	const [x0, s0] = knots[0]!;
	// Below everything seen: towards 0, never to it, so that order stays.
	if (x <= x0) return s0 / (1 + (x0 - x));
	const [, atThreshold] = knots.at(-1)!;
	if (x >= tail.threshold) return atThreshold + tailSurprise(tail, x);
	const right = firstKnotAbove(knots, x);
	const [xa, sa] = knots[right - 1]!;
	const [xb, sb] = knots[right]!;
	return sa + ((sb - sa) * (x - xa)) / (xb - xa);
}

/** The statistic of a surprise; the smallest knot's for surprises below its own. */
export function scaleInverse({ knots, tail }: Scale, surprise: number): number {
	const [, atThreshold] = knots.at(-1)!;
	if (surprise >= atThreshold) return tailInverse(tail, surprise - atThreshold);
	const right = knots.findIndex(([, at]) => at >= surprise);
	if (right <= 0) return knots[0]![0];
	const [xa, sa] = knots[right - 1]!;
	const [xb, sb] = knots[right]!;
	return xa + ((xb - xa) * (surprise - sa)) / (sb - sa);
}

/** The tail begins at the worst tenth or so, or after it where that place is one value that is common. */
function thresholdOf(sorted: Float64Array): number {
	const n = sorted.length;
	let place = Math.min(n - 1, Math.ceil((1 - tailShare(n)) * n));
	for (;;) {
		const value = sorted[place]!;
		const above = countBelow(sorted, value, true);
		const common = n - above < (n - countBelow(sorted, value, false)) / 2;
		if (above === n || !common) return value;
		place = above;
	}
}

/** About the worst tenth; more of a small sample (a tail of 20), less of a large one (a tail of 500, nearer to the end). */
function tailShare(n: number): number {
	const most = Math.max(0.1, Math.min(0.25, 20 / n));
	return Math.min(most, Math.max(0.02, 500 / n));
}

function knotsOf(sorted: Float64Array, threshold: number): [number, number][] {
	const n = sorted.length;
	const places = KNOTS.map((share) => sorted[Math.floor(share * (n - 1))]!).filter((x) => x < threshold - SAME);
	const knots: [number, number][] = [];
	for (const x of [...places, threshold]) {
		const surprise = -Math.log10((1 + n - countBelow(sorted, x, false)) / (1 + n));
		const last = knots.at(-1);
		if (last === undefined || x > last[0] + SAME) knots.push([x, surprise]);
	}
	// The smallest statistic has p = 1; a little less leaves room for what lies below it.
	knots[0]![1] = Math.max(knots[0]![1], -Math.log10((n + 0.5) / (n + 1)));
	return knots;
}

/** How many of `sorted` are below `x`, or at most `x` when `inclusive`. */
function countBelow(sorted: Float64Array, x: number, inclusive: boolean): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const value = sorted[middle]!;
		if (value < x || (inclusive && value === x)) low = middle + 1;
		else high = middle;
	}
	return low;
}

function firstKnotAbove(knots: Scale['knots'], x: number): number {
	let low = 1;
	let high = knots.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (knots[middle]![0] >= x) high = middle;
		else low = middle + 1;
	}
	return low;
}
