import { ForeframeError } from '../../core/errors.ts';
import type { Frame, Size } from '../../core/frame.ts';
import { maskOf } from '../../core/mask.ts';
import { cameraId, type MonotonicMs, utcMs } from '../../core/units.ts';
import type { Detector } from '../../detect/detector.ts';
import { findModel } from '../../detect/mnad/find-model.ts';
import { openMnad } from '../../detect/mnad/mnad.ts';
import { SHIPPED_MODELS } from '../../detectors.ts';
import { type FootageClip, readFootage } from '../../ingest/footage-folder.ts';
import { type Inference, openInference } from '../../onnx/inference.ts';
import type { Calibration } from '../../score/calibration.ts';
import { CollectingScorer } from '../../score/scorer.ts';
import { SlidingWindow } from '../../window/sliding-window.ts';
import type { CalibrateRequest } from './examine-protocol.ts';

export const ONE_CORE = { provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 } as const;
/** Most footage held in memory. */
const BYTES_MAX = 192 * 1024 * 1024;

/**
 * Calibrates a model on the footage that was collected of a camera.
 * @throws ForeframeError MODEL_INVALID, SOURCE_FAILED, DATASET_INVALID, CALIBRATION_INVALID
 */
export async function calibrateModel(request: CalibrateRequest, told: (done: number) => void): Promise<Calibration> {
	await using inference = await openInference(ONE_CORE, { observe: () => {} });
	const clips = await clipsOf(request, new AbortController().signal);
	await using detector = await openModel(request.model, request, inference);
	return await calibrateOn(detector, clips, request, told);
}

/** Of the size that the camera has now: that of its newest clip. */
export async function clipsOf(
	{ footage, without = [], framesPerSecond }: Pick<CalibrateRequest, 'footage' | 'without' | 'framesPerSecond'>,
	signal: AbortSignal,
): Promise<readonly FootageClip[]> {
	const clips: FootageClip[] = [];
	for await (const clip of readFootage(footage, signal, { bytesMax: BYTES_MAX, without })) {
		if (clip.framesPerSecond === framesPerSecond) clips.push(clip);
	}
	const newest = clips.at(-1);
	if (newest !== undefined) {
		const { width, height } = newest.size;
		return clips.filter(({ size }) => size.width === width && size.height === height);
	}
	throw new ForeframeError(
		'DATASET_INVALID',
		`Cannot judge a model by the footage in ${footage}: it holds none of ${framesPerSecond} frames a second`,
	);
}

export async function openModel(
	name: string,
	{ framesPerSecond, memory }: Pick<CalibrateRequest, 'framesPerSecond' | 'memory'>,
	inference: Inference,
): Promise<Detector> {
	return openMnad({ model: await findModel(name, framesPerSecond, SHIPPED_MODELS), memory, inference });
}

/** As the daemon would on a camera that shows these clips, one after the other. */
export async function calibrateOn(
	detector: Detector,
	clips: readonly FootageClip[],
	{
		framesPerSecond,
		smoothing,
		source,
		masks,
	}: Pick<CalibrateRequest, 'framesPerSecond' | 'smoothing' | 'source' | 'masks'>,
	told: (done: number) => void,
): Promise<Calibration> {
	const { size } = clips[0]!;
	const mask = maskOf(masks, size);
	const camera = detector.camera(cameraId('calibration'), mask);
	const scorer = new CollectingScorer({
		framesPerSecond,
		size,
		model: detector.model,
		smoothing,
		mask: mask?.fingerprint ?? null,
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
