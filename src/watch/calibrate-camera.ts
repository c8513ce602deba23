import type { CameraConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import { maskOf } from '../core/mask.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import type { SourceOptions } from '../ingest/options.ts';
import type { Calibration } from '../score/calibration.ts';
import { CollectingScorer } from '../score/scorer.ts';
import { cameraWindows } from './camera-windows.ts';
import { maskPlanOf } from './mask-plan.ts';

export interface CalibrateRequest {
	readonly camera: CameraConfig;
	/** The camera's own, or recordings of it, one after the other. */
	readonly sources: readonly SourceOptions[];
	readonly detector: Detector;
	/** Of footage. */
	readonly minutes: number;
	readonly description: string;
	readonly clock: Clock;
	readonly observe: Observe;
	/** 0..1 */
	readonly progress: (done: number) => void;
	readonly signal: AbortSignal;
}

/**
 * Watches normal footage as the daemon would, until there is enough of it or it ends, and makes a calibration of it.
 * @throws ForeframeError CALIBRATION_INVALID when there is too little, SOURCE_FAILED
 */
export async function calibrateCamera(request: CalibrateRequest): Promise<Calibration> {
	const { camera, sources, detector, signal } = request;
	let learner: { readonly camera: CameraDetector; readonly scorer: CollectingScorer } | null = null;

	for await (const { window } of cameraWindows(camera, sources, detector.expects.frames, request, signal)) {
		learner ??= await begin(request, window.target);
		learner.scorer.score(await learner.camera.detect(window, { freezeMemory: false }));
		request.progress(learner.scorer.progress);
		if (learner.scorer.progress >= 1) break;
	}
	learner ??= await begin(request, { width: 16, height: 16 });
	return learner.scorer.calibrate(learner.camera.saveState());
}

async function begin(
	{ camera, detector, minutes, description }: CalibrateRequest,
	frame: { width: number; height: number },
) {
	const size = { width: frame.width, height: frame.height };
	await detector.prepare(size);
	const mask = maskOf(maskPlanOf(camera), size);
	return {
		camera: detector.camera(camera.id, mask),
		scorer: new CollectingScorer({
			framesPerSecond: camera.framesPerSecond,
			size,
			model: detector.model,
			smoothing: camera.score.smoothing,
			mask: mask?.fingerprint ?? null,
			weights: detector.weights,
			source: description,
			channels: detector.channels,
			minutes,
			random: Math.random,
		}),
	};
}
