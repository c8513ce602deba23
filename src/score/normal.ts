import { z } from 'zod';
import type { CalibrationState } from '../core/calibration-state.ts';
import { ForeframeError } from '../core/errors.ts';
import type { Channel, Prediction } from '../core/prediction.ts';
import type { Score } from '../core/score.ts';
import { type UtcMs, utcMs } from '../core/units.ts';
import { type CalibrationRequest, calibrate, WINDOWS_MIN } from './calibrate.ts';
import { type Calibration, calibrationSchema } from './calibration.ts';
import { type CalibrationFit, requireFit } from './calibration-file.ts';
import { type FootageWindow, windowOf } from './footage.ts';
import { levelOf } from './level.ts';
import { type Judged, type LevelInForce, MARGIN_SECONDS, Recalibration, type Said } from './recalibration.ts';
import { RESERVOIR, Reservoir } from './reservoir.ts';
import { CalibratedScorer, meaningless } from './scorer.ts';

export interface NormalOptions extends Omit<CalibrationRequest, 'footage' | 'memory' | 'leftOut'> {
	readonly channels: readonly Channel[];
	/** Of footage before there is a calibration. */
	readonly minutes: number;
	readonly falseAlarmsPerHour: number;
	readonly minimumSeconds: number;
	/** See `RecalibrationOptions`. */
	readonly said: () => Said;
	/** In [0,1) */
	readonly random: () => number;
}

/** A provisional calibration is made anew whenever there is so much more footage. */
const GROWTH = 1.5;
/**
 * It alarms so many powers of ten above its budget's level, and as many more as its footage is short of what is wanted: what so
 * little says of its rarest is worth little.
 */
const PROVISIONAL_MARGIN = 0.5;

/** What is normal on a camera in one light: learned, then followed slowly. */
export class Normal {
	readonly #options: NormalOptions;
	readonly #reservoir: Reservoir;
	#first: Calibration | null = null;
	#slow: Recalibration | null = null;
	#scorer: CalibratedScorer | null = null;
	#level: LevelInForce | null = null;
	/** Windows a provisional calibration stands on. */
	#provisionalOn = 0;
	/** The newest window, and what became of it; null while nobody has said. */
	#newest: { readonly window: FootageWindow; outcome: Judged | null } | null = null;
	/** While it learns: the last seconds, since an alarm may yet begin in them. */
	#held: FootageWindow[] = [];
	#quietFrom = 0;
	#seen = 0;

	constructor(options: NormalOptions, first: Calibration | null) {
		this.#options = options;
		const { channels, framesPerSecond, random } = options;
		this.#reservoir = new Reservoir({ ...RESERVOIR, channels, framesPerSecond, random });
		if (first !== null) this.#follow(first, first);
	}

	/** 0..1 while there is no calibration, else null. */
	get progress(): number | null {
		if (this.#first !== null) return null;
		return Math.min(1, this.#gathered / this.#wanted);
	}

	/** null without a calibration. */
	get calibration(): Calibration | null {
		return this.#slow?.now ?? null;
	}

	/** A scorer of its own by the calibration in force; null without one. */
	rehearse(): CalibratedScorer | null {
		return this.#slow === null ? null : this.#scorerBy(this.#slow.now);
	}

	get state(): Omit<CalibrationState, 'light'> {
		const { framesPerSecond } = this.#options;
		const now = this.#slow?.now ?? null;
		return {
			kind: now !== null ? 'calibrated' : this.#scorer !== null ? 'provisional' : 'learning',
			missingSeconds: now !== null ? 0 : Math.max(0, this.#wanted - this.#gathered) / framesPerSecond,
			footageHours: now?.footage.hours ?? null,
			footageTo: now === null ? null : utcMs(Date.parse(now.footage.to)),
			keptHours: this.#reservoir.windows / framesPerSecond / 3600,
			crept: this.#level?.crept ?? 0,
			held: this.#level?.held ?? false,
		};
	}

	score(prediction: Prediction): Score {
		this.#settle();
		this.#newest = { window: windowOf(prediction), outcome: null };
		if (this.#first === null) this.#guess();
		return this.#scorer?.score(prediction) ?? meaningless(prediction);
	}

	/** What became of the window that was scored last. One of which nothing is said teaches only while there is no calibration. */
	judged(outcome: Judged): void {
		if (this.#newest !== null) this.#newest.outcome = outcome;
	}

	/** The first calibration, once `progress` is 1. `memory`: the detector's state for the camera. */
	finish(memory: Uint8Array | null): Calibration {
		this.#settle();
		for (const window of this.#held) this.#reservoir.add(window);
		this.#held = [];
		const calibration = calibrate({ ...this.#options, footage: this.#reservoir.footage(), memory });
		this.#follow(calibration, calibration);
		return calibration;
	}

	/** What is to be calibrated anew; null where nothing is. The answer is for `adopt`. */
	get due(): CalibrationRequest | null {
		return this.#slow?.due === true ? this.#slow.request() : null;
	}

	adopt(calibration: Calibration): void {
		if (this.#first !== null) this.#follow(this.#first, calibration);
	}

	/** Another light was seen since. */
	rest(): void {
		this.#settle();
		this.#newest = null;
	}

	/** null without a calibration. */
	save(): Uint8Array | null {
		if (this.#first === null || this.#slow === null) return null;
		const now = this.#slow.now === this.#first ? null : this.#slow.now;
		const head = new TextEncoder().encode(JSON.stringify({ first: this.#first, now }));
		const kept = this.#reservoir.save();
		const bytes = new Uint8Array(4 + head.length + kept.length);
		new DataView(bytes.buffer).setUint32(0, head.length);
		bytes.set(head, 4);
		bytes.set(kept, 4 + head.length);
		return bytes;
	}

	/**
	 * What `save` gave. Where there is a first calibration, only what goes on from that is taken. `trustedFrom`: nothing from
	 * footage before is; null takes all.
	 * @throws ForeframeError CALIBRATION_INVALID where it is for another model, size or rate, or cannot be read.
	 */
	load(bytes: Uint8Array, fit: CalibrationFit, trustedFrom: UtcMs | null): void {
		const { first, now, kept } = readSaved(bytes);
		if (this.#first !== null && !isSame(first, this.#first)) return;
		if (trustedFrom !== null && Date.parse(first.footage.from) < trustedFrom) return;
		requireFit(first, fit);
		requireFit(now, fit);
		this.#reservoir.load(kept);
		this.#slow = null;
		this.#follow(this.#first ?? first, now);
	}

	get #wanted(): number {
		const { minutes, framesPerSecond } = this.#options;
		return Math.max(WINDOWS_MIN, Math.ceil(minutes * 60 * framesPerSecond));
	}

	get #gathered(): number {
		return this.#reservoir.seen + this.#held.length + (this.#newest === null ? 0 : 1);
	}

	#settle(): void {
		const newest = this.#newest;
		if (newest === null) return;
		this.#newest = null;
		if (this.#slow !== null) {
			if (newest.outcome !== null) this.#slow.follow(newest.window, newest.outcome);
			return;
		}
		const margin = MARGIN_SECONDS * this.#options.framesPerSecond;
		const at = this.#seen++;
		if (newest.outcome?.alarm === true) {
			this.#held = [];
			this.#quietFrom = at + margin;
		} else if (at >= this.#quietFrom) this.#held.push(newest.window);
		while (this.#held.length > margin) this.#reservoir.add(this.#held.shift()!);
	}

	/** Judges by what little there is, so that the grossest alarms while it learns. */
	#guess(): void {
		const { windows } = this.#reservoir;
		if (windows < Math.max(WINDOWS_MIN, GROWTH * this.#provisionalOn)) return;
		this.#provisionalOn = windows;
		const { falseAlarmsPerHour, minimumSeconds } = this.#options;
		const calibration = calibrate({ ...this.#options, footage: this.#reservoir.footage(), memory: null });
		const level = levelOf(calibration.combined, falseAlarmsPerHour, minimumSeconds);
		this.#scorer = new CalibratedScorer(calibration, falseAlarmsPerHour, minimumSeconds, {
			...level,
			level: level.level + PROVISIONAL_MARGIN + Math.max(0, Math.log10(this.#wanted / windows)),
		});
	}

	#follow(first: Calibration, now: Calibration): void {
		const { falseAlarmsPerHour, minimumSeconds, said } = this.#options;
		this.#first = first;
		if (this.#slow === null) {
			const reservoir = this.#reservoir;
			this.#slow = new Recalibration({ first, now, reservoir, falseAlarmsPerHour, minimumSeconds, said });
		} else this.#slow.adopt(now);
		this.#level = this.#slow.level;
		this.#scorer = this.#scorerBy(now);
	}

	#scorerBy(calibration: Calibration): CalibratedScorer {
		const { falseAlarmsPerHour, minimumSeconds } = this.#options;
		return new CalibratedScorer(calibration, falseAlarmsPerHour, minimumSeconds, this.#slow!.level);
	}
}

function isSame(one: Calibration, other: Calibration): boolean {
	return (
		JSON.stringify([one.footage, one.combined.resting]) === JSON.stringify([other.footage, other.combined.resting])
	);
}

/** @throws ForeframeError CALIBRATION_INVALID */
function readSaved(bytes: Uint8Array): { first: Calibration; now: Calibration; kept: Uint8Array } {
	try {
		const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
		const head: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
		const { first, now } = savedSchema.parse(head);
		return { first, now: now ?? first, kept: bytes.subarray(4 + length) };
	} catch (cause) {
		throw new ForeframeError('CALIBRATION_INVALID', 'Cannot read what was kept of what is normal', { cause });
	}
}

const savedSchema = z.strictObject({ first: calibrationSchema, now: calibrationSchema.nullable() });
