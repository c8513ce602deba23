import type { TimeSpan } from '../core/time-span.ts';
import type { CalibrationRequest } from './calibrate.ts';
import type { Calibration } from './calibration.ts';
import { translate } from './creep.ts';
import { type FootageWindow, withWindows } from './footage.ts';
import { type Level, levelOf } from './level.ts';
import type { Reservoir } from './reservoir.ts';

export interface RecalibrationOptions {
	/** What the camera began with: the level stays near that of it. */
	readonly first: Calibration;
	/** What is in force. */
	readonly now: Calibration;
	readonly reservoir: Reservoir;
	readonly falseAlarmsPerHour: number;
	readonly minimumSeconds: number;
	/** What people have said and that holds: without it nobody has said anything. */
	readonly said?: () => Said;
}

/** What of the footage people have spoken of. */
export interface Said {
	/** Windows that were left out with an alarm and are normal after all. */
	readonly normal: readonly FootageWindow[];
	/** When something was going on that was confirmed. */
	readonly confirmed: readonly TimeSpan[];
}

/** What a window was to the judge: `over` the level; in an `alarm`, and whether it began with this one. */
export interface Judged {
	readonly over: boolean;
	readonly alarm: boolean;
	readonly started: boolean;
}

export interface LevelInForce extends Level {
	/** Powers of ten above the level of the first calibration, in its words. */
	readonly crept: number;
	/** The budget would have a higher level, which is not taken. */
	readonly held: boolean;
}

/** Windows this near to an alarm, before and after, are left out with it. */
export const MARGIN_SECONDS = 10;
/** A calibration is made anew after so much watched time. */
const EVERY_HOURS = 1;
/** The level never rises further above that of the first calibration than by this many powers of ten. */
const CREEP_MAX = 1;

/**
 * Alarms of up to so many times the budget are taken for false: a level that is too low mends itself, and one camera's bad night
 * does not make it normal.
 */
const LEFT_OUT_MAX = 2;

/** One calibration's slow life: what is normal is gathered, alarms left out, and fitted anew now and then. */
export class Recalibration {
	readonly #options: RecalibrationOptions;
	#now: Calibration;
	#held: { readonly window: FootageWindow; readonly over: boolean }[] = [];
	#quietFrom = 0;
	#windows = 0;
	#madeAt = 0;

	constructor(options: RecalibrationOptions) {
		this.#options = options;
		this.#now = options.now;
	}

	get now(): Calibration {
		return this.#now;
	}

	get level(): LevelInForce {
		const { first, falseAlarmsPerHour, minimumSeconds } = this.#options;
		return levelWithin(first, this.#now, falseAlarmsPerHour, minimumSeconds);
	}

	/** Windows that the judge has seen, in order of time; those that cannot be trusted are not given. */
	follow(window: FootageWindow, { over, alarm, started }: Judged): void {
		const { reservoir } = this.#options;
		const margin = MARGIN_SECONDS * this.#now.framesPerSecond;
		const at = this.#windows++;
		if (alarm) {
			for (const held of this.#held) reservoir.leaveOut({ started: false, over: held.over });
			this.#held = [];
			reservoir.leaveOut({ started, over });
			this.#quietFrom = at + margin;
		} else if (at < this.#quietFrom) reservoir.leaveOut({ started: false, over });
		else this.#held.push({ window, over });
		while (this.#held.length > margin) reservoir.add(this.#held.shift()!.window);
	}

	/** Whether there is something to calibrate anew on: not less than the calibration in force stands on, as far as that is kept. */
	get due(): boolean {
		const { reservoir } = this.#options;
		const every = EVERY_HOURS * 3600 * this.#now.framesPerSecond;
		const enough = reservoir.isFull || reservoir.windows >= this.#now.footage.windows;
		return enough && this.#windows - this.#madeAt >= every;
	}

	/** For `calibrate`; the answer is for `adopt`. */
	request(): CalibrationRequest {
		const { reservoir, falseAlarmsPerHour, minimumSeconds, said = nothingSaid } = this.#options;
		const { normal, confirmed } = said();
		const { model, size, framesPerSecond, smoothing, channels, footage, memory, mask } = this.#now;
		const { perHour, windowsEach } = reservoir.leftOut;
		this.#madeAt = this.#windows;
		return {
			footage: withWindows(reservoir.footage(confirmed), normal),
			framesPerSecond,
			size,
			model,
			smoothing,
			mask: mask ?? null,
			weights: new Map(
				Object.entries(channels).map(([channel, { weight }]) => [channel, weight]),
			) as CalibrationRequest['weights'],
			source: footage.source,
			memory: memory === null ? null : Buffer.from(memory, 'base64'),
			leftOut: {
				perHour: Math.min(perHour, LEFT_OUT_MAX * falseAlarmsPerHour),
				windowsEach,
				minimumSeconds,
				above: this.level.level,
				by: this.#now,
			},
		};
	}

	adopt(calibration: Calibration): void {
		this.#now = calibration;
	}
}

function nothingSaid(): Said {
	return { normal: [], confirmed: [] };
}

/** The level of a budget, held near that of the first calibration. */
export function levelWithin(
	first: Calibration,
	now: Calibration,
	falseAlarmsPerHour: number,
	minimumSeconds: number,
): LevelInForce {
	const before = levelOf(first.combined, falseAlarmsPerHour, minimumSeconds).level;
	const own = levelOf(now.combined, falseAlarmsPerHour, minimumSeconds);
	if (first === now) return { ...own, crept: 0, held: false };
	const crept = translate(own.level, now, first) - before;
	if (crept <= CREEP_MAX) return { ...own, crept, held: false };
	const level = translate(before + CREEP_MAX, first, now);
	return {
		...own,
		level,
		low: Math.min(own.low, level),
		high: Math.max(own.high, level),
		crept: CREEP_MAX,
		held: true,
	};
}
