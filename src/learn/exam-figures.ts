import type { Channel } from '../core/prediction.ts';
import { type ExaminedWindow, ODDITY_WEIGHTS, type OddityFigures } from './exam-report.ts';
import { EXAM_ODDITIES } from './oddities.ts';

/** A kind of oddity of which the footage lent itself to fewer is shown and does not count. */
const COUNTS_FROM = 10;

export interface ExamFigures {
	readonly auc: number;
	readonly told: number;
	readonly oddities: readonly OddityFigures[];
}

/**
 * Figures of windows' scores, at the level above which `falseShare` of the normal and control windows are.
 * @throws RangeError when there are no normal windows, or no odd ones that count.
 */
export function examFigures(windows: readonly ExaminedWindow[], falseShare: number): ExamFigures {
	const normal = windows.filter(({ part }) => part !== 'odd');
	const level = levelOver(
		normal.map(({ combined }) => combined),
		falseShare,
	);
	const channels = Object.keys(windows[0]!.channels) as Channel[];
	const oddities = EXAM_ODDITIES.flatMap((oddity): OddityFigures[] => {
		const odd = windows.filter((window) => window.part === 'odd' && window.oddity === oddity);
		const controls = windows.filter((window) => window.part === 'control' && window.oddity === oddity);
		if (odd.length === 0) return [];
		const areaOf = (score: (window: ExaminedWindow) => number) => areaUnder(normal.map(score), odd.map(score));
		return [
			{
				oddity,
				weight: odd.length < COUNTS_FROM ? 0 : ODDITY_WEIGHTS[oddity],
				windows: odd.length,
				auc: areaOf(({ combined }) => combined),
				told: shareAbove(odd, level),
				controlsTold: shareAbove(controls, level),
				channels: Object.fromEntries(
					channels.map((channel) => [channel, areaOf((window) => window.channels[channel]!)]),
				),
			},
		];
	});
	return {
		auc: meanBy(oddities, ({ auc }) => auc),
		told: meanBy(oddities, ({ told }) => told),
		oddities,
	};
}

/** The smallest of the scores that at most `falseShare` of them are above. */
export function levelOver(scores: readonly number[], falseShare: number): number {
	if (scores.length === 0) throw new RangeError('Cannot set a level over no normal windows');
	return scores.toSorted((a, b) => b - a)[Math.floor(falseShare * scores.length)]!;
}

/** The probability that an odd score is above a normal one; equal ones count half. */
export function areaUnder(normal: readonly number[], odd: readonly number[]): number {
	const sorted = Float64Array.from(normal).sort();
	let pairs = 0;
	for (const score of odd) pairs += (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / 2;
	return pairs / (normal.length * odd.length);
}

/** How many of `sorted` are below `score`, or at most it. */
export function countBelow(sorted: Float64Array, score: number, inclusive: boolean): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! < score || (inclusive && sorted[middle] === score)) low = middle + 1;
		else high = middle;
	}
	return low;
}

function shareAbove(windows: readonly ExaminedWindow[], level: number): number {
	if (windows.length === 0) return 0;
	return windows.filter(({ combined }) => combined > level).length / windows.length;
}

function meanBy(oddities: readonly OddityFigures[], figure: (one: OddityFigures) => number): number {
	let [sum, total] = [0, 0];
	for (const one of oddities) {
		sum += one.weight * figure(one);
		total += one.weight;
	}
	if (total === 0) throw new RangeError('Cannot examine on footage that lends itself to no oddity that counts');
	return sum / total;
}
