import type { JudgedAlarm } from './clip-judge.ts';
import type { AlarmSpan, ClipSeries, EventOutcome, WindowSeries } from './report.ts';

/** A clip with what the judge said of it at one level. */
export interface JudgedClip {
	readonly windows: readonly WindowSeries[];
	readonly alarms: readonly JudgedAlarm[];
}

/**
 * Says what became of each event and each alarm of a clip.
 *
 * An event is a longest run of anomalous pictures; one without a scored window is left out. An alarm is judged by the window
 * at which it was told: true in an event, in the tail within `tailSeconds` after one, else false. An event is detected when a
 * true alarm is open in one of its windows, one of an event before included: a false alarm that happens to be open finds
 * nothing.
 */
export function outcomes(
	{ windows, alarms }: JudgedClip,
	events: readonly Event[],
	tailSeconds: number,
): Pick<ClipSeries, 'events' | 'alarms'> {
	const spans = alarms.map((alarm): AlarmSpan => {
		const { toldSeconds: told } = alarm;
		const inside = events.some(({ beginSeconds, endSeconds }) => told >= beginSeconds && told <= endSeconds);
		return { ...alarm, outcome: inside ? 'true' : inTail(told, events, tailSeconds) ? 'tail' : 'false' };
	});
	return { alarms: spans, events: events.flatMap((event) => outcomeOf(event, windows, spans)) };
}

/** A longest run of anomalous pictures; both ends included. */
export type Event = Pick<EventOutcome, 'first' | 'last' | 'kinds' | 'beginSeconds' | 'endSeconds'>;

export function eventsOf(
	{ anomalous, oddities }: { readonly anomalous: readonly boolean[]; readonly oddities: readonly Oddity[] },
	framesPerSecond: number,
): Event[] {
	const runs: [first: number, last: number][] = [];
	for (const [picture, odd] of anomalous.entries()) {
		if (!odd) continue;
		const run = runs.at(-1);
		if (run?.[1] === picture - 1) run[1] = picture;
		else runs.push([picture, picture]);
	}
	return runs.map(([first, last]) => ({
		first,
		last,
		kinds: kindsIn(oddities, first, last),
		beginSeconds: first / framesPerSecond,
		endSeconds: last / framesPerSecond,
	}));
}

interface Oddity {
	readonly kind: string;
	readonly first: number;
	readonly last: number;
}

/** The kinds that are seen in some of the pictures from `first` to `last`. */
export function kindsIn(oddities: readonly Oddity[], first: number, last: number): string[] {
	const seen = oddities.filter((oddity) => oddity.first <= last && oddity.last >= first);
	return [...new Set(seen.map(({ kind }) => kind))];
}

/** Whether a time after an event may still be under its alarm's hysteresis. */
export function inTail(seconds: number, events: readonly Event[], tailSeconds: number): boolean {
	return events.some(
		({ endSeconds }) => seconds > endSeconds && seconds <= endSeconds + tailSeconds + ROUNDING_SECONDS,
	);
}

const ROUNDING_SECONDS = 1e-6;

function outcomeOf(event: Event, windows: readonly WindowSeries[], alarms: readonly AlarmSpan[]): EventOutcome[] {
	const own = windows.filter(({ picture }) => picture >= event.first && picture <= event.last);
	const [first, last] = [own[0], own.at(-1)];
	if (first === undefined || last === undefined) return [];
	const open = alarms.filter(
		({ toldSeconds, closedSeconds }) =>
			toldSeconds <= last.seconds && (closedSeconds === null || closedSeconds > first.seconds),
	);
	const alarm = open.find(({ outcome }) => outcome === 'true');
	return [
		{
			...event,
			detectedAfterSeconds: alarm === undefined ? null : Math.max(0, alarm.toldSeconds - first.seconds),
			underFalseAlarm: open.some(({ outcome }) => outcome === 'false'),
			peakSurprise: own.reduce((peak, { surprise }) => Math.max(peak, surprise), Number.NEGATIVE_INFINITY),
		},
	];
}
