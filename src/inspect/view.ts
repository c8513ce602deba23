import { correlation } from '../core/correlation.ts';
import type { PictureFault } from '../core/integrity.ts';
import type { Likeness, Look } from './look.ts';
import { median, type Reference } from './reference.ts';

/** Grey level under which nearly every block stays when no light comes in, its texture included. */
const DARK_LEVEL = 20;
const DARK_SHARE = 0.97;
/** Deviation within a block from which there is something to see, and the share of such blocks in a picture that shows something. */
const TEXTURED = 2.5;
const COVERED_SHARE = 0.08;
/** Deviation of the blocks' means, grey levels, of what lies before a lens, where nothing better is known. */
const FLAT_DEVIATION = 9;
/** Blocks to compare by: textured well in the reference. */
const COMPARED_TEXTURE = 4;
const COMPARED_MIN = 8;
/** Edges fall to this share of the reference's, light being light, and more than contrast within the blocks does, or so far; */
const BLURRED_SHARE = 0.62;
const BLURRED_RATIO = 0.78;
const BLURRED_FAR = 0.42;
/** while light and dark stay where they are: correlation of the blocks' means, */
const SAME_PLACES = 0.8;
/** of this share of them. */
const MOST = 0.85;
/** In another view this share of the blocks correlates less than that with the reference, and all of them so much in the mean. */
const OTHER_SHARE = 0.6;
const OTHER_CORRELATION = 0.4;
const OTHER_MEAN = 0.3;

export type ViewKind = Extract<PictureFault, 'dark' | 'covered' | 'defocused' | 'moved'>;

export interface ViewFinding {
	readonly kind: ViewKind;
	readonly detail: string;
}

/** What is wrong with a view by itself and against its reference; null where nothing is. `known`: against the reference. */
export function findView(seen: Look, reference: Reference, known: Likeness | null): ViewFinding | null {
	if (isDark(seen)) return { kind: 'dark', detail: `nothing is brighter than level ${DARK_LEVEL} of 255` };
	const textured = shareOf(seen.deviations, (deviation) => deviation >= TEXTURED);
	const detail = `${percent(textured)} of the picture show any texture`;
	if (known === null) {
		const flat = textured < COVERED_SHARE && deviation(seen.means) < FLAT_DEVIATION;
		return flat ? { kind: 'covered', detail } : null;
	}
	const places = Array.from(seen.means.keys()).filter((block) => reference.deviations[block]! >= COMPARED_TEXTURE);
	if (places.length < COMPARED_MIN) return null;
	const samePlaces = correlationOfMost(seen.means, reference.means);
	if (textured < COVERED_SHARE && samePlaces < SAME_PLACES) {
		const usual = shareOf(reference.deviations, (deviation) => deviation >= TEXTURED);
		if (usual > 3 * COVERED_SHARE) return { kind: 'covered', detail: `${detail}, otherwise ${percent(usual)}` };
	}
	const edges = median(places.map((block) => seen.gradients[block]! / reference.gradients[block]!));
	const contrast = median(places.map((block) => seen.deviations[block]! / reference.deviations[block]!));
	const light = deviation(seen.means) / Math.max(1, deviation(reference.means));
	const blurred = edges < BLURRED_SHARE * light && (edges < BLURRED_RATIO * contrast || edges < BLURRED_FAR * light);
	if (blurred && samePlaces >= SAME_PLACES) {
		return { kind: 'defocused', detail: `edges have ${percent(edges)} of their usual sharpness` };
	}
	const correlations = places.map((block) => known.correlations[block]!).filter((value) => !Number.isNaN(value));
	if (correlations.length < COMPARED_MIN) return null;
	const mean = correlations.reduce((sum, value) => sum + value, 0) / correlations.length;
	const other = shareOf(correlations, (value) => value < OTHER_CORRELATION);
	if (other < OTHER_SHARE || mean > OTHER_MEAN) return null;
	return { kind: 'moved', detail: `${percent(other)} of the picture are not what was there before` };
}

function isDark({ means, deviations }: Look): boolean {
	let dark = 0;
	for (let block = 0; block < means.length; block++) if (means[block]! + 2 * deviations[block]! < DARK_LEVEL) dark++;
	return dark >= DARK_SHARE * means.length;
}

function shareOf(values: ArrayLike<number>, holds: (value: number) => boolean): number {
	let count = 0;
	for (let at = 0; at < values.length; at++) if (holds(values[at]!)) count++;
	return count / values.length;
}

function percent(share: number): string {
	return `${Math.round(100 * share)} %`;
}

function meanOf(values: Float32Array): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: Float32Array): number {
	const mean = meanOf(values);
	return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Correlation without the blocks that agree least, which somebody may be passing. */
function correlationOfMost(a: Float32Array, b: Float32Array): number {
	const [meanA, meanB] = [meanOf(a), meanOf(b)];
	const [scaleA, scaleB] = [deviation(a) || 1, deviation(b) || 1];
	const apart = a.map((value, at) => Math.abs((value - meanA) / scaleA - (b[at]! - meanB) / scaleB));
	const most = apart.slice().sort()[Math.floor(MOST * (apart.length - 1))]!;
	const kept = (values: Float32Array) => values.filter((_, at) => apart[at]! <= most);
	return correlation(kept(a), kept(b));
}
