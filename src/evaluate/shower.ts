import type { Size, Window } from '../core/frame.ts';
import { detectorSize } from '../core/frame-size.ts';
import type { Prediction } from '../core/prediction.ts';
import { cameraId } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import { type Clip, type Dataset, strideFor } from '../ingest/dataset.ts';
import { type Pictures, type WatchedWindow, watchClip } from './watch-clip.ts';

export interface ShowRequest {
	readonly dataset: Dataset;
	readonly detector: Detector;
	readonly files: Pictures;
	/** Told after every window of those that are to come. */
	readonly progress: (done: number, total: number) => void;
	readonly signal: AbortSignal;
}

/** Shows clips to one camera's share of the detector. */
export interface Shower {
	readonly camera: CameraDetector;
	readonly size: Size;
	readonly tookMs: readonly number[];
	windows(clip: Clip): AsyncGenerator<WatchedWindow>;
	detect(window: Window, freezeMemory: boolean): Promise<Prediction>;
}

const CAMERA = cameraId('evaluate');

/** @param clips all that will be shown */
export async function openShower(
	{ dataset, detector, files, progress, signal }: ShowRequest,
	clips: readonly Clip[],
	framesPerSecond: number,
): Promise<Shower> {
	const stride = strideFor(dataset, framesPerSecond);
	const original = await files.size(clips[0]!.pictures[0]!);
	const size = detectorSize(original.width / original.height);
	await detector.prepare(size);
	const camera = detector.camera(CAMERA);
	const framesPerWindow = detector.expects.frames;
	const total = clips.reduce(
		(sum, { pictures }) => sum + Math.max(0, Math.ceil(pictures.length / stride) - framesPerWindow + 1),
		0,
	);
	const tookMs: number[] = [];
	let run = 0;
	return {
		camera,
		size,
		tookMs,
		windows: (clip) =>
			watchClip(clip, { camera: CAMERA, run: ++run, size, stride, framesPerSecond, framesPerWindow, files }),
		detect: async (window, freezeMemory) => {
			signal.throwIfAborted();
			const began = performance.now();
			const prediction = await camera.detect(window, { freezeMemory });
			tookMs.push(performance.now() - began);
			progress(tookMs.length, total);
			return prediction;
		},
	};
}
