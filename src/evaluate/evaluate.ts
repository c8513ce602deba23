import type { Size, Window } from '../core/frame.ts';
import { detectorSize } from '../core/frame-size.ts';
import type { Channel, Prediction } from '../core/prediction.ts';
import { cameraId } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import { type Clip, type Dataset, pickClips, strideFor } from '../ingest/dataset.ts';
import { calibrate } from '../score/calibrate.ts';
import { type FootageWindow, footageOf } from '../score/footage.ts';
import { CalibratedScorer } from '../score/scorer.ts';
import { type EvaluationReport, figuresOf, type ScoredFrame } from './report.ts';
import { type Pictures, type WatchedWindow, watchClip } from './watch-clip.ts';

export interface EvaluateRequest {
	readonly dataset: Dataset;
	readonly detector: Detector;
	/** What each channel counts in the combined score; null takes the detector's own. */
	readonly weights: ReadonlyMap<Channel, number> | null;
	/** Training clips to calibrate on; best those the model has not learned from. null takes all. */
	readonly calibrationClips: readonly string[] | null;
	/** null takes the detector's own, else the data set's. */
	readonly framesPerSecond: number | null;
	/** Weight of the newest window in the running mean. */
	readonly smoothing: number;
	/** The budget whose level keeps the memory from learning what is over it. */
	readonly falseAlarmsPerHour: number;
	readonly files: Pictures;
	/** Told after every window of those that are to come. */
	readonly progress: (done: number, total: number) => void;
	readonly signal: AbortSignal;
}

const CAMERA = cameraId('evaluate');

/**
 * Shows a detector what a camera would have: normal clips to calibrate on, then the test clips, one after the other. A
 * memory goes on from clip to clip, as it does on a camera.
 * @throws ForeframeError DATASET_INVALID, CALIBRATION_INVALID
 */
export async function evaluate(request: EvaluateRequest): Promise<EvaluationReport> {
	const { dataset, detector, smoothing } = request;
	const weights = request.weights ?? detector.weights;
	const normal = request.calibrationClips === null ? dataset.training : pickClips(dataset, request.calibrationClips);
	const framesPerSecond = request.framesPerSecond ?? detector.expects.framesPerSecond ?? dataset.framesPerSecond;
	const shower = await openShower(request, [...normal, ...dataset.testing], framesPerSecond);

	const footage: FootageWindow[] = [];
	for (const clip of normal) {
		for await (const { window } of shower.windows(clip)) {
			const { channels } = await shower.detect(window, false);
			footage.push({ run: window.run, index: window.target.index, capturedAt: window.target.capturedAt, channels });
		}
	}
	const calibration = calibrate({
		footage: footageOf(footage, detector.channels),
		framesPerSecond,
		size: shower.size,
		model: detector.model,
		smoothing,
		weights,
		source: `${dataset.name}: ${normal.map(({ name }) => name).join(', ')}`,
		memory: shower.camera.saveState(),
	});
	if (calibration.gate !== null) shower.camera.setGate(calibration.gate);

	const scorer = new CalibratedScorer(calibration, request.falseAlarmsPerHour);
	const scored: ScoredFrame[] = [];
	for (const clip of dataset.testing) {
		let strange = false;
		for await (const { window, picture } of shower.windows(clip)) {
			const prediction = await shower.detect(window, strange);
			const surprise = scorer.score(prediction).surprise!;
			strange = surprise >= scorer.level.level;
			scored.push({ clip: clip.name, anomalous: clip.anomalous[picture]!, surprise, channels: prediction.channels });
		}
	}
	return {
		dataset: dataset.name,
		detector: detector.name,
		model: detector.model,
		size: shower.size,
		framesPerSecond,
		...figuresOf(scored, detector.channels),
		msPerWindow: median(shower.tookMs),
		calibration: {
			clips: normal.map(({ name }) => name),
			windows: footage.length,
			effectiveWindows: calibration.uncertainty.effectiveWindows,
			smoothing,
			weights: Object.fromEntries(weights),
		},
	};
}

/** Shows clips to one camera's share of the detector. */
interface Shower {
	readonly camera: CameraDetector;
	readonly size: Size;
	readonly tookMs: readonly number[];
	windows(clip: Clip): AsyncGenerator<WatchedWindow>;
	detect(window: Window, freezeMemory: boolean): Promise<Prediction>;
}

async function openShower(
	{ dataset, detector, files, progress, signal }: EvaluateRequest,
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

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
