import { isForeframeError } from '../../core/errors.ts';
import { cameraId } from '../../core/units.ts';
import type { Detector } from '../../detect/detector.ts';
import type { GoldenClip } from '../../detect/golden.ts';
import type { FootageClip } from '../../ingest/footage-folder.ts';
import { sitExam } from '../../learn/exam.ts';
import { judgePromotion } from '../../learn/promotion.ts';
import { writeGolden } from '../../learn/write-golden.ts';
import { openInference } from '../../onnx/inference.ts';
import { calibrateOn, clipsOf, ONE_CORE, openModel } from './calibrate-footage.ts';
import type { ExamRequest, ExamResult } from './examine-protocol.ts';

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
	await using inference = await openInference(ONE_CORE, { observe: () => {} });
	const clips = await clipsOf(request, signal);
	const sit = async (model: ExamRequest['running'], from: number, to: number) => {
		await using detector = await openModel(model.name, request, inference);
		let done = 0;
		return await sitExam(detector, clips, {
			seed: SEED,
			windows: questionsFor(clips),
			framesPerSecond,
			memory: usableMemory(detector, model.memory),
			masks: request.masks,
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
	await using detector = await openModel(request.candidate.name, request, inference);
	const calibration = await calibrateOn(detector, clips, request, (done) => told(0.8 + 0.2 * done));
	await writeGolden(request.candidate.name, goldenClip(clips, detector.expects.frames));
	return { judgement, exam: candidate, calibration };
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
