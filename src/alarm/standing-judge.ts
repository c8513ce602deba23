import type { Alarm, AlarmChange, EndReason, Region } from '../core/alarm.ts';
import type { Frame } from '../core/frame.ts';
import type { StandingAlarmKind, StandingChange, StandingThing } from '../core/standing.ts';
import { type AlarmId, surprise, type UtcMs } from '../core/units.ts';
import { severityOf } from './severity.ts';

export interface StandingJudgeOptions {
	readonly framesPerSecond: number;
	readonly falseAlarmsPerHour: number;
	/** An alarm ends after this long, whatever stands. */
	readonly maximumSeconds: number;
	readonly newAlarmId: (startedAt: UtcMs) => AlarmId;
}

/** A thing and how rarely one like it stands there for so long. */
export interface RareThing {
	readonly thing: StandingThing;
	readonly onceInHours: number;
}

export interface StandingVerdict {
	readonly alarm: Alarm;
	readonly change: AlarmChange;
	/** What the alarm is about, ended things included. */
	readonly things: readonly StandingThing[];
}

interface Open {
	readonly id: AlarmId;
	readonly startedAt: UtcMs;
	/** When it was first told. */
	readonly toldAt: UtcMs;
	/** By number; those that have ended stay. */
	readonly members: ReadonlyMap<number, RareThing>;
	readonly standing: ReadonlySet<number>;
	readonly peak: { readonly onceInHours: number; readonly at: UtcMs };
	readonly severity: Alarm['severity'];
}

/** Something missing here and something new there, so close in time, was moved. */
const MOVED_MS = 15_000;
const REGIONS_MOST = 5;
/** What judges: there are no weights that could have another version. */
const MODEL = { id: 'standing', version: '1' };

/**
 * Decides when what stands on one camera is an alarm: when it is rarer than the false-alarm budget. One alarm at a time, for
 * all that stands meanwhile. Scores are on the scale of the windows': `once_in_hours` is 10^score over the windows an hour.
 */
export class StandingJudge {
	readonly #options: StandingJudgeOptions;
	readonly #level: number;
	#open: Open | null = null;
	#last: Frame | null = null;
	/** Numbers of what stands and is no alarm any more. */
	#accepted: ReadonlySet<number> = new Set();

	constructor(options: StandingJudgeOptions) {
		this.#options = options;
		this.#level = this.#scoreOf(1 / options.falseAlarmsPerHour);
	}

	get open(): boolean {
		return this.#open !== null;
	}

	/** Of the open alarm. */
	get id(): AlarmId | null {
		return this.#open?.id ?? null;
	}

	/** `things`: all that stands. `armed`: whether an alarm may start. */
	judge(frame: Frame, things: readonly RareThing[], changes: readonly StandingChange[]): StandingVerdict | null {
		this.#last = frame;
		this.#accepted = this.#accepted.intersection(new Set(things.map(({ thing }) => thing.number)));
		const rare = things.filter(
			({ thing, onceInHours }) =>
				!this.#accepted.has(thing.number) && this.#scoreOf(onceInHours) >= this.#level - Number.EPSILON * 64,
		);
		if (this.#open === null) return rare.length === 0 ? null : this.#start(frame, rare);
		return this.#goOn(this.#open, frame, rare, things, changes);
	}

	/** Whether nothing more is to be told of a thing than what was told. */
	knows(number: number): boolean {
		return this.#accepted.has(number) || this.#open?.members.has(number) === true;
	}

	/** What stands by now is no alarm, today or later. */
	accept(things: readonly Pick<StandingThing, 'number'>[]): void {
		this.#accepted = this.#accepted.union(new Set(things.map(({ number }) => number)));
	}

	/** Ends what is open. What it was about is no alarm any more. */
	close(reason: EndReason): StandingVerdict | null {
		const [open, last] = [this.#open, this.#last];
		return open === null || last === null ? null : this.#end(open, last, reason);
	}

	#start(frame: Frame, rare: readonly RareThing[]): StandingVerdict {
		const startedAt = rare.reduce((first, { thing }) => (thing.since < first ? thing.since : first), frame.capturedAt);
		const members = new Map(rare.map((one) => [one.thing.number, one]));
		const onceInHours = rarest(rare);
		const open: Open = {
			id: this.#options.newAlarmId(startedAt),
			startedAt,
			toldAt: frame.capturedAt,
			members,
			standing: new Set(members.keys()),
			peak: { onceInHours, at: frame.capturedAt },
			severity: this.#severityOf(onceInHours),
		};
		this.#open = open;
		return this.#tell(open, frame, 'started', null);
	}

	#goOn(
		before: Open,
		frame: Frame,
		rare: readonly RareThing[],
		things: readonly RareThing[],
		changes: readonly StandingChange[],
	): StandingVerdict | null {
		const members = new Map(before.members);
		for (const one of things) if (members.has(one.thing.number)) members.set(one.thing.number, one);
		for (const one of rare) members.set(one.thing.number, one);
		const standing = new Set(things.map(({ thing }) => thing.number).filter((number) => members.has(number)));
		const onceInHours = rarest([...members.values()]);
		const peak = onceInHours > before.peak.onceInHours ? { onceInHours, at: frame.capturedAt } : before.peak;
		const open: Open = { ...before, members, standing, peak, severity: this.#severityOf(peak.onceInHours) };
		if (standing.size === 0) return this.#end(open, frame, reasonOf(changes));
		if (frame.capturedAt - before.toldAt >= this.#options.maximumSeconds * 1000)
			return this.#end(open, frame, 'lasting');
		this.#open = open;
		const news = members.size > before.members.size || open.severity !== before.severity;
		return news ? this.#tell(open, frame, 'updated', null) : null;
	}

	#end(open: Open, frame: Frame, reason: EndReason): StandingVerdict {
		this.#open = null;
		this.accept([...open.members.values()].map(({ thing }) => thing));
		return this.#tell(open, frame, 'ended', reason);
	}

	#tell(open: Open, frame: Frame, change: AlarmChange, endReason: EndReason | null): StandingVerdict {
		const things = [...open.members.values()].map(({ thing }) => thing);
		const regions = things.map(({ region }) => region).toSorted((one, other) => areaOf(other) - areaOf(one));
		const score = surprise(this.#scoreOf(open.peak.onceInHours));
		const { onceInHours } = open.peak;
		return {
			change,
			things,
			alarm: {
				id: open.id,
				camera: frame.camera,
				startedAt: open.startedAt,
				endedAt: change === 'ended' ? frame.capturedAt : null,
				endReason,
				frameAt: frame.capturedAt,
				peakAt: open.peak.at,
				surprise: score,
				peakSurprise: score,
				level: surprise(this.#level),
				onceInHours,
				severity: open.severity,
				why: 'standing',
				reasons: [{ channel: 'standing', surprise: score, onceInHours }],
				region: regions[0] ?? null,
				regions: regions.slice(0, REGIONS_MOST),

				zones: [],
				standing: { kind: kindOf(things), since: open.startedAt },
				model: MODEL,
				feedback: null,
				gathered: false,
			},
		};
	}

	#severityOf(onceInHours: number): Alarm['severity'] {
		return severityOf(this.#scoreOf(onceInHours), this.#level);
	}

	/** Of a rarity, as that of a window: there are so many windows an hour. */
	#scoreOf(onceInHours: number): number {
		return Math.log10(onceInHours * 3600 * this.#options.framesPerSecond);
	}
}

function rarest(things: readonly RareThing[]): number {
	return Math.max(...things.map(({ onceInHours }) => onceInHours));
}

/** Why an alarm ends about whose things nothing stands any more. */
function reasonOf(changes: readonly StandingChange[]): EndReason {
	if (changes.some(({ kind }) => kind === 'lost')) return 'changed';
	return changes.some(({ kind }) => kind === 'absorbed') ? 'lasting' : 'over';
}

function kindOf(things: readonly StandingThing[]): StandingAlarmKind {
	const moved = things.some(
		(one) =>
			one.kind === 'removed' &&
			things.some((other) => other.kind === 'left' && Math.abs(other.since - one.since) <= MOVED_MS),
	);
	return moved ? 'moved' : things[0]!.kind;
}

function areaOf({ width, height }: Region): number {
	return width * height;
}
