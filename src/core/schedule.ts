import { type UtcMs, utcMs } from './units.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A time of the week in which a camera is armed. */
export interface Span {
	/** The days it begins on: `mon`, or several as `mon-fri`. */
	readonly days: readonly string[];
	/** Local times, `HH:MM`. A `to` that is not after `from` is on the next day; it may be `24:00`. */
	readonly from: string;
	readonly to: string;
}

/** When a camera is armed, week after week. */
export interface Schedule {
	/** IANA name. */
	readonly timeZone: string;
	readonly armed: readonly Span[];
}

export interface ScheduleMoment {
	readonly armed: boolean;
	/** When it switches next; null where it never does. */
	readonly nextAt: UtcMs | null;
}

/** Beyond this the weeks repeat, and what has not switched never will. */
const LOOK_AHEAD_DAYS = 15;
/** The longest span, with a day that has an hour more, begins at most so many dates before it ends. */
const LOOK_BACK_DAYS = 2;

/**
 * Whether a schedule has a camera armed, and until when. Times are local ones, whatever the clocks do: one that exists twice is
 * the first for a beginning and the second for an end; one that is skipped is the moment of the skip.
 * @throws RangeError for a time zone that is not known
 */
export function scheduleAt(schedule: Schedule, at: UtcMs): ScheduleMoment {
	const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
		.toZonedDateTimeISO(schedule.timeZone)
		.toPlainDate();
	const stretches: Stretch[] = [];
	for (let day = -LOOK_BACK_DAYS; day <= LOOK_AHEAD_DAYS; day++) {
		const date = today.add({ days: day });
		for (const span of schedule.armed) if (begins(span, date)) stretches.push(stretchOf(span, date, schedule.timeZone));
	}
	const horizon = stretches.reduce((latest, { from }) => Math.max(latest, from), 0);
	for (const { from, to } of joined(stretches)) {
		if (at < from) return { armed: false, nextAt: utcMs(from) };
		if (at < to) return { armed: true, nextAt: to > horizon ? null : utcMs(to) };
	}
	return { armed: false, nextAt: null };
}

export function isTimeZone(name: string): boolean {
	try {
		Temporal.Now.zonedDateTimeISO(name);
		return true;
	} catch (error) {
		if (error instanceof RangeError) return false;
		throw error;
	}
}

/** The days that `mon` or `fri-mon` names, 0 for Monday; empty for anything else. */
export function daysNamed(text: string): readonly number[] {
	const [first, last = first, ...more] = text.split('-').map((name) => (DAYS as readonly string[]).indexOf(name));
	if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) return [];
	const count = ((last - first + DAYS.length) % DAYS.length) + 1;
	return Array.from({ length: count }, (_, day) => (first + day) % DAYS.length);
}

/** UTC milliseconds. */
interface Stretch {
	readonly from: number;
	readonly to: number;
}

function begins({ days }: Span, date: Temporal.PlainDate): boolean {
	return days.some((text) => daysNamed(text).includes(date.dayOfWeek - 1));
}

function stretchOf({ from, to }: Span, date: Temporal.PlainDate, timeZone: string): Stretch {
	const isWhole = to === '24:00';
	const last = isWhole || to <= from ? date.add({ days: 1 }) : date;
	return {
		from: instantOf(date, from, timeZone, 'earlier'),
		to: instantOf(last, isWhole ? '00:00' : to, timeZone, 'later'),
	};
}

function instantOf(date: Temporal.PlainDate, time: string, timeZone: string, ofTwo: 'earlier' | 'later'): number {
	const local = date.toPlainDateTime(time);
	const zoned = local.toZonedDateTime(timeZone, { disambiguation: ofTwo });
	if (zoned.toPlainDateTime().equals(local)) return zoned.epochMilliseconds;
	const before = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
	return (before.getTimeZoneTransition('next') ?? zoned).epochMilliseconds;
}

/** In order of time, those that touch as one, without empty ones. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
	const whole: Stretch[] = [];
	for (const next of stretches.toSorted((a, b) => a.from - b.from)) {
		const last = whole.at(-1);
		if (next.to <= next.from) continue;
		if (last === undefined || next.from > last.to) whole.push(next);
		else whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
	}
	return whole;
}
