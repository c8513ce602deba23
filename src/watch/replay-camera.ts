import { newAlarmId } from '../alarm/alarm-id.ts';
import type { CameraConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Size, Window } from '../core/frame.ts';
import { maskOf } from '../core/mask.ts';
import type { UtcMs } from '../core/units.ts';
import type { SourceOptions } from '../ingest/options.ts';
import type { Calibration } from '../score/calibration.ts';
import { type CalibrationFit, requireFit } from '../score/calibration-file.ts';
import type { Level } from '../score/level.ts';
import { SlidingWindow } from '../window/sliding-window.ts';
import { Arming } from './arming.ts';
import { Brain, type BrainParts } from './brain.ts';
import type { Knowledge } from './brains.ts';
import { fittingCalibration } from './fitting-calibration.ts';
import { maskPlanOf, zonesOf } from './mask-plan.ts';
import { BudgetReplay, type Moment, type ReplayedAlarm } from './replay/budget-replay.ts';
import { recordedFrames } from './replay/recorded-frames.ts';
import { type ReplayedFault, ReplayIntegrity } from './replay/replay-integrity.ts';
import { unchangedStore } from './replay/unchanged-store.ts';

export type { ReplayedAlarm } from './replay/budget-replay.ts';
export type { ReplayedFault } from './replay/replay-integrity.ts';

export interface ReplayRequest {
	readonly camera: CameraConfig;
	/** Recordings of the camera, one after the other; no alarm spans two. */
	readonly recordings: readonly SourceOptions[];
	/**
	 * When each was taken; null follows the one before. Where nobody knows when the first one was, a schedule is not followed, and
	 * the camera is armed.
	 */
	readonly startedAt: readonly (UtcMs | null)[];
	/** What it is watched with; nothing in its store is changed. */
	readonly knowledge: Knowledge;
	/** See `BrainParts`. */
	readonly forgiven: BrainParts['forgiven'];
	/** What a daemon knew to stand there; null where it begins anew. */
	readonly standing: Uint8Array | null;
	/** False alarms an hour: the camera's own, by which the memory is frozen, then the ones to compare with. */
	readonly budgets: readonly [number, ...number[]];
	readonly clock: Clock;
	readonly observe: Observe;
	readonly signal: AbortSignal;
}

export interface Replay {
	readonly calibration: Calibration;
	readonly size: Size;
	readonly windows: number;
	/** When the recordings did not show what they should: no alarm comes from then. */
	readonly faults: readonly ReplayedFault[];
	/** How long its schedule kept it from alarming; null where it has none, or it was not followed. */
	readonly disarmedSeconds: number | null;
	/** What each budget would have given, in the order of the request. */
	readonly budgets: readonly { readonly level: Level; readonly alarms: readonly ReplayedAlarm[] }[];
}

/** A camera that is being replayed. */
interface Ready {
	readonly brain: Brain;
	readonly calibration: Calibration;
	readonly budgets: readonly BudgetReplay[];
}

/**
 * Runs recordings through a camera as the daemon would watch it. Its memory begins as the daemon has put it away, else as the
 * calibration has it.
 * @throws ForeframeError CALIBRATION_INVALID when no calibration holds for the camera as it is; SOURCE_FAILED, also when the
 * recordings hold no window
 */
export async function replayCamera(request: ReplayRequest): Promise<Replay> {
	const { camera, recordings, startedAt, knowledge, signal } = request;
	const { framesPerSecond } = camera;
	const { frames } = knowledge.detector.expects;
	const slide = new SlidingWindow({ frames, framesPerSecond });
	const isArmed = armedBy(request);
	let ready: Ready | null = null;
	let windows = 0;
	let disarmed = 0;
	await using opened = new AsyncDisposableStack();
	const integrity = new ReplayIntegrity(camera, request.observe);
	for await (const read of recordedFrames(camera, recordings, startedAt, request, signal)) {
		const { recording, from } = read;
		const frame = await integrity.inspect(read);
		if (ready === null) {
			ready = await prepare(request, frame);
			opened.use(ready.brain);
		}
		requireFit(ready.calibration, fitOf(request, frame));
		const moment: Moment = { recording, from, armed: isArmed?.(frame.capturedAt) ?? true };
		if (!moment.armed) disarmed++;
		for (const budget of ready.budgets) await budget.goOn(moment);
		for (const budget of ready.budgets) await budget.see(frame);
		const step = slide.push(frame);
		if (step.kind !== 'window') continue;
		await judgeWindow(ready, step.window);
		windows++;
	}
	if (ready === null || windows === 0) {
		throw new ForeframeError(
			'SOURCE_FAILED',
			`Cannot replay camera ${camera.id}: the recordings hold no ${frames} undamaged frames in a row at ${framesPerSecond} a second`,
		);
	}
	for (const budget of ready.budgets) await budget.close();
	return {
		calibration: ready.calibration,
		size: ready.brain.size,
		windows,
		faults: integrity.faults,
		disarmedSeconds: isArmed === null ? null : disarmed / framesPerSecond,
		budgets: ready.budgets.map(({ level, alarms }) => ({ level, alarms: inOrder(alarms) })),
	};
}

async function judgeWindow({ brain, budgets }: Ready, window: Window): Promise<void> {
	const prediction = await brain.detect(window);
	const score = await brain.score(prediction);
	for (const budget of budgets) budget.judge(score, prediction);
}

async function prepare(request: ReplayRequest, { width, height }: Size): Promise<Ready> {
	const { camera, knowledge, budgets, observe, forgiven, standing } = request;
	const { detector } = knowledge;
	const size = { width, height };
	const calibration = await requireCalibration(request, size);
	const brain = await Brain.open(size, {
		camera: camera.id,
		detector,
		weights: detector.weights,
		framesPerSecond: camera.framesPerSecond,
		masks: maskPlanOf(camera),
		zones: zonesOf(camera),
		smoothing: camera.score.smoothing,
		calibrationMinutes: camera.score.calibrationMinutes,
		falseAlarmsPerHour: budgets[0],
		forgiven,
		// Its calibration is never made anew.
		said: () => ({ normal: [], confirmed: [] }),
		judge: { ...camera.alarm, newAlarmId },
		store: unchangedStore(calibration, knowledge.store),
		random: Math.random,
		observe,
		learned: () => {},
	});
	const parts = { camera, model: detector.model, calibration, standing, observe, ownBudget: budgets[0] };
	return {
		brain,
		calibration,
		budgets: budgets.map(
			(falseAlarmsPerHour, place) => new BudgetReplay({ ...parts, falseAlarmsPerHour }, place === 0 ? brain : null),
		),
	};
}

/** Whether its schedule has the camera armed; null where it has none, or nobody knows when it was filmed. */
function armedBy({ camera, startedAt }: ReplayRequest): ((at: UtcMs) => boolean) | null {
	const first = startedAt[0] ?? null;
	if (camera.schedule === undefined || first === null) return null;
	const arming = new Arming(camera.id, camera.schedule, null, first);
	return (at) => arming.mode(at) === 'armed';
}

async function requireCalibration(request: ReplayRequest, size: Size): Promise<Calibration> {
	const { camera, knowledge } = request;
	const { framesPerSecond, id } = camera;
	const { model } = knowledge.detector;
	const reasons: string[] = [];
	const calibrations = await knowledge.store.calibrations();
	const calibration = await fittingCalibration(calibrations, fitOf(request, size), (error) =>
		reasons.push(describeError(error)),
	);
	if (calibration !== null) return calibration;
	const why = reasons.length === 0 ? 'it has none' : reasons.join('; ');
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot replay camera ${id} without a calibration for ${model.id} ${model.version} at ` +
			`${size.width}x${size.height} and ${framesPerSecond} frames a second: ${why}. Make one from normal footage with ` +
			`foreframe calibrate --config FILE --camera ${id} --video NORMAL --out PACK.json, and give it to the camera as score.calibration`,
	);
}

function fitOf({ camera, knowledge }: ReplayRequest, { width, height }: Size): CalibrationFit {
	const { framesPerSecond, score } = camera;
	const size = { width, height };
	const mask = maskOf(maskPlanOf(camera), size)?.fingerprint ?? null;
	return { model: knowledge.detector.model, size, framesPerSecond, smoothing: score.smoothing, mask };
}

function inOrder(alarms: readonly ReplayedAlarm[]): readonly ReplayedAlarm[] {
	return alarms.toSorted((a, b) => a.recording - b.recording || a.startSeconds - b.startSeconds);
}
