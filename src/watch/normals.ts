import type { Verdict } from '../core/alarm.ts';
import type { CalibrationState } from '../core/calibration-state.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, UtcMs } from '../core/units.ts';
import type { Calibration } from '../score/calibration.ts';
import type { CalibrationFit } from '../score/calibration-file.ts';
import { Normal, type NormalOptions } from '../score/normal.ts';
import type { Said } from '../score/recalibration.ts';
import { REGIMES, type Regime, Regimes } from '../score/regimes.ts';
import type { CalibratedScorer } from '../score/scorer.ts';
import { meaningless } from '../score/scorer.ts';
import { type Recalibrating, recalibrate } from './recalibrate.ts';

/** What is kept of what is normal on a camera, by name: `normal`, `normal-second`, `normal-lights`. */
export interface NormalStore {
	saveCalibration(calibration: Calibration): Promise<void>;
	loadNormal(name: string): Promise<Uint8Array | null>;
	saveNormal(name: string, bytes: Uint8Array): Promise<void>;
	/** Nothing from before is to be used; null takes all. */
	readonly trustedFrom: UtcMs | null;
}

export interface NormalsParts {
	readonly camera: CameraId;
	readonly options: Omit<NormalOptions, 'said'>;
	/** What people have said of what was seen in a light. */
	readonly said: (regime: Regime) => Said;
	readonly fit: CalibrationFit;
	readonly store: NormalStore;
	readonly observe: Observe;
	/** The detector's state for the camera, to go with a first calibration. */
	readonly memory: () => Uint8Array | null;
	/** Told the calibration that is in force from now on. */
	readonly armed: (calibration: Calibration) => void;
}

const LIGHTS = 'normal-lights';
const KEPT = { first: 'normal', second: 'normal-second' } as const satisfies Record<Regime, string>;

/** What is normal on a camera in each light it has met, and which of them counts now. */
export class Normals implements AsyncDisposable {
	readonly #parts: NormalsParts;
	readonly #regimes: Regimes;
	readonly #normals: Record<Regime, Normal>;
	#recalibrating: { readonly regime: Regime; readonly made: Recalibrating } | null = null;
	/** A window of which nothing is said teaches nothing. */
	#isScored = false;
	#changed = false;

	/** `first`: what the camera was given, or has made; null where it has to learn. */
	static async open(parts: NormalsParts, first: Calibration | null): Promise<Normals> {
		const normals = new Normals(parts, first);
		for (const regime of REGIMES) await normals.#recall(regime);
		const lights = await parts.store.loadNormal(LIGHTS);
		if (lights !== null) normals.#regimes.load(lights);
		normals.#arm();
		return normals;
	}

	private constructor(parts: NormalsParts, first: Calibration | null) {
		this.#parts = parts;
		this.#regimes = new Regimes(parts.fit.framesPerSecond);
		const optionsOf = (regime: Regime) => ({ ...parts.options, said: () => parts.said(regime) });
		this.#normals = { first: new Normal(optionsOf('first'), first), second: new Normal(optionsOf('second'), null) };
	}

	/** 0..1 while there is no calibration for the light there is now, else null. */
	get progress(): number | null {
		return this.#current.progress;
	}

	get state(): CalibrationState {
		return { light: this.#regimes.name(), ...this.#current.state };
	}

	/** The light it sees in. */
	get regime(): Regime {
		return this.#regimes.current;
	}

	/** See `Normal.rehearse`. */
	rehearse(): CalibratedScorer | null {
		return this.#current.rehearse();
	}

	/** Windows come in order of time. */
	score(prediction: Prediction): Score {
		const { window } = prediction;
		const light = this.#regimes.see(window);
		this.#isScored = light.kind === 'settled';
		if (light.kind === 'between') return meaningless(prediction);
		if (light.switched) {
			for (const regime of REGIMES) if (regime !== light.regime) this.#normals[regime].rest();
			this.#arm();
			this.#tell(`the picture is that of the ${this.#regimes.name()}: ${describe(this.state)}`);
		}
		return this.#current.score(prediction);
	}

	/** What the judge said of the newest window. */
	judged({ surprise, level }: Score, verdict: Verdict, alert: boolean): void {
		if (!this.#isScored) return;
		const alarm = verdict.kind === 'alarm' || verdict.kind === 'lasting' || (alert && verdict.kind === 'unknown');
		this.#current.judged({
			over: surprise !== null && level !== null && surprise >= level,
			alarm,
			started: verdict.kind === 'alarm' && verdict.change === 'started',
		});
	}

	/**
	 * Makes what there is to be made, between two windows; true when something else counts from now on.
	 * `alert`: an alarm is open or may be about to start, so that nothing is changed under it.
	 * @throws ForeframeError STORE_FAILED
	 */
	async work(alert: boolean): Promise<boolean> {
		if (this.#current.progress === 1) return await this.#learned();
		if (alert) return false;
		if (this.#recalibrating === null) return this.#begin();
		const { regime, made } = this.#recalibrating;
		const calibration = made.result;
		if (calibration === null) return false;
		this.#recalibrating = null;
		await made[Symbol.asyncDispose]();
		const wasHeld = this.#normals[regime].state.held;
		this.#normals[regime].adopt(calibration);
		this.#arm();
		this.#tell(`calibrated anew on ${hours(calibration.footage.hours)} of the last days`);
		if (this.#normals[regime].state.held && !wasHeld) {
			this.#warn(
				'its level would have to rise far above the first one to keep its budget, and does not; ' +
					'look whether what it shows is still normal, and calibrate it again if so',
			);
		}
		await this.#save(regime);
		return true;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#recalibrating?.made[Symbol.asyncDispose]();
		if (this.#changed) for (const regime of REGIMES) await this.#save(regime);
	}

	get #current(): Normal {
		return this.#normals[this.#regimes.current];
	}

	#begin(): boolean {
		const due = this.#current.due;
		if (due !== null) this.#recalibrating = { regime: this.#regimes.current, made: recalibrate(due) };
		return false;
	}

	async #learned(): Promise<boolean> {
		const regime = this.#regimes.current;
		const calibration = this.#current.finish(this.#parts.memory());
		this.#changed = true;
		this.#arm();
		this.#tell(`calibrated on ${hours(calibration.footage.hours)}`);
		// What it was met in is a pack that any camera can be given.
		if (regime === 'first') await this.#parts.store.saveCalibration(calibration);
		await this.#save(regime);
		return true;
	}

	#arm(): void {
		const { calibration } = this.#current;
		if (calibration !== null) this.#parts.armed(calibration);
		this.#changed = true;
	}

	async #save(regime: Regime): Promise<void> {
		const bytes = this.#normals[regime].save();
		if (bytes !== null) await this.#parts.store.saveNormal(KEPT[regime], bytes);
		await this.#parts.store.saveNormal(LIGHTS, this.#regimes.save());
	}

	/** What cannot be used is left aside: the camera goes on from its first calibration, or learns. */
	async #recall(regime: Regime): Promise<void> {
		const { store, fit } = this.#parts;
		const bytes = await store.loadNormal(KEPT[regime]);
		if (bytes === null) return;
		// Without a first calibration there is none that could be trusted.
		if (regime === 'first' && this.#normals.first.calibration === null) return;
		try {
			this.#normals[regime].load(bytes, fit, store.trustedFrom);
		} catch (error) {
			if (!isForeframeError(error, 'CALIBRATION_INVALID')) throw error;
			this.#warn(`what it has gathered is left aside: ${describeError(error)}`);
		}
	}

	#tell(detail: string): void {
		const { camera, observe } = this.#parts;
		observe({ kind: 'calibration', camera, state: this.state, detail });
	}

	#warn(detail: string): void {
		this.#parts.observe({ kind: 'warning', about: this.#parts.camera, detail });
	}
}

/** What a camera is judged by, for people. */
export function describe({ kind, missingSeconds, footageHours }: CalibrationState): string {
	switch (kind) {
		case 'learning':
			return `${minutes(missingSeconds)} of normal footage are missing, until then nothing alarms`;
		case 'provisional':
			return `${minutes(missingSeconds)} of normal footage are missing, until then only the grossest alarms`;
		case 'calibrated':
			return `calibrated on ${hours(footageHours ?? 0)}`;
		default:
			throw new Error(`Unknown calibration ${kind satisfies never}`);
	}
}

function minutes(seconds: number): string {
	return `${(seconds / 60).toFixed(1)} minutes`;
}

function hours(value: number): string {
	return `${value.toFixed(value < 1 ? 2 : 1)} hours`;
}
