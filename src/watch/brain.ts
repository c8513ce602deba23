import { Judge, type JudgeOptions } from '../alarm/judge.ts';
import { type Zone, Zones } from '../alarm/zones/zones.ts';
import type { EndReason, LastingAlarm, Verdict } from '../core/alarm.ts';
import type { CalibrationState } from '../core/calibration-state.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Size, Window } from '../core/frame.ts';
import { type Mask, type MaskPlan, maskOf } from '../core/mask.ts';
import type { OddThing } from '../core/odd-thing.ts';
import type { Channel, Prediction } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import type { AlarmId, CameraId, MonotonicMs } from '../core/units.ts';
import type { CameraDetector, Detector } from '../detect/detector.ts';
import type { Calibration } from '../score/calibration.ts';
import type { Said } from '../score/recalibration.ts';
import type { Regime } from '../score/regimes.ts';
import { fittingCalibration } from './fitting-calibration.ts';
import type { Rehearsal } from './hearing/rehearsal.ts';
import { MemoryKeeper, type MemoryStore } from './memory-keeper.ts';
import { type NormalStore, Normals, type NormalsParts } from './normals.ts';

/** What of a camera survives a restart. */
export interface BrainStore extends MemoryStore, NormalStore {
	/** The pack that the camera was given, then the one it made itself, as far as there are any. */
	calibrations(): Promise<readonly (() => Promise<Calibration>)[]>;
}

export interface BrainParts {
	readonly camera: CameraId;
	readonly detector: Detector;
	/** What each channel counts in the combined score. */
	readonly weights: ReadonlyMap<Channel, number>;
	readonly framesPerSecond: number;
	/** What of the picture counts. */
	readonly masks: MaskPlan;
	readonly zones: readonly Zone[];
	readonly smoothing: number;
	readonly calibrationMinutes: number;
	readonly falseAlarmsPerHour: number;
	/** See `CameraDetector.forgive`; for a model and a picture size. */
	readonly forgiven: (model: Detector['model'], size: Size) => readonly OddThing[];
	/** What people have said of the camera's footage, for a model, a picture size and a light. */
	readonly said: (model: Detector['model'], size: Size, regime: Regime) => Said;
	readonly judge: Pick<JudgeOptions, 'minimumSeconds' | 'releaseSeconds' | 'maximumSeconds' | 'newAlarmId'>;
	readonly store: BrainStore;
	readonly random: () => number;
	readonly observe: Observe;
	/** Told when the camera begins to learn, gets on with it, and is armed. */
	readonly learned: (progress: number | null) => void;
}

const NOT_PUT_AWAY = 'what it has gathered of what is normal was not put away';

/** What one camera knows at one picture size: its share of the detector, its calibration, its judge. */
export class Brain implements AsyncDisposable {
	readonly size: Size;
	readonly #parts: BrainParts;
	readonly #detector: CameraDetector;
	readonly #mask: Mask | null;
	readonly #judge: Judge;
	readonly #zones: Zones;
	readonly #normals: Normals;
	#memory: MemoryKeeper;
	#progress: number | null;

	/** @throws ForeframeError MODEL_INVALID, PROVIDER_REFUSED, STORE_FAILED */
	static async open(size: Size, parts: BrainParts): Promise<Brain> {
		await parts.detector.prepare(size);
		const { store, detector, framesPerSecond, smoothing, camera, observe } = parts;
		const mask = maskOf(parts.masks, size);
		const fit = { model: detector.model, size, framesPerSecond, smoothing, mask: mask?.fingerprint ?? null };
		const calibration = await fittingCalibration(await store.calibrations(), fit, (error) =>
			observe({ kind: 'warning', about: camera, detail: describeError(error) }),
		);
		const own = detector.camera(camera, mask);
		await recall(own, calibration, parts);
		const memory = await MemoryKeeper.open({ camera, detector: own, guarded: detector.guardsMemory, store, observe });
		const normals = await Normals.open(
			{
				camera,
				options: normalOptions(parts, size, mask),
				said: (regime) => parts.said(detector.model, size, regime),
				fit,
				store,
				observe,
				memory: () => own.saveState(),
				armed: ({ gate }) => memory.arm(gate),
			},
			calibration,
		);
		const brain = new Brain(size, parts, own, memory, mask, normals);
		parts.learned(normals.progress);
		return brain;
	}

	private constructor(
		size: Size,
		parts: BrainParts,
		own: CameraDetector,
		memory: MemoryKeeper,
		mask: Mask | null,
		normals: Normals,
	) {
		this.size = size;
		this.#parts = parts;
		this.#detector = own;
		this.#mask = mask;
		this.#memory = memory;
		const { framesPerSecond, detector } = parts;
		this.#zones = new Zones(parts.zones);
		this.#judge = new Judge({ ...parts.judge, framesPerSecond, model: detector.model });
		this.forgive();
		this.#normals = normals;
		this.#progress = normals.progress;
	}

	/** Of the calibration's footage, 0..1; null where there is a calibration. */
	get progress(): number | null {
		return this.#normals.progress;
	}

	/** What it judges by. */
	get calibration(): CalibrationState {
		return this.#normals.state;
	}

	/** The light it sees in. */
	get regime(): Regime {
		return this.#normals.regime;
	}

	/** Whether an alarm is open or may be about to start. */
	get alert(): boolean {
		return this.#judge.alert;
	}

	/** See `Judge.lasting`. */
	get lasting(): LastingAlarm | null {
		return this.#judge.lasting;
	}

	/** See `Judge.accept`. */
	accept(alarm: AlarmId, accepted: boolean): boolean {
		return this.#judge.accept(alarm, accepted);
	}

	/** What is forgiven has changed. */
	forgive(): void {
		this.#detector.forgive(this.#parts.forgiven(this.#parts.detector.model, this.size));
	}

	/** What keeps its memory. */
	get memory(): MemoryKeeper {
		return this.#memory;
	}

	/** A copy of what it judges by now, to try things on; null while it learns. */
	rehearse(): Rehearsal | null {
		const { detector, camera, judge, framesPerSecond, falseAlarmsPerHour } = this.#parts;
		const scorer = this.#normals.rehearse();
		if (scorer === null) return null;
		// Elsewhere in the picture other things can be noticed.
		const mask = this.#mask === null ? [] : [this.#mask.fingerprint];
		const copy = detector.camera(camera, this.#mask);
		const state = this.#detector.saveState();
		if (state !== null) copy.loadState(state);
		copy.forgive(this.#parts.forgiven(detector.model, this.size));
		return {
			detector: copy,
			scorer,
			judge: { ...judge, framesPerSecond, model: detector.model },
			mask: this.#mask,
			frames: detector.expects.frames,
			of: [`${detector.model.id} ${detector.model.version}, ${falseAlarmsPerHour} an hour`, ...mask].join(', mask '),
		};
	}

	detect(window: Window): Promise<Prediction> {
		return this.#detector.detect(window, { freezeMemory: this.#memory.frozen(window.target.arrivedAt) });
	}

	async score(prediction: Prediction): Promise<Score> {
		const score = this.#normals.score(prediction);
		const otherwise = this.#normals.progress === 1 ? 'what it has learned is lost at the next start' : NOT_PUT_AWAY;
		await this.#keep(otherwise, () => this.#normals.work(this.#judge.alert));
		const { progress } = this.#normals;
		if (progress !== null || this.#progress !== null) this.#parts.learned(progress);
		this.#progress = progress;
		await this.#keep('its memory was not put away', () => this.#memory.save(score.arrivedAt));
		return score;
	}

	judge(score: Score, prediction: Prediction): Verdict {
		const verdict = this.#zones.place(this.#judge.judge(score, prediction.heatMap), prediction.heatMap);
		this.#normals.judged(score, verdict, this.#judge.alert);
		this.#memory.follow(score, this.#judge.alert, verdict.kind === 'alarm' && verdict.change === 'started');
		return verdict;
	}

	/** See `Judge.expire`. */
	expire(now: MonotonicMs): Verdict | null {
		return this.#placed(this.#judge.expire(now));
	}

	/** Ends an open alarm: the camera is no longer watched. */
	rest(reason: EndReason): Verdict | null {
		return this.#placed(this.#judge.close(reason));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#keep('its memory was not put away', () => this.#memory.close());
		await this.#keep(NOT_PUT_AWAY, () => this.#normals[Symbol.asyncDispose]());
	}

	#placed(verdict: Verdict | null): Verdict | null {
		return verdict === null ? null : this.#zones.place(verdict, null);
	}

	/** A full disk must not end the watching. */
	async #keep(otherwise: string, save: () => Promise<unknown>): Promise<void> {
		try {
			await save();
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			warn(this.#parts, otherwise, error);
		}
	}
}

/** The memory as it was put away, else the one the calibration came with. */
async function recall(own: CameraDetector, calibration: Calibration | null, parts: BrainParts): Promise<void> {
	const stored = await parts.store.loadMemory();
	const packed = calibration?.memory == null ? null : Buffer.from(calibration.memory, 'base64');
	for (const state of [stored, packed]) {
		if (state === null) continue;
		try {
			own.loadState(state);
			return;
		} catch (error) {
			if (!isForeframeError(error, 'MODEL_INVALID')) throw error;
			warn(parts, 'a stored memory was left aside', error);
		}
	}
}

function warn({ observe, camera }: BrainParts, what: string, error: unknown): void {
	observe({ kind: 'warning', about: camera, detail: `${what}: ${describeError(error)}` });
}

function normalOptions(parts: BrainParts, size: Size, mask: Mask | null): NormalsParts['options'] {
	const { detector, weights, framesPerSecond, smoothing, calibrationMinutes, random, camera } = parts;
	return {
		framesPerSecond,
		size,
		model: detector.model,
		smoothing,
		mask: mask?.fingerprint ?? null,
		weights,
		source: `camera ${camera}`,
		channels: detector.channels,
		minutes: calibrationMinutes,
		falseAlarmsPerHour: parts.falseAlarmsPerHour,
		minimumSeconds: parts.judge.minimumSeconds,
		random,
	};
}
