import { ForeframeError } from '../core/errors.ts';
import { EXAM_ODDITIES, type ExamOddity, firstPlace, makeOddity } from './oddities.ts';
import { movementIn, type Place, windowAt } from './places.ts';
import { type Random, seededRandom } from './random.ts';
import type { Clip } from './scene.ts';
import { surveyScenery } from './scenery.ts';

/** One window of an exam. */
export interface ExamWindow {
	/**
	 * `calibration`: normal, to learn the model's scale on, never judged; `normal` and `control`: not to be told; `odd`: to be.
	 */
	readonly part: 'calibration' | 'normal' | 'control' | 'odd';
	/** Of controls and odd windows. */
	readonly oddity: ExamOddity | null;
	/** Windows of one number are made of one place of the footage. */
	readonly question: number;
	readonly clip: Clip;
	/** Which frame of the clip is the target. */
	readonly at: number;
	/** Oldest first, the target last. */
	readonly frames: readonly Uint8Array[];
}

export interface PaperOptions {
	readonly seed: number;
	/** Questions: odd windows of each kind, where the footage lends itself. */
	readonly windows: number;
	readonly frames: number;
}

/** Every third stretch of this many frames is calibrated on; the others are examined on. */
const STRETCH = 8;
const CALIBRATION_MIN = 120;
/** Of so many times the one at which most moves is asked about: an oddity of nothing is none. */
const TIMES = 3;

/**
 * The windows of an exam over clips of one camera, the same for the same seed and clips. Windows for calibration come first.
 * @throws ForeframeError DATASET_INVALID when no clip is long enough.
 */
export function* examWindows(
	clips: readonly Clip[],
	{ seed, windows, frames }: PaperOptions,
): Generator<ExamWindow, void, void> {
	const first = firstPlace(frames);
	const long = clips.filter((clip) => clip.frames.length >= first + 3 * STRETCH);
	if (long.length === 0) {
		const longest = Math.max(0, ...clips.map((clip) => clip.frames.length));
		throw new ForeframeError(
			'DATASET_INVALID',
			`Cannot examine a model on held-out clips of at most ${longest} frames: expected one of ${first + 3 * STRETCH}`,
		);
	}
	const scenery = surveyScenery(long, randomFor(seed, 0, 0));
	for (let question = 0; question < Math.max(CALIBRATION_MIN, windows); question++) {
		const random = randomFor(seed, question, 1);
		const clip = long[question % long.length]!;
		const at = timeIn(clip, first, true, random);
		const place = { clip, at, frames, scenery };
		yield { part: 'calibration', oddity: null, question, clip, at, frames: windowAt(place, at) };
	}
	for (let question = 0; question < windows; question++) {
		const clip = long[question % long.length]!;
		const place = { clip, at: busyTimeIn(clip, first, randomFor(seed, question, 2)), frames, scenery };
		yield* ask(place, question, seed);
	}
}

/** How many windows an exam has at most. */
export function paperLength({ windows }: Pick<PaperOptions, 'windows'>): number {
	return Math.max(CALIBRATION_MIN, windows) + windows * (1 + 2 * EXAM_ODDITIES.length);
}

function* ask(place: Place, question: number, seed: number): Generator<ExamWindow, void, void> {
	const { clip, at } = place;
	const common = { question, clip, at } as const;
	yield { ...common, part: 'normal', oddity: null, frames: windowAt(place, at) };
	for (const [number, oddity] of EXAM_ODDITIES.entries()) {
		// A source of its own for each, so that one kind's numbers change no other's pictures.
		const made = makeOddity(oddity, place, randomFor(seed, question, 3 + number));
		if (made === null) continue;
		yield { ...common, part: 'control', oddity, frames: made.control.frames };
		yield { ...common, part: 'odd', oddity, frames: made.odd.frames };
	}
}

function busyTimeIn(clip: Clip, first: number, random: Random): number {
	const whole = { x: 0, y: 0, ...clip.size };
	const times = Array.from({ length: TIMES }, () => timeIn(clip, first, false, random));
	const moved = new Map(times.map((at) => [at, movementIn(clip, at, whole)]));
	return times.reduce((best, next) => (moved.get(next)! > moved.get(best)! ? next : best));
}

function timeIn({ frames }: Clip, first: number, calibration: boolean, random: Random): number {
	for (;;) {
		const at = first + random.integer(frames.length - first);
		if ((Math.floor((at - first) / STRETCH) % 3 === 2) === calibration) return at;
	}
}

function randomFor(seed: number, question: number, use: number): Random {
	return seededRandom(
		Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(question + 1, 0x85ebca6b) ^ Math.imul(use, 0xc2b2ae35),
	);
}
