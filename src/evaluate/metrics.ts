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

/** Mean of what is known; null where nothing is. */
export function meanOf(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

interface Group {
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
		if (score !== previous) groups.push({ positives: 0, negatives: 0 });
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
