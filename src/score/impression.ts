import type { Frame } from '../core/frame.ts';

const COLUMNS = 16;
const ROWS = 9;
/** Every so many pixels are looked at along and across: enough for means. */
const EVERY = 2;
/** So many of the filter's answers have a middle that is sure to a few per cent. */
const ANSWERS = 4000;
export const BLOCKS = COLUMNS * ROWS;
/** Grey levels that are no change, and the share of such blocks that is no other light. */
const SAME = 4;
const SAME_SHARE = 0.4;
/** Grey levels that every picture is taken to differ by, so that one without contrast has a pattern too. */
const CONTRAST_MIN = 2;
/** Of the filter's answers to noise alone, the middle one in standard deviations. */
const MIDDLE = 0.6745;

/** What of a picture tells the light in which it was taken, whoever is in it. */
export interface Impression {
	/** Mean of each block, less the middle one, in middle deviations: neither exposure nor contrast changes it. `[BLOCKS]` */
	readonly pattern: Float32Array;
	/** Mean of each block, grey levels. `[BLOCKS]` */
	readonly means: Float32Array;
	/** Standard deviation of the sensor's noise, grey levels. */
	readonly noise: number;
	/** Mean, grey levels. */
	readonly brightness: number;
}

export function impressionOf({ luma, width, height }: Pick<Frame, 'luma' | 'width' | 'height'>): Impression {
	const sums = new Float64Array(BLOCKS);
	const counts = new Float64Array(BLOCKS);
	let total = 0;
	const columns = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * COLUMNS) / width));
	for (let y = 0; y < height; y += EVERY) {
		const row = Math.floor((y * ROWS) / height) * COLUMNS;
		for (let x = 0; x < width; x += EVERY) {
			const block = row + columns[x]!;
			const level = luma[y * width + x]!;
			sums[block]! += level;
			counts[block]!++;
			total++;
		}
	}
	const means = Float32Array.from(sums, (sum, block) => sum / Math.max(1, counts[block]!));
	const middle = median(means);
	const deviation = Math.max(CONTRAST_MIN, median(means.map((value) => Math.abs(value - middle))));
	return {
		pattern: means.map((value) => (value - middle) / deviation),
		means,
		noise: noiseOf(luma, width, height),
		brightness: sums.reduce((all, sum) => all + sum, 0) / total,
	};
}

/**
 * Middle difference of the blocks; 0 where many of them are as bright as they were: another light leaves none, whatever comes
 * near leaves those beside it.
 */
export function patternChange(one: Impression, other: Impression): number {
	const same = one.means.reduce(
		(count, mean, block) => count + (Math.abs(mean - other.means[block]!) < SAME ? 1 : 0),
		0,
	);
	if (same > SAME_SHARE * BLOCKS) return 0;
	return median(one.pattern.map((value, block) => Math.abs(value - other.pattern[block]!)));
}

/** The middle answer of a filter that knows neither planes nor edges (Immerkær 1996). */
function noiseOf(luma: Uint8Array, width: number, height: number): number {
	const answers = new Uint32Array(256 * 16);
	let count = 0;
	const every = Math.max(1, Math.floor(Math.sqrt((width * height) / ANSWERS)));
	for (let y = 1; y + 1 < height; y += every) {
		for (let x = 1; x + 1 < width; x += every) {
			const at = y * width + x;
			const [up, down] = [at - width, at + width];
			const sides = luma[at - 1]! + luma[at + 1]! + luma[up]! + luma[down]!;
			const corners = luma[up - 1]! + luma[up + 1]! + luma[down - 1]! + luma[down + 1]!;
			answers[Math.abs(4 * luma[at]! - 2 * sides + corners)]!++;
			count++;
		}
	}
	let below = 0;
	let middle = 0;
	while (middle < answers.length - 1 && below + answers[middle]! <= count / 2) below += answers[middle++]!;
	// Within the middle answer as if its answers were spread over it: whole levels would be steps.
	const within = count === 0 ? 0 : (count / 2 - below) / Math.max(1, answers[middle]!);
	return (middle - 0.5 + within) / 6 / MIDDLE;
}

function median(values: Float32Array): number {
	const sorted = values.toSorted();
	return sorted[sorted.length >> 1]!;
}
