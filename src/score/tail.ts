/**
 * The upper end of a distribution: above `threshold` excesses follow a generalised Pareto law,
 * P(X > threshold + y | X > threshold) = (1 + shape·y/scale)^(-1/shape). Where the shape is negative the law has an end;
 * from `join` on (an excess) it is continued by the exponential that touches it there, so that nothing is impossible and
 * order is never lost.
 */
export interface Tail {
	readonly threshold: number;
	readonly scale: number;
	readonly shape: number;
	/** null where the law has no end. */
	readonly join: number | null;
}

export interface GeneralisedPareto {
	readonly scale: number;
	readonly shape: number;
}

/** Shapes outside this are not believed: in the domains used here real tails are close to exponential (shape 0). */
const SHAPE_MIN = -0.2;
const SHAPE_MAX = 0.3;
/** So many independent excesses weigh as much as the prior belief that the shape is 0 (its standard error is about 1/√n). */
const PRIOR_EXCESSES = 40;

export interface TailRequest {
	readonly threshold: number;
	/** Excesses over the threshold, above zero, any order. */
	readonly excesses: Float64Array;
	/** How many of them are independent, at most their number. */
	readonly independent: number;
	/** Smallest scale that is believed. */
	readonly scaleMin: number;
}

/** Fits a tail: probability-weighted moments, the shape drawn towards 0 where there is little to go by. */
export function fitTail({ threshold, excesses, independent, scaleMin }: TailRequest): Tail {
	if (excesses.length < 2) return { threshold, scale: scaleMin, shape: 0, join: null };
	const fitted = fitGeneralisedPareto(excesses).shape;
	const trust = independent / (independent + PRIOR_EXCESSES);
	const shape = Math.min(SHAPE_MAX, Math.max(SHAPE_MIN, fitted * trust));
	// With the shape settled, the mean excess scale / (1 - shape) settles the scale.
	const scale = Math.max(scaleMin, mean(excesses) * (1 - shape));
	// Where the largest of this many excesses is expected: the data say nothing of what lies beyond.
	const join = shape < 0 ? (scale / shape) * ((excesses.length + 1) ** shape - 1) : null;
	return { threshold, scale, shape, join };
}

/**
 * Probability-weighted moments (Hosking & Wallis, Technometrics 29, 1987) with plotting positions (i - 0.35)/n, in the sign
 * convention where a positive shape is a heavy tail. Good for shapes below 1/2.
 */
export function fitGeneralisedPareto(excesses: Float64Array): GeneralisedPareto {
	const sorted = excesses.toSorted();
	const n = sorted.length;
	let a0 = 0;
	let a1 = 0;
	for (let i = 0; i < n; i++) {
		a0 += sorted[i]! / n;
		a1 += ((1 - (i + 0.65) / n) * sorted[i]!) / n;
	}
	const difference = a0 - 2 * a1;
	// Excesses that are all alike: as light a tail as there is.
	if (!(difference > 1e-12 * a0)) return { scale: a0, shape: Number.NEGATIVE_INFINITY };
	return { scale: (2 * a0 * a1) / difference, shape: 2 - a0 / difference };
}

/** -log10 P(X > x | X > threshold); 0 at the threshold, strictly increasing above it. */
export function tailSurprise(tail: Tail, x: number): number {
	const y = Math.max(0, x - tail.threshold);
	if (tail.join === null || y <= tail.join) return lawSurprise(tail, y);
	return lawSurprise(tail, tail.join) + (y - tail.join) / (scaleAt(tail, tail.join) * Math.LN10);
}

/** The x whose `tailSurprise` is `surprise` (0 or more). */
export function tailInverse(tail: Tail, surprise: number): number {
	const atJoin = tail.join === null ? Number.POSITIVE_INFINITY : lawSurprise(tail, tail.join);
	if (tail.join !== null && surprise > atJoin) {
		return tail.threshold + tail.join + (surprise - atJoin) * scaleAt(tail, tail.join) * Math.LN10;
	}
	const nats = surprise * Math.LN10;
	const y = tail.shape === 0 ? tail.scale * nats : (tail.scale / tail.shape) * Math.expm1(tail.shape * nats);
	return tail.threshold + y;
}

function lawSurprise({ scale, shape }: Tail, y: number): number {
	return shape === 0 ? y / (scale * Math.LN10) : Math.log1p((shape * y) / scale) / (shape * Math.LN10);
}

/** Mean excess the law's own exponential has at this excess: the inverse of its hazard. */
export function scaleAt({ scale, shape }: Tail, y: number): number {
	return scale + shape * y;
}

function mean(values: Float64Array): number {
	let sum = 0;
	for (const value of values) sum += value;
	return sum / values.length;
}
