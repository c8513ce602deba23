import type { Region } from '../../core/alarm.ts';
import type { StandingThing } from '../../core/standing.ts';

/** Places are cells of the picture, so many a side; a place is known by its neighbours, too. */
export const PLACES = 16;
/** How often things stood at a place, in classes that begin there: a place where nothing ever stood, and so on. */
const CLASSES = [0, 0.5, 1.5, 3.5] as const;
/** How long they stood, doubling from one to the next. */
const DURATIONS = 10;
export const COUNTS = CLASSES.length * DURATIONS;
/** Before anything was seen: half a thing in the time in which the budget allows one. */
const PRIOR_THINGS = 0.5;
/** What was seen so long ago counts half. */
const HALF_LIFE_HOURS = 14 * 24;
/** What was told as an alarm may have been a true one: nobody has said. */
const TOLD = 0.5;
/** Things that begin within so many seconds of each other are one happening. */
const TOGETHER_MS = 15_000;

export interface RarityState {
	readonly hours: number;
	/** By class, then duration. */
	readonly counts: readonly number[];
	/** `PLACES` x `PLACES`, row after row. */
	readonly places: readonly number[];
}

interface Entry {
	readonly class: number;
	readonly cell: number;
	readonly since: number;
	weight: number;
	duration: number;
}

/**
 * How rarely something stands on one camera: once in so many hours, something stands at a place as unfamiliar for as long.
 * Where cars park by the hour a car is nothing rare, however long the user's `afterSeconds` are.
 */
export class Rarity {
	readonly #afterSeconds: number;
	readonly #priorHours: number;
	readonly #counts = new Float64Array(COUNTS);
	readonly #places = new Float64Array(PLACES * PLACES);
	readonly #entries = new Map<number, Entry>();
	#hours = 0;

	constructor({ afterSeconds, falseAlarmsPerHour }: { afterSeconds: number; falseAlarmsPerHour: number }) {
		this.#afterSeconds = afterSeconds;
		this.#priorHours = 1 / falseAlarmsPerHour;
	}

	/** Without what stands now, which begins anew. */
	get state(): RarityState {
		const counts = [...this.#counts];
		for (const { class: familiar, duration, weight } of this.#entries.values()) {
			const at = familiar * DURATIONS + duration;
			counts[at] = Math.max(0, counts[at]! - weight);
		}
		return { hours: this.#hours, counts, places: [...this.#places] };
	}

	restore({ hours, counts, places }: RarityState): void {
		this.#hours = hours;
		this.#counts.set(counts);
		this.#places.set(places);
	}

	/** The camera was watched for so long. */
	pass(seconds: number): void {
		const hours = seconds / 3600;
		const kept = 2 ** (-hours / HALF_LIFE_HOURS);
		this.#hours = this.#hours * kept + hours;
		for (let at = 0; at < this.#counts.length; at++) this.#counts[at]! *= kept;
		for (let at = 0; at < this.#places.length; at++) this.#places[at]! *= kept;
		for (const entry of this.#entries.values()) entry.weight *= kept;
	}

	/** Something stands. */
	begin({ number, region, since, seconds }: StandingThing): void {
		const cell = cellOf(region);
		const together = [...this.#entries.values()].some((other) => Math.abs(other.since - since) <= TOGETHER_MS);
		const familiar = this.#familiarity(cell);
		const entry: Entry = {
			class: CLASSES.findLastIndex((from) => familiar >= from),
			cell,
			since,
			weight: together ? 0 : 1,
			duration: this.#durationOf(seconds),
		};
		this.#entries.set(number, entry);
		this.#add(entry, entry.weight);
	}

	/** How rare it is, as long as it has stood by now; counts it so. Only for what has begun and not ended. */
	onceInHours({ number, seconds }: StandingThing): number {
		const entry = this.#entries.get(number);
		if (entry === undefined) throw new Error(`Nothing with the number ${number} stands`);
		this.#add(entry, -entry.weight);
		entry.duration = this.#durationOf(seconds);
		let similar = 0;
		for (let familiar = 0; familiar <= entry.class; familiar++) {
			for (let duration = entry.duration; duration < DURATIONS; duration++) {
				similar += this.#counts[familiar * DURATIONS + duration]!;
			}
		}
		this.#add(entry, entry.weight);
		return (this.#priorHours + this.#hours) / (PRIOR_THINGS + Math.max(0, similar));
	}

	/** It was told as an alarm. */
	told(number: number): void {
		const entry = this.#entries.get(number);
		if (entry !== undefined) this.#weigh(entry, Math.min(entry.weight, TOLD));
	}

	/** Somebody says that it is normal. */
	normal(number: number): void {
		const entry = this.#entries.get(number);
		if (entry !== undefined) this.#weigh(entry, 1);
	}

	/** It stands no longer. */
	end({ number, seconds }: StandingThing): void {
		const entry = this.#entries.get(number);
		if (entry === undefined) return;
		this.#add(entry, -entry.weight);
		entry.duration = this.#durationOf(seconds);
		this.#add(entry, entry.weight);
		this.#places[entry.cell]! += entry.weight;
		this.#entries.delete(number);
	}

	#weigh(entry: Entry, weight: number): void {
		this.#add(entry, weight - entry.weight);
		entry.weight = weight;
	}

	#add({ class: familiar, duration }: Entry, weight: number): void {
		this.#counts[familiar * DURATIONS + duration]! += weight;
	}

	#durationOf(seconds: number): number {
		const doubled = Math.floor(Math.log2(Math.max(1, seconds / this.#afterSeconds)));
		return Math.min(DURATIONS - 1, doubled);
	}

	/** How much has stood at a place and around it. */
	#familiarity(cell: number): number {
		const x = cell % PLACES;
		const y = (cell - x) / PLACES;
		let sum = 0;
		for (let ny = Math.max(0, y - 1); ny <= Math.min(PLACES - 1, y + 1); ny++) {
			for (let nx = Math.max(0, x - 1); nx <= Math.min(PLACES - 1, x + 1); nx++) sum += this.#places[ny * PLACES + nx]!;
		}
		return sum;
	}
}

/** The place of the middle of a region. */
function cellOf({ x, y, width, height }: Region): number {
	const cell = (share: number) => Math.min(PLACES - 1, Math.max(0, Math.floor(share * PLACES)));
	return cell(y + height / 2) * PLACES + cell(x + width / 2);
}
