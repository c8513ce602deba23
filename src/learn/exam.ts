import { createHash } from 'node:crypto';
import { ForeframeError } from '../core/errors.ts';
import type { Frame, Size, Window } from '../core/frame.ts';
import { type Mask, type MaskPlan, maskOf, PIXEL } from '../core/mask.ts';
import type { Channel } from '../core/prediction.ts';
import { cameraId, monotonicMs, utcMs } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import { fitChannels } from '../score/calibrate.ts';
import { type ChannelScale, channelSurprise, combine } from '../score/combine.ts';
import { type FootageWindow, footageOf } from '../score/footage.ts';
import { examFigures } from './exam-figures.ts';
import { type ExamWindow, examWindows, paperLength } from './exam-paper.ts';
import type { ExaminedWindow, ExamReport } from './exam-report.ts';
import type { Clip } from './scene.ts';

export interface ExamOptions {
	/** The same seed, clips and number of windows make the same exam. */
	readonly seed: number;
	/** Questions: odd windows of each kind, where the footage lends itself; at least 20. Each costs up to 17 windows. */
	readonly windows: number;
	/** At which the clips were taken; only told to the detector. */
	readonly framesPerSecond: number;
	/** What the camera's memory was, as its detector saved it; unset takes the model's own. */
	readonly memory?: Uint8Array | null;
	/** What of the camera's picture counts; all of it where it is not given. An oddity that nothing is seen of is not asked about. */
	readonly masks?: MaskPlan;
	readonly signal: AbortSignal;
	/** Told after every window, of at most `total`. */
	readonly progress?: (done: number, total: number) => void;
}

/** Longer than any detector's window, the same for all, so that all are shown the same. */
const FRAMES = 5;
const FALSE_SHARE = 0.01;
const QUESTIONS_MIN = 20;

/**
 * Shows a detector normal windows of held-out footage, windows with synthetic oddities, and controls: normal windows that
 * went through the same. Its memory does not learn. Scores are calibrated on other windows of the same footage, as a
 * camera's are. Clips whose names share what is before the last slash are taken for one camera's.
 * @throws ForeframeError DATASET_INVALID when the footage is too short or nothing moves in it; MODEL_INVALID when the model
 * says what is no number; the signal's reason when it aborts.
 */
export async function sitExam(detector: Detector, clips: readonly Clip[], options: ExamOptions): Promise<ExamReport> {
	const { seed, windows: questions, framesPerSecond, signal } = options;
	if (detector.expects.frames > FRAMES || questions < QUESTIONS_MIN) {
		throw new RangeError(
			`Cannot examine ${detector.name}, which wants ${detector.expects.frames} frames, with ${questions} questions: ` +
				`expected at most ${FRAMES} frames and at least ${QUESTIONS_MIN} questions`,
		);
	}
	const scenes = scenesOf(clips);
	const each = Math.ceil(questions / scenes.length);
	const total = scenes.length * paperLength({ windows: each });
	const paper = createHash('sha256');
	const examined: ExaminedWindow[] = [];
	let shown = 0;
	for (const [number, scene] of scenes.entries()) {
		await detector.prepare(scene[0]!.size);
		const mask = options.masks === undefined ? null : maskOf(options.masks, scene[0]!.size);
		const camera = detector.camera(cameraId(`exam-${number + 1}`), mask);
		let control: readonly Uint8Array[] = [];
		if (options.memory != null) camera.loadState(options.memory);
		const candidate = new Candidate(detector, camera, framesPerSecond);
		for (const window of examWindows(scene, { seed: seed + number, windows: each, frames: FRAMES })) {
			signal.throwIfAborted();
			if (window.part === 'control') control = window.frames;
			if (mask !== null && window.part === 'odd' && !isSeen(window.frames, control, mask)) continue;
			for (const frame of window.frames) paper.update(frame);
			const result = await candidate.answer(window);
			if (result !== null) examined.push({ ...result, question: number * each + window.question });
			options.progress?.(++shown, total);
		}
	}
	requireOddities(examined);
	const { auc, told, oddities } = examFigures(examined, FALSE_SHARE);
	return {
		kind: 'foreframe-exam',
		version: 1,
		detector: detector.name,
		model: { id: detector.model.id, version: detector.model.version },
		seed,
		questions: scenes.length * each,
		framesPerSecond,
		paper: paper.digest('hex'),
		falseShare: FALSE_SHARE,
		auc,
		told,
		oddities: [...oddities],
		windows: examined,
	};
}

/** A detector as one camera's, that is first calibrated and then judged. */
class Candidate {
	readonly #detector: Detector;
	readonly #camera: CameraDetector;
	readonly #framesPerSecond: number;
	readonly #footage: FootageWindow[] = [];
	#scales: ReadonlyMap<Channel, ChannelScale> | null = null;
	#run = 0;

	constructor(detector: Detector, camera: CameraDetector, framesPerSecond: number) {
		this.#detector = detector;
		this.#camera = camera;
		this.#framesPerSecond = framesPerSecond;
	}

	/** null for windows that are calibrated on; those come first. */
	async answer({ part, oddity, question, clip, at, frames }: ExamWindow): Promise<ExaminedWindow | null> {
		const { weights, channels: names } = this.#detector;
		const { channels } = await this.#camera.detect(this.#windowOf(clip.size, frames), { freezeMemory: true });
		for (const name of names) {
			const raw = channels.get(name);
			if (raw !== undefined && Number.isFinite(raw)) continue;
			const { id } = this.#detector.model;
			throw new ForeframeError('MODEL_INVALID', `Cannot examine the model ${id}: its channel ${name} says ${raw}`);
		}
		if (part === 'calibration') {
			this.#footage.push({ run: this.#run, index: 0, capturedAt: utcMs(this.#run * 1000), channels });
			return null;
		}
		this.#scales ??= fitChannels(footageOf(this.#footage, names), weights, null);
		const surprises = [...this.#scales].map(
			([channel, scale]) => [channel, channelSurprise(scale, channels.get(channel)!)] as const,
		);
		const combined = combine(surprises, weights);
		return { part, oddity, question, clip: clip.name, at, combined, channels: Object.fromEntries(surprises) };
	}

	/** Every window is a run of its own: none goes on from the one before. */
	#windowOf(size: Size, pictures: readonly Uint8Array[]): Window {
		const camera = cameraId('exam');
		const run = ++this.#run;
		const frames = pictures.slice(-this.#detector.expects.frames).map((luma, index): Frame => {
			const sinceMs = run * 1000 + (index * 1000) / this.#framesPerSecond;
			const times = { capturedAt: utcMs(Math.round(sinceMs)), arrivedAt: monotonicMs(sinceMs) };
			return { camera, run, index, ...size, ...times, luma, damage: null };
		}) as [Frame, ...Frame[]];
		return { camera, run, framesPerSecond: this.#framesPerSecond, frames, target: frames.at(-1)! };
	}
}

/** Whether an oddity, what differs from its control, is anywhere that counts. */
function isSeen(odd: readonly Uint8Array[], control: readonly Uint8Array[], { pixels }: Mask): boolean {
	return odd.some((luma, index) =>
		luma.some((value, at) => pixels[at] === PIXEL.watched && value !== control[index]?.[at]),
	);
}

function scenesOf(clips: readonly Clip[]): readonly (readonly Clip[])[] {
	const sceneOf = ({ name, size }: Clip) => `${name.slice(0, name.lastIndexOf('/') + 1)} ${size.width}x${size.height}`;
	return [...Map.groupBy(clips, sceneOf).values()];
}

function requireOddities(windows: readonly ExaminedWindow[]): void {
	const odd = windows.filter(({ part }) => part === 'odd').length;
	if (odd >= QUESTIONS_MIN) return;
	throw new ForeframeError(
		'DATASET_INVALID',
		`Cannot examine a model on footage of which only ${odd} odd windows can be made: ` +
			`expected at least ${QUESTIONS_MIN}; something has to move in it`,
	);
}
