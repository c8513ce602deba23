/** A scored frame: higher is stranger. */
export interface Labelled {
	readonly score: number;
	readonly anomalous: boolean;
}

/**
 * Area under the ROC curve: the probability that an anomalous frame scores above a normal one, where equal scores count
 * half. null unless both kinds are there.
 */
export function areaUnderRoc(frames: readonly Labelled[]): number | null {
	const { groups, positives, negatives } = byScore(frames);
	if (positives === 0 || negatives === 0) return null;
	let pairs = 0;
	let negativesAbove = 0;
	for (const group of groups) {
		// Normal frames under this score are beaten; those at it count half.
		pairs += group.positives * (negatives - negativesAbove - group.negatives / 2);
		negativesAbove += group.negatives;
	}
	return pairs / (positives * negatives);
}

/**
 * Average precision: the precision at each distinct score, weighted by the recall gained there; nothing is interpolated.
 * null where nothing is anomalous.
 */
export function averagePrecision(frames: readonly Labelled[]): number | null {
	const { groups, positives } = byScore(frames);
	if (positives === 0) return null;
	let found = 0;
	let told = 0;
	let sum = 0;
	for (const group of groups) {
		found += group.positives;
		told += group.positives + group.negatives;
		sum += group.positives * (found / told);
	}
	// Divided once, so that a perfect ranking is exactly 1.
	return sum / positives;
}

/**
 * Equal error rate: where the shares of missed anomalous and of falsely told normal frames are the same, on the ROC curve
 * drawn with straight lines. null unless both kinds are there.
 */
export function equalErrorRate(frames: readonly Labelled[]): number | null {
	const { groups, positives, negatives } = byScore(frames);
	if (positives === 0 || negatives === 0) return null;
	let missed = 1;
	let falselyTold = 0;
	for (const group of groups) {
		const missedNext = missed - group.positives / positives;
		const falselyToldNext = falselyTold + group.negatives / negatives;
		if (falselyToldNext >= missedNext) {
			const gap = missed - falselyTold;
			const closed = gap - (missedNext - falselyToldNext);
			return falselyTold + (gap / closed) * (falselyToldNext - falselyTold);
		}
		missed = missedNext;
		falselyTold = falselyToldNext;
	}
	return falselyTold;
}

/** Scores of one finished video stretched to 0..1: the literature's scaling, which needs the future. All 0 for one value. */
export function minMaxScaled(scores: readonly number[]): number[] {
	const least = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	return scores.map((score) => (most > least ? (score - least) / (most - least) : 0));
}

/**
 * The ROC curve's corners from (0, 0) to (1, 1), one for each distinct score from the highest down. null unless both kinds
 * are there.
 */
export function rocCurve(frames: readonly Labelled[]): readonly RocPoint[] | null {
	const { groups, positives, negatives } = byScore(frames);
	if (positives === 0 || negatives === 0) return null;
	const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Number.POSITIVE_INFINITY }];
	let [found, falselyTold] = [0, 0];
	for (const group of groups) {
		found += group.positives;
		falselyTold += group.negatives;
		points.push({
			falsePositiveRate: falselyTold / negatives,
			truePositiveRate: found / positives,
			threshold: group.score,
		});
	}
	return points;
}

/** Frames that score `threshold` or more are told. */
export interface RocPoint {
	readonly falsePositiveRate: number;
	readonly truePositiveRate: number;
	readonly threshold: number;
}

/** With straight lines between neighbours in order (Hyndman and Fan's type 7). null for no values. */
export function percentilesOf(values: readonly number[]): { readonly p50: number; readonly p95: number } | null {
	if (values.length === 0) return null;
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number) => {
		const place = share * (sorted.length - 1);
		const below = Math.floor(place);
		const above = Math.min(below + 1, sorted.length - 1);
		return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
	};
	return { p50: at(0.5), p95: at(0.95) };
}

/** Mean of what is known; null where nothing is. */
export function meanOf(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

interface Group {
	readonly score: number;
	positives: number;
	negatives: number;
}

/** Counts per distinct score, the highest first. */
function byScore(frames: readonly Labelled[]): {
	readonly groups: readonly Group[];
	readonly positives: number;
	readonly negatives: number;
} {
	const groups: Group[] = [];
	let positives = 0;
	let previous: number | null = null;
	for (const { score, anomalous } of frames.toSorted((a, b) => b.score - a.score)) {
		if (Number.isNaN(score)) throw new RangeError('Cannot rank a score that is not a number');
		if (score !== previous) groups.push({ score, positives: 0, negatives: 0 });
		previous = score;
		const group = groups.at(-1)!;
		if (anomalous) {
			group.positives++;
			positives++;
		} else {
			group.negatives++;
		}
	}
	return { groups, positives, negatives: frames.length - positives };
}
