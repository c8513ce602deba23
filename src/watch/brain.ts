import { Judge, type JudgeOptions } from '../alarm/judge.ts';
import type { Verdict } from '../core/alarm.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Size, Window } from '../core/frame.ts';
import type { Channel, Prediction } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import type { Calibration } from '../score/calibration.ts';
import { CalibratedScorer, CollectingScorer } from '../score/scorer.ts';
import { fittingCalibration } from './fitting-calibration.ts';

/** What of a camera survives a restart. */
export interface BrainStore {
	/** The pack that the camera was given, then the one it made itself, as far as there are any. */
	calibrations(): Promise<readonly (() => Promise<Calibration>)[]>;
	saveCalibration(calibration: Calibration): Promise<void>;
	loadMemory(): Promise<Uint8Array | null>;
	saveMemory(state: Uint8Array): Promise<void>;
}

export interface BrainParts {
	readonly camera: CameraId;
	readonly detector: Detector;
	/** What each channel counts in the combined score. */
	readonly weights: ReadonlyMap<Channel, number>;
	readonly framesPerSecond: number;
	readonly smoothing: number;
	readonly calibrationMinutes: number;
	readonly falseAlarmsPerHour: number;
	readonly judge: Pick<JudgeOptions, 'minimumSeconds' | 'releaseSeconds' | 'newAlarmId'>;
	readonly store: BrainStore;
	readonly random: () => number;
	readonly observe: Observe;
	/** Told when the camera begins to learn, gets on with it, and is armed. */
	readonly learned: (progress: number | null) => void;
}

/** Memory that the detector has learned is put away this often, and at the end. */
const SAVE_EVERY_MS = 10 * 60_000;

/** What one camera knows at one picture size: its share of the detector, its calibration, its judge. */
export class Brain implements AsyncDisposable {
	readonly size: Size;
	readonly #parts: BrainParts;
	readonly #detector: CameraDetector;
	readonly #judge: Judge;
	#scorer: CollectingScorer | CalibratedScorer;
	#savedAt: MonotonicMs | null = null;

	/** @throws ForeframeError MODEL_INVALID, PROVIDER_REFUSED, STORE_FAILED */
	static async open(size: Size, parts: BrainParts): Promise<Brain> {
		await parts.detector.prepare(size);
		const { store, detector, framesPerSecond, smoothing, camera, observe } = parts;
		const fit = { model: detector.model, size, framesPerSecond, smoothing };
		const calibration = await fittingCalibration(await store.calibrations(), fit, (error) =>
			observe({ kind: 'warning', about: camera, detail: describeError(error) }),
		);
		const brain = new Brain(size, parts, calibration);
		await brain.#recall(calibration);
		parts.learned(calibration === null ? 0 : null);
		return brain;
	}

	private constructor(size: Size, parts: BrainParts, calibration: Calibration | null) {
		this.size = size;
		this.#parts = parts;
		this.#detector = parts.detector.camera(parts.camera);
		const { framesPerSecond, detector } = parts;
		this.#judge = new Judge({ ...parts.judge, framesPerSecond, model: detector.model });
		this.#scorer = calibration === null ? collecting(size, parts) : this.#arm(calibration);
	}

	/** Of the calibration's footage, 0..1; null where there is a calibration. */
	get progress(): number | null {
		return this.#scorer.kind === 'collecting' ? this.#scorer.progress : null;
	}

	/** Whether an alarm is open or may be about to start. */
	get alert(): boolean {
		return this.#judge.alert;
	}

	detect(window: Window): Promise<Prediction> {
		return this.#detector.detect(window, { freezeMemory: this.#judge.alert });
	}

	async score(prediction: Prediction): Promise<Score> {
		const score = this.#scorer.score(prediction);
		if (this.#scorer.kind === 'collecting') await this.#learn(this.#scorer);
		await this.#save(score.arrivedAt);
		return score;
	}

	judge(score: Score, prediction: Prediction): Verdict {
		return this.#judge.judge(score, prediction.heatMap);
	}

	/** See `Judge.expire`. */
	expire(now: MonotonicMs): Verdict | null {
		return this.#judge.expire(now);
	}

	/** Ends an open alarm: the camera is no longer watched. */
	rest(): Verdict | null {
		return this.#judge.close();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#savedAt !== null) await this.#saveMemory();
	}

	async #learn(scorer: CollectingScorer): Promise<void> {
		if (scorer.progress < 1) {
			this.#parts.learned(scorer.progress);
			return;
		}
		const calibration = scorer.calibrate(this.#detector.saveState());
		await this.#keep('what it has learned is lost at the next start', () =>
			this.#parts.store.saveCalibration(calibration),
		);
		this.#scorer = this.#arm(calibration);
		this.#parts.learned(null);
	}

	#arm(calibration: Calibration): CalibratedScorer {
		if (calibration.gate !== null) this.#detector.setGate(calibration.gate);
		return new CalibratedScorer(calibration, this.#parts.falseAlarmsPerHour);
	}

	/** The memory as it was put away, else the one the calibration came with. */
	async #recall(calibration: Calibration | null): Promise<void> {
		const stored = await this.#parts.store.loadMemory();
		const packed = calibration?.memory == null ? null : Buffer.from(calibration.memory, 'base64');
		for (const state of [stored, packed]) {
			if (state === null) continue;
			try {
				this.#detector.loadState(state);
				return;
			} catch (error) {
				if (!isForeframeError(error, 'MODEL_INVALID')) throw error;
				this.#warn('a stored memory was left aside', error);
			}
		}
	}

	async #save(now: MonotonicMs): Promise<void> {
		this.#savedAt ??= now;
		if (now - this.#savedAt < SAVE_EVERY_MS) return;
		this.#savedAt = now;
		await this.#saveMemory();
	}

	async #saveMemory(): Promise<void> {
		const state = this.#detector.saveState();
		if (state === null) return;
		await this.#keep('its memory was not put away', () => this.#parts.store.saveMemory(state));
	}

	/** A full disk must not end the watching. */
	async #keep(otherwise: string, save: () => Promise<void>): Promise<void> {
		try {
			await save();
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			this.#warn(otherwise, error);
		}
	}

	#warn(what: string, error: unknown): void {
		this.#parts.observe({ kind: 'warning', about: this.#parts.camera, detail: `${what}: ${describeError(error)}` });
	}
}

function collecting(size: Size, parts: BrainParts): CollectingScorer {
	const { detector, weights, framesPerSecond, smoothing, calibrationMinutes, random, camera } = parts;
	return new CollectingScorer({
		framesPerSecond,
		size,
		model: detector.model,
		smoothing,
		weights,
		source: `camera ${camera}`,
		channels: detector.channels,
		minutes: calibrationMinutes,
		random,
	});
}
