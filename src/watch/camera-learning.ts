import { join } from 'node:path';
import type { CameraConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Window } from '../core/frame.ts';
import type { LearningState } from '../core/learning-state.ts';
import type { TimeSpan } from '../core/time-span.ts';
import { FootageWriter } from '../ingest/footage-writer.ts';
import { runLearningChild } from '../learn/child.ts';
import { replaceFile } from '../record/replace-file.ts';
import type { StateFiles } from '../record/state-files.ts';
import type { CameraModels } from './camera-models.ts';
import { calibrateFromFootage } from './learning/calibrate-again.ts';
import { runCalibrationChild, runExamChild } from './learning/examine.ts';
import { Life } from './learning/life.ts';
import { loadLearning, saveLearning } from './learning/record.ts';
import type { Turns } from './learning/turns.ts';
import { View } from './learning/view.ts';
import { maskPlanOf } from './mask-plan.ts';

/** A camera that learns a model of its own. */
export interface CameraLearning extends AsyncDisposable {
	readonly state: LearningState;
	/** A window that was judged; `normal` ones are learned from. */
	collect(window: Window, normal: boolean): void;
	/** See `Life`. */
	moved(): void;
	request(): void;
	rollBack(): Promise<void>;
	run(signal: AbortSignal): Promise<void>;
	/** Calibrates from footage that was collected before a restart, where the running model has no calibration. */
	calibrate(signal: AbortSignal): Promise<void>;
}

export interface CameraLearningParts {
	readonly camera: CameraConfig;
	readonly clock: Clock;
	readonly observe: Observe;
	readonly state: StateFiles;
	readonly turns: Turns;
	readonly models: CameraModels;
	readonly tell: (state: LearningState) => void;
	/** See `CameraFeedback.confirmed`. */
	readonly confirmed: () => readonly TimeSpan[];
	/** Of the calibration that the camera is making, 0..1; null where it has one. */
	readonly progress: () => number | null;
}

const DAY_MS = 86_400_000;
const VIEW = 'view';
const SAVE_EVERY_MS = 10 * 60_000;
/** How long the learning process may take to leave when the daemon stops; its checkpoint is a minute old at most. */
const GRACE_MS = 1500;

/** @throws ForeframeError STORE_FAILED, SOURCE_FAILED */
export async function openCameraLearning(parts: CameraLearningParts): Promise<CameraLearning> {
	const { camera, clock, observe, state, turns, models, tell } = parts;
	const { id, learning: options, framesPerSecond, score } = camera;
	const folder = await state.folder(id);
	const footage = await FootageWriter.open({
		folder: join(folder, 'footage'),
		bytesMax: options.footageMegabytes * 1024 * 1024,
		keepMs: options.footageDays * DAY_MS,
		replaceFile,
		failed: (reason) => observe({ kind: 'warning', about: id, detail: describeError(reason) }),
	});
	/** A model is judged as it would watch. */
	const watched = {
		memory: camera.detector.name === 'mnad' ? camera.detector.memory : 'online',
		framesPerSecond,
		masks: maskPlanOf(camera),
		smoothing: score.smoothing,
		source: `camera ${id}`,
		nice: options.nice,
	} as const;
	const view = new View();
	const before = await state.load(id, VIEW);
	if (before !== null) view.restore(before);
	let savedAt = clock.monotonicNow();
	const saveView = async () => {
		savedAt = clock.monotonicNow();
		const bytes = view.save();
		if (bytes !== null) await state.save(id, VIEW, bytes);
	};
	const warn = (error: unknown) => {
		if (!isForeframeError(error)) throw error;
		observe({ kind: 'warning', about: id, detail: describeError(error) });
	};
	const life = new Life({
		camera: id,
		options,
		clock,
		observe,
		footage,
		confirmed: parts.confirmed,
		folder: join(folder, 'learning'),
		record: await loadLearning(state, id),
		save: (record) => saveLearning(state, id, record),
		turns,
		models,
		train: async (job, signal, told) => {
			await runLearningChild(
				{
					footage: [job.footage],
					out: job.model,
					id,
					minutes: options.minutes,
					framesPerSecond,
					threads: options.threads,
					nice: options.nice,
					provider: options.provider,
				},
				{
					signal,
					graceMs: GRACE_MS,
					told: (event) => {
						if (event.kind === 'training') told(event.done);
						if (event.kind === 'resumed') {
							const detail = `it goes on from step ${event.step}`;
							observe({ kind: 'learning-phase', camera: id, phase: 'training', detail });
						}
						if (event.kind === 'warning') observe({ kind: 'warning', about: `learning ${id}`, detail: event.message });
					},
				},
			);
		},
		examine: async (job, signal, told) =>
			runExamChild(
				{
					kind: 'exam',
					candidate: { name: job.model, memory: null },
					running: await models.running(),
					footage: job.heldOut,
					...watched,
				},
				{ signal, told },
			),
		tell,
	});
	return {
		get state() {
			return life.state;
		},
		collect: (window, normal) => {
			if (normal) footage.add(window);
			else footage.leaveOut(window);
			if (view.look(window.target)) life.moved();
			if (clock.monotonicNow() - savedAt >= SAVE_EVERY_MS) void saveView().catch(warn);
		},
		calibrate: (signal) =>
			calibrateFromFootage(
				{
					camera: id,
					clock,
					observe,
					turns,
					progress: parts.progress,
					seconds: () => footage.seconds(life.trustedFrom),
					wanted: score.calibrationMinutes * 60,
					calibrate: async (signal) =>
						runCalibrationChild(
							{
								kind: 'calibrate',
								model: (await models.running()).name,
								footage: footage.folder,
								without: [...parts.confirmed()],
								...watched,
							},
							{ signal, told: () => {} },
						),
					use: models.calibrate,
				},
				signal,
			),
		moved: () => {
			view.forget();
			life.moved();
		},
		request: () => life.request(),
		rollBack: () => life.rollBack(),
		run: (signal) => life.run(signal),
		[Symbol.asyncDispose]: async () => {
			await footage[Symbol.asyncDispose]();
			await saveView().catch(warn);
		},
	};
}
