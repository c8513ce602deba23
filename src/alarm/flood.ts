import type { Alarm, AlarmChange } from '../core/alarm.ts';
import type { Flood, FloodAlarm, FloodChange } from '../core/flood.ts';
import { type AlarmId, type UtcMs, utcMs } from '../core/units.ts';
import { farAbove } from './judge-state.ts';

export interface FloodOptions {
	readonly falseAlarmsPerHour: number;
	readonly newId: (startedAt: UtcMs) => AlarmId;
}

/** How an alarm's change goes on its way. */
export type Way =
	/** By itself; as `change` where those before were gathered. */
	{ readonly kind: 'out'; readonly change: AlarmChange } | { readonly kind: 'gathered' };

export interface Passed {
	readonly way: Way;
	/** What is to be told of the summary; null where there is no news. */
	readonly flood: { readonly change: FloodChange; readonly flood: Flood } | null;
}

/** What of it survives a restart. */
export interface FloodMemory {
	/** Starts of the alarms of the last hour, oldest first. */
	readonly starts: readonly UtcMs[];
	/** The strangest that was told by itself or gathered, of a flood that goes on. */
	readonly strangest: number;
	readonly flood: Flood | null;
	/** Alarms that go on and were gathered. */
	readonly gathered: readonly AlarmId[];
}

const HOUR_MS = 3_600_000;
/** How rarely the camera's budget alone may be taken for a flood: once in so many hours that have an alarm. */
const CHANCE = 1e-4;
/** Two alarms may be one thing that was seen twice. */
const LEAST = 3;
/** A summary that is told is not told again sooner. */
const TELL_EVERY_MS = 60_000;

/**
 * Gathers a camera's alarms when there are more than its budget of false alarms can explain, until there are few again.
 * Times are the frames'.
 */
export class FloodGate {
	readonly #newId: FloodOptions['newId'];
	/** So many alarms in an hour are a flood. */
	readonly limit: number;
	#starts: UtcMs[];
	#strangest: number;
	#flood: Flood | null;
	#gathered: Set<AlarmId>;
	#toldAt: UtcMs | null = null;
	#news = false;

	constructor({ falseAlarmsPerHour, newId }: FloodOptions, memory: FloodMemory | null = null) {
		this.#newId = newId;
		this.limit = floodLimit(falseAlarmsPerHour);
		this.#starts = [...(memory?.starts ?? [])];
		this.#strangest = memory?.strangest ?? 0;
		this.#flood = memory?.flood ?? null;
		this.#gathered = new Set(memory?.gathered);
	}

	get flood(): Flood | null {
		return this.#flood;
	}

	get memory(): FloodMemory {
		return {
			starts: this.#starts,
			strangest: this.#strangest,
			flood: this.#flood,
			gathered: [...this.#gathered],
		};
	}

	pass(alarm: Alarm, change: AlarmChange): Passed {
		if (change === 'started') return this.#start(alarm);
		if (!this.#gathered.has(alarm.id)) {
			this.#strangest = Math.max(this.#strangest, alarm.peakSurprise);
			return { way: { kind: 'out', change }, flood: null };
		}
		if (change === 'updated' && this.#isFarStranger(alarm)) {
			this.#gathered.delete(alarm.id);
			this.#strangest = alarm.peakSurprise;
			return { way: { kind: 'out', change: 'started' }, flood: null };
		}
		if (change === 'ended') this.#gathered.delete(alarm.id);
		if (this.#flood !== null) this.#note(alarm, this.#flood, 0);
		return { way: { kind: 'gathered' }, flood: this.#tellIfDue(alarm.frameAt) };
	}

	/** To be asked now and then: a summary that has news, or the end of it. null where there is nothing to tell. */
	tick(now: UtcMs): Passed['flood'] {
		const flood = this.#flood;
		if (flood === null) return null;
		this.#forget(now);
		const isOver = this.#starts.length <= this.limit / 2 && this.#gathered.size === 0;
		if (!isOver) return this.#tellIfDue(now);
		this.#flood = null;
		this.#news = false;
		return { change: 'ended', flood: { ...flood, endedAt: now } };
	}

	#start(alarm: Alarm): Passed {
		this.#forget(alarm.startedAt);
		this.#starts.push(alarm.startedAt);
		const flooded = this.#flood !== null || this.#starts.length >= this.limit;
		if (!flooded) {
			this.#strangest = this.#starts.length === 1 ? alarm.peakSurprise : Math.max(this.#strangest, alarm.peakSurprise);
			return { way: { kind: 'out', change: 'started' }, flood: null };
		}
		if (this.#isFarStranger(alarm)) {
			this.#strangest = alarm.peakSurprise;
			return { way: { kind: 'out', change: 'started' }, flood: null };
		}
		this.#gathered.add(alarm.id);
		const before = this.#flood;
		if (before !== null) {
			this.#note(alarm, before, 1);
			return { way: { kind: 'gathered' }, flood: this.#tellIfDue(alarm.frameAt) };
		}
		this.#flood = this.#begin(alarm);
		this.#toldAt = alarm.frameAt;
		return { way: { kind: 'gathered' }, flood: { change: 'started', flood: this.#flood } };
	}

	#begin(alarm: Alarm): Flood {
		const { camera, startedAt } = alarm;
		return {
			id: this.#newId(startedAt),
			camera,
			startedAt,
			endedAt: null,
			alarms: 1,
			toldInAnHour: this.limit - 1,
			firstAt: startedAt,
			lastAt: startedAt,
			worst: floodAlarm(alarm),
		};
	}

	#note(alarm: Alarm, flood: Flood, more: 0 | 1): void {
		const isWorse = alarm.peakSurprise > flood.worst.peakSurprise;
		this.#strangest = Math.max(this.#strangest, alarm.peakSurprise);
		if (more === 0 && !isWorse) return;
		this.#news = true;
		this.#flood = {
			...flood,
			alarms: flood.alarms + more,
			lastAt: more === 1 ? alarm.startedAt : flood.lastAt,
			worst: isWorse ? floodAlarm(alarm) : flood.worst,
		};
	}

	#tellIfDue(now: UtcMs): Passed['flood'] {
		const flood = this.#flood;
		if (flood === null || !this.#news) return null;
		if (this.#toldAt !== null && Math.abs(now - this.#toldAt) < TELL_EVERY_MS) return null;
		this.#toldAt = now;
		this.#news = false;
		return { change: 'updated', flood };
	}

	#isFarStranger({ peakSurprise }: Alarm): boolean {
		return peakSurprise >= farAbove(this.#strangest);
	}

	#forget(now: UtcMs): void {
		const since = utcMs(now - HOUR_MS);
		this.#starts = this.#starts.filter((start) => start > since).slice(-MOST);
	}
}

/** Starts that are kept; a judge lets no more alarms than this start in an hour. */
const MOST = 10_000;

/** The fewest alarms in an hour, three at least, that a Poisson process of this rate gives less often than once in 10 000. */
export function floodLimit(falseAlarmsPerHour: number): number {
	let term = Math.exp(-falseAlarmsPerHour);
	let below = 0;
	for (let count = 0; ; count++) {
		if (1 - below < CHANCE || count > 10 * falseAlarmsPerHour + 100) return Math.max(LEAST, count);
		below += term;
		term *= falseAlarmsPerHour / (count + 1);
	}
}

function floodAlarm({ id, startedAt, peakSurprise, severity, why, region }: Alarm): FloodAlarm {
	return { id, startedAt, peakSurprise, severity, why, region };
}
