import { newAlarmId } from '../alarm/alarm-id.ts';
import { Judge } from '../alarm/judge.ts';
import type { CameraConfig } from '../config/schema.ts';
import type { Alarm, Verdict } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Size } from '../core/frame.ts';
import { maskOf } from '../core/mask.ts';
import type { Score } from '../core/score.ts';
import { monotonicMs, surprise, type UtcMs } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import type { SourceOptions } from '../ingest/options.ts';
import type { Calibration } from '../score/calibration.ts';
import { type CalibrationFit, requireFit } from '../score/calibration-file.ts';
import { type Level, levelOf } from '../score/level.ts';
import { CalibratedScorer } from '../score/scorer.ts';
import { cameraWindows } from './camera-windows.ts';
import { fittingCalibration } from './fitting-calibration.ts';
import { maskPlanOf } from './mask-plan.ts';

export interface ReplayRequest {
	readonly camera: CameraConfig;
	/** Recordings of the camera, one after the other; no alarm spans two. */
	readonly recordings: readonly SourceOptions[];
	readonly detector: Detector;
	/** What may be used, best first. */
	readonly calibrations: readonly (() => Promise<Calibration>)[];
	/** False alarms an hour: the camera's own, by which the memory is frozen, then the ones to compare with. */
	readonly budgets: readonly [number, ...number[]];
	readonly clock: Clock;
	readonly observe: Observe;
	readonly signal: AbortSignal;
}

export interface ReplayedAlarm {
	/** Place among the recordings. */
	readonly recording: number;
	/** From the beginning of the recording. */
	readonly startSeconds: number;
	readonly endSeconds: number;
	readonly alarm: Alarm;
}

/** What one budget would have given. */
export interface BudgetReplay {
	readonly level: Level;
	readonly alarms: readonly ReplayedAlarm[];
}

export interface Replay {
	readonly calibration: Calibration;
	readonly size: Size;
	readonly windows: number;
	/** In the order of the request. */
	readonly budgets: readonly BudgetReplay[];
}

/**
 * Runs recordings through a camera's detector, calibration and judge. The memory begins as the calibration has it.
 * @throws ForeframeError CALIBRATION_INVALID when no calibration holds for the camera as it is; SOURCE_FAILED, also when the
 * recordings hold no window
 */
export async function replayCamera(request: ReplayRequest): Promise<Replay> {
	const { camera, recordings, detector, budgets, signal } = request;
	let ready: Ready | null = null;
	let showing: Showing | null = null;
	let windows = 0;
	const footage = cameraWindows(camera, recordings, detector.expects.frames, request, signal);
	for await (const { window, source } of footage) {
		ready ??= await prepare(request, window.target);
		requireFit(ready.calibration, fitOf(request, window.target));
		if (showing?.recording !== source) {
			showing?.close();
			showing = show(request, ready, source, window.frames[0].capturedAt);
		}
		const prediction = await ready.camera.detect(window, { freezeMemory: showing.alert });
		const score = showing.scorer.score(prediction);
		// Read in a hurry, frames arrive closer together than they were taken.
		showing.judge({ ...score, arrivedAt: monotonicMs(score.capturedAt) }, prediction.heatMap);
		windows++;
	}
	showing?.close();
	if (ready === null) {
		throw new ForeframeError(
			'SOURCE_FAILED',
			`Cannot replay camera ${camera.id}: the recordings hold no ${detector.expects.frames} undamaged frames in a row at ${camera.framesPerSecond} a second`,
		);
	}
	const { calibration, size, levels, alarms } = ready;
	return {
		calibration,
		size,
		windows,
		budgets: budgets.map((_, index) => ({ level: levels[index]!, alarms: alarms[index]! })),
	};
}

interface Ready {
	readonly camera: CameraDetector;
	readonly size: Size;
	readonly calibration: Calibration;
	/** By budget. */
	readonly levels: readonly Level[];
	readonly alarms: readonly ReplayedAlarm[][];
}

/** What begins anew with each recording. */
interface Showing {
	readonly recording: number;
	readonly scorer: CalibratedScorer;
	readonly alert: boolean;
	judge(score: Score, heatMap: Parameters<Judge['judge']>[1]): void;
	close(): void;
}

async function prepare(request: ReplayRequest, { width, height }: Size): Promise<Ready> {
	const { camera, detector, budgets } = request;
	const size = { width, height };
	const calibration = await requireCalibration(request, size);
	await detector.prepare(size);
	const own = detector.camera(camera.id, maskOf(maskPlanOf(camera), size));
	if (calibration.memory !== null) own.loadState(Buffer.from(calibration.memory, 'base64'));
	if (calibration.gate !== null) own.setGate(calibration.gate);
	return {
		camera: own,
		size,
		calibration,
		levels: budgets.map((budget) => levelOf(calibration.combined, budget, camera.alarm.minimumSeconds)),
		alarms: budgets.map(() => []),
	};
}

async function requireCalibration(request: ReplayRequest, size: Size): Promise<Calibration> {
	const { camera, detector, calibrations } = request;
	const { framesPerSecond, id } = camera;
	const reasons: string[] = [];
	const calibration = await fittingCalibration(calibrations, fitOf(request, size), (error) =>
		reasons.push(describeError(error)),
	);
	if (calibration !== null) return calibration;
	const why = reasons.length === 0 ? 'it has none' : reasons.join('; ');
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot replay camera ${id} without a calibration for ${detector.model.id} ${detector.model.version} at ` +
			`${size.width}x${size.height} and ${framesPerSecond} frames a second: ${why}. Make one from normal footage with ` +
			`foreframe calibrate --config FILE --camera ${id} --video NORMAL --out PACK.json, and give it to the camera as score.calibration`,
	);
}

function fitOf({ camera, detector }: ReplayRequest, { width, height }: Size): CalibrationFit {
	const { framesPerSecond, score } = camera;
	const size = { width, height };
	const mask = maskOf(maskPlanOf(camera), size)?.fingerprint ?? null;
	return { model: detector.model, size, framesPerSecond, smoothing: score.smoothing, mask };
}

function show({ camera, detector, budgets }: ReplayRequest, ready: Ready, recording: number, from: UtcMs): Showing {
	const { framesPerSecond, alarm: options } = camera;
	const judges = budgets.map(() => new Judge({ ...options, framesPerSecond, model: detector.model, newAlarmId }));
	const note = (budget: number, verdict: Verdict | null) => {
		if (verdict?.kind !== 'alarm' || verdict.change !== 'ended') return;
		const { alarm } = verdict;
		ready.alarms[budget]!.push({
			recording,
			startSeconds: (alarm.startedAt - from) / 1000,
			endSeconds: (alarm.endedAt! - from) / 1000,
			alarm,
		});
	};
	return {
		recording,
		scorer: new CalibratedScorer(ready.calibration, budgets[0], options.minimumSeconds),
		get alert() {
			return judges[0]!.alert;
		},
		judge: (score, heatMap) => {
			for (const [budget, judge] of judges.entries()) {
				const level = surprise(ready.levels[budget]!.level);
				note(budget, judge.judge({ ...score, level }, heatMap));
			}
		},
		close: () => {
			for (const [budget, judge] of judges.entries()) note(budget, judge.close('stopped'));
		},
	};
}
