import type { Clip, Dataset, LabelledClip } from '../../src/ingest/dataset.ts';

/** What a contaminated data set is made of. */
export interface Contamination {
	/** Pieces of anomalous footage that are learned from. */
	readonly learned: readonly Clip[];
	/** Other pieces of it, to calibrate on. */
	readonly calibrated: readonly Clip[];
	/** The test clips that none of it is from, without masks. */
	readonly testing: readonly LabelledClip[];
}

/**
 * Takes from the middle of what is anomalous in each clip of the first half of the test clips so many pictures that `share` of
 * all that is learned from is odd, and from just after that so many windows for calibration.
 */
export function contaminationOf(
	{ testing }: Dataset,
	{ share, learned, calibrated, inputs }: { share: number; learned: number; calibrated: number; inputs: number },
): Contamination {
	const half = testing.slice(0, testing.length >> 1);
	const each = (normal: number) => Math.round((normal * share) / (1 - share) / half.length);
	const pictures = each(learned);
	const windows = each(calibrated);
	const pieces = half.map((clip) => {
		const [first, end] = longestAnomalous(clip);
		const start = Math.max(first, Math.round((first + end - pictures) / 2));
		const piece = (from: number, length: number): Clip => ({
			name: `${clip.name} from picture ${from}`,
			pictures: clip.pictures.slice(from, Math.min(from + length, end)),
		});
		return { learned: piece(start, pictures), calibrated: piece(start + pictures, windows + inputs) };
	});
	return {
		learned: pieces.map((piece) => piece.learned),
		calibrated: pieces.map((piece) => piece.calibrated),
		testing: testing.slice(half.length).map((clip) => ({ ...clip, masks: null })),
	};
}

/** First picture, and the one after the last. */
function longestAnomalous({ anomalous }: LabelledClip): readonly [number, number] {
	let best: readonly [number, number] = [0, 0];
	let start = 0;
	for (const [picture, odd] of [...anomalous, false].entries()) {
		if (odd) continue;
		if (picture - start > best[1] - best[0]) best = [start, picture];
		start = picture + 1;
	}
	return best;
}
