import { ForeframeError, isForeframeError } from '../../core/errors.ts';
import type { Frame, Size } from '../../core/frame.ts';
import { cameraId, type MonotonicMs, utcMs } from '../../core/units.ts';
import type { Detector } from '../../detect/detector.ts';
import type { GoldenClip } from '../../detect/golden.ts';
import { findModel } from '../../detect/mnad/find-model.ts';
import { openMnad } from '../../detect/mnad/mnad.ts';
import { SHIPPED_MODELS } from '../../detectors.ts';
import { type FootageClip, readFootage } from '../../ingest/footage-folder.ts';
import { sitExam } from '../../learn/exam.ts';
import { judgePromotion } from '../../learn/promotion.ts';
import { writeGolden } from '../../learn/write-golden.ts';
import { type Inference, openInference } from '../../onnx/inference.ts';
import type { Calibration } from '../../score/calibration.ts';
import { CollectingScorer } from '../../score/scorer.ts';
import { SlidingWindow } from '../../window/sliding-window.ts';
import type { ExamRequest, ExamResult } from './examine-protocol.ts';

/** Most footage held in memory. */
const BYTES_MAX = 192 * 1024 * 1024;
const SEED = 1;
/** Odd windows of each kind: one for each second of footage, within these. */
const QUESTIONS_MIN = 30;
const QUESTIONS_MAX = 200;
const GOLDEN_WINDOWS = 4;
const TOLD_EVERY = 20;

/**
 * Lets the new model and the running one sit the same exam on footage that the new one has not seen, and calibrates the new
 * one on the same footage where it is better; its golden windows are from there too.
 * @throws ForeframeError MODEL_INVALID, SOURCE_FAILED, DATASET_INVALID, CALIBRATION_INVALID
 */
export async function examineCandidate(request: ExamRequest, told: (done: number) => void): Promise<ExamResult> {
	const { framesPerSecond } = request;
	const signal = new AbortController().signal;
	const options = { provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 } as const;
	await using inference = await openInference(options, { observe: () => {} });
	const clips = await clipsOf(request, signal);
	const sit = async (model: ExamRequest['running'], from: number, to: number) => {
		await using detector = await open(model.name, request, inference);
		let done = 0;
		return await sitExam(detector, clips, {
			seed: SEED,
			windows: questionsFor(clips),
			framesPerSecond,
			memory: usableMemory(detector, model.memory),
			signal,
			progress: (shown, total) => {
				if (shown - done < TOLD_EVERY) return;
				done = shown;
				told(from + ((to - from) * shown) / total);
			},
		});
	};
	const running = await sit(request.running, 0, 0.4);
	const candidate = await sit(request.candidate, 0.4, 0.8);
	const judgement = judgePromotion(running, candidate);
	if (judgement.kind === 'refuse') return { judgement, exam: candidate, calibration: null };
	await using detector = await open(request.candidate.name, request, inference);
	const calibration = await calibrate(detector, clips, request, (done) => told(0.8 + 0.2 * done));
	await writeGolden(request.candidate.name, goldenClip(clips, detector.expects.frames));
	return { judgement, exam: candidate, calibration };
}

/** Of the size that the camera has now: that of its newest clip. */
async function clipsOf(
	{ heldOut, framesPerSecond }: ExamRequest,
	signal: AbortSignal,
): Promise<readonly FootageClip[]> {
	const clips: FootageClip[] = [];
	for await (const clip of readFootage(heldOut, signal, { bytesMax: BYTES_MAX })) {
		if (clip.framesPerSecond === framesPerSecond) clips.push(clip);
	}
	const newest = clips.at(-1);
	if (newest !== undefined) {
		const { width, height } = newest.size;
		return clips.filter(({ size }) => size.width === width && size.height === height);
	}
	throw new ForeframeError(
		'DATASET_INVALID',
		`Cannot examine a model on the footage in ${heldOut}: it holds none of ${framesPerSecond} frames a second`,
	);
}

async function open(name: string, { framesPerSecond, memory }: ExamRequest, inference: Inference): Promise<Detector> {
	return openMnad({ model: await findModel(name, framesPerSecond, SHIPPED_MODELS), memory, inference });
}

function questionsFor(clips: readonly FootageClip[]): number {
	const seconds = clips.reduce((sum, { frames, framesPerSecond }) => sum + frames.length / framesPerSecond, 0);
	return Math.round(Math.min(QUESTIONS_MAX, Math.max(QUESTIONS_MIN, seconds)));
}

/** Whole windows from all over the footage. */
function goldenClip(clips: readonly FootageClip[], frames: number): GoldenClip {
	const long = clips.filter((clip) => clip.frames.length >= frames);
	const windows = Array.from({ length: GOLDEN_WINDOWS }, (_, place) => {
		const clip = long[Math.floor((place * long.length) / GOLDEN_WINDOWS)]!;
		const start = Math.floor(((clip.frames.length - frames) * place) / GOLDEN_WINDOWS);
		return clip.frames.slice(start, start + frames);
	});
	return { kind: 'recorded', size: clips[0]!.size, windows };
}

/** What was put away with another model does not count. */
function usableMemory(detector: Detector, stored: string | null): Uint8Array | null {
	if (stored === null) return null;
	const memory = Buffer.from(stored, 'base64');
	try {
		detector.camera(cameraId('memory')).loadState(memory);
		return memory;
	} catch (error) {
		if (isForeframeError(error, 'MODEL_INVALID')) return null;
		throw error;
	}
}

/** As the daemon would on a camera that shows these clips, one after the other. */
async function calibrate(
	detector: Detector,
	clips: readonly FootageClip[],
	{ framesPerSecond, smoothing, source }: ExamRequest,
	told: (done: number) => void,
): Promise<Calibration> {
	const { size } = clips[0]!;
	const camera = detector.camera(cameraId('calibration'));
	const scorer = new CollectingScorer({
		framesPerSecond,
		size,
		model: detector.model,
		smoothing,
		weights: detector.weights,
		source,
		channels: detector.channels,
		minutes: Number.MAX_SAFE_INTEGER,
		random: Math.random,
	});
	for (const [place, clip] of clips.entries()) {
		const windows = new SlidingWindow({ frames: detector.expects.frames, framesPerSecond });
		for (const frame of framesOf(clip, place + 1, size)) {
			const slide = windows.push(frame);
			if (slide.kind === 'window') scorer.score(await camera.detect(slide.window, { freezeMemory: false }));
		}
		told((place + 1) / clips.length);
	}
	return scorer.calibrate(camera.saveState());
}

function framesOf({ frames, from, framesPerSecond }: FootageClip, run: number, size: Size): Frame[] {
	const camera = cameraId('calibration');
	return frames.map((luma, index) => {
		const atMs = from + (index * 1000) / framesPerSecond;
		const times = { capturedAt: utcMs(atMs), arrivedAt: atMs as MonotonicMs };
		return { camera, run, index, ...size, ...times, luma, damage: null };
	});
}
