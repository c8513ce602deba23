import type { ModeRequest, ScheduleState } from '../core/camera-state.ts';
import { ForeframeError } from '../core/errors.ts';
import { type Schedule, type ScheduleMoment, scheduleAt } from '../core/schedule.ts';
import { type CameraId, type UtcMs, utcMs } from '../core/units.ts';

/** Whether alarms may start, and why not: `disarmed` by its schedule, `paused` by a person. */
export type ArmingMode = 'armed' | 'disarmed' | 'paused';

/** What a person has asked for. */
interface Override {
	readonly mode: 'armed' | 'paused';
	/** The schedule's next switch then; null lasts until something else is asked for. */
	readonly until: UtcMs | null;
}

/** When a camera is armed: by its schedule, or until that switches next by what a person has asked for. */
export class Arming {
	readonly #camera: CameraId;
	readonly #schedule: Schedule | null;
	#override: Override | null;
	/** It holds from `since` to its next switch. */
	#moment: (ScheduleMoment & { readonly since: UtcMs }) | null = null;

	/** `stored` is what `save` gave, or null. */
	constructor(camera: CameraId, schedule: Schedule | null, stored: Uint8Array | null, now: UtcMs) {
		this.#camera = camera;
		this.#schedule = schedule;
		this.#override = stored === null ? null : this.#read(new TextDecoder().decode(stored), now);
	}

	mode(now: UtcMs): ArmingMode {
		return this.#overrideAt(now)?.mode ?? (this.#at(now).armed ? 'armed' : 'disarmed');
	}

	/** null where there is no schedule. */
	schedule(now: UtcMs): ScheduleState | null {
		if (this.#schedule === null) return null;
		return { ...momentOf(this.#at(now)), override: this.#overrideAt(now)?.mode ?? null };
	}

	/** Lasts until the schedule switches next. @throws ForeframeError USAGE where there is no schedule to go back to */
	set(mode: ModeRequest, now: UtcMs): void {
		if (mode === 'schedule' && this.#schedule === null) {
			throw new ForeframeError(
				'USAGE',
				`Camera ${this.#camera} has no schedule to go back to: wanted armed or paused, or a schedule in its configuration`,
			);
		}
		const { armed, nextAt } = this.#at(now);
		this.#override = mode === 'schedule' || (mode === 'armed' && armed) ? null : { mode, until: nextAt };
	}

	/** For the next start. */
	save(): Uint8Array {
		const { mode, until } = this.#override ?? { mode: 'armed', until: null };
		return new TextEncoder().encode(until === null ? mode : `${mode} until ${until}`);
	}

	#overrideAt(now: UtcMs): Override | null {
		if (this.#override?.until != null && now >= this.#override.until) this.#override = null;
		return this.#override;
	}

	#at(now: UtcMs): ScheduleMoment {
		if (this.#schedule === null) return { armed: true, nextAt: null };
		const known = this.#moment;
		// The machine's clock may be put back.
		if (known !== null && now >= known.since && (known.nextAt === null || now < known.nextAt)) return known;
		this.#moment = { ...scheduleAt(this.#schedule, now), since: now };
		return this.#moment;
	}

	/** What was asked for before there was a schedule holds until it switches. */
	#read(text: string, now: UtcMs): Override | null {
		const [, mode, until] = /^(armed|paused)(?: until (\d+))?$/.exec(text) ?? [];
		const { armed, nextAt } = this.#at(now);
		if (mode === 'paused') return { mode, until: until === undefined ? nextAt : utcMs(Number(until)) };
		if (mode !== 'armed' || until === undefined || armed) return null;
		return { mode, until: utcMs(Number(until)) };
	}
}

function momentOf({ armed, nextAt }: ScheduleMoment): ScheduleMoment {
	return { armed, nextAt };
}
