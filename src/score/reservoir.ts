import { ForeframeError } from '../core/errors.ts';
import type { Channel } from '../core/prediction.ts';
import { type TimeSpan, touches } from '../core/time-span.ts';
import { type UtcMs, utcMs } from '../core/units.ts';
import type { Footage, FootageWindow } from './footage.ts';

export interface ReservoirOptions {
	readonly channels: readonly Channel[];
	readonly framesPerSecond: number;
	/** Most windows that are kept. */
	readonly capacity: number;
	/** What is so many watched hours older is kept e times less often. */
	readonly fadeHours: number;
	/** In [0,1): which stretches stay. */
	readonly random: () => number;
}

/** Windows of about a minute that stay or go together. */
interface Stretch {
	/** The highest stay: its age, in fades, and chance. */
	readonly key: number;
	readonly order: number;
	windows: number;
	from: UtcMs;
	to: UtcMs;
	/** Frames since the window before, then a column a channel. `[STRETCH]` each */
	readonly steps: Uint32Array;
	readonly columns: readonly Float32Array[];
}

/** 3.6 hours at 5 windows a second; followed over about a day. */
export const RESERVOIR = { capacity: 65_536, fadeHours: 24 } as const;

const STRETCH = 256;
const MAGIC = 0x46_52_53_31;

/**
 * Recent normal windows of a camera within a bound, drawn without replacement with weights that fade with age (Efraimidis &
 * Spirakis 2006, by way of Gumbel's law). Age is counted in watched time, so that neither a wrong clock nor a pause matters.
 */
export class Reservoir {
	readonly #options: ReservoirOptions;
	#stretches: Stretch[] = [];
	#seen = 0;
	#order = 0;
	#last: { readonly run: number; readonly index: number } | null = null;
	/** Fading with age as what is kept does. */
	#faded = { hours: 0, alarms: 0, windows: 0 };

	constructor(options: ReservoirOptions) {
		this.#options = options;
	}

	/** Windows that were added, kept or not. */
	get seen(): number {
		return this.#seen;
	}

	/** Windows that are kept. */
	get windows(): number {
		return this.#stretches.reduce((sum, { windows }) => sum + windows, 0);
	}

	get isFull(): boolean {
		return this.#stretches.length >= this.#places;
	}

	/** Windows come in order of time. @throws RangeError when a channel is missing or not finite. */
	add({ run, index, capturedAt, channels }: FootageWindow): void {
		const values = this.#options.channels.map((channel) => {
			const raw = channels.get(channel);
			if (raw !== undefined && Number.isFinite(raw)) return raw;
			throw new RangeError(`Cannot keep channel ${channel} with the score ${raw}: expected a finite number`);
		});
		this.#watch();
		const before = this.#last;
		const goesOn = before?.run === run && index > before.index && index - before.index < STRETCH;
		this.#last = { run, index };
		const newest = this.#stretches.at(-1);
		const open = newest !== undefined && newest.windows < STRETCH ? newest : this.#begin(capturedAt);
		open.steps[open.windows] = goesOn ? index - before.index : 0;
		for (const [column, value] of values.entries()) open.columns[column]![open.windows] = value;
		open.windows++;
		open.to = capturedAt;
		this.#seen++;
	}

	/** Tells of a window that is not kept since it belongs to an alarm; `started`: the alarm began with it; `over`: it is over the level. */
	leaveOut({ started, over }: { readonly started: boolean; readonly over: boolean }): void {
		this.#watch();
		if (started) this.#faded.alarms++;
		if (over) this.#faded.windows++;
		this.#last = null;
	}

	/** Alarms that were left out, an hour, and the windows over the level that each had. */
	get leftOut(): { readonly perHour: number; readonly windowsEach: number } {
		const { hours, alarms, windows } = this.#faded;
		return alarms === 0 ? { perHour: 0, windowsEach: 0 } : { perHour: alarms / hours, windowsEach: windows / alarms };
	}

	/** What is kept, in order of time, but for stretches in which one of these spans lies. */
	footage(without: readonly TimeSpan[] = []): Footage {
		const stretches = this.#stretches.filter((stretch) => !touches(stretch, without));
		const windows = stretches.reduce((sum, stretch) => sum + stretch.windows, 0);
		const steps = new Uint32Array(windows);
		const columns = this.#options.channels.map(() => new Float64Array(windows));
		let at = 0;
		let order = -1;
		for (const stretch of stretches) {
			steps.set(stretch.steps.subarray(0, stretch.windows), at);
			// It does not go on from one that was not kept.
			if (stretch.order !== order + 1) steps[at] = 0;
			order = stretch.order;
			for (const [column, values] of columns.entries()) {
				values.set(stretch.columns[column]!.subarray(0, stretch.windows), at);
			}
			at += stretch.windows;
		}
		return {
			windows,
			steps,
			channels: new Map(this.#options.channels.map((channel, column) => [channel, columns[column]!])),
			from: stretches[0]?.from ?? utcMs(0),
			to: stretches.at(-1)?.to ?? utcMs(0),
		};
	}

	save(): Uint8Array {
		const { channels } = this.#options;
		const head = { channels, seen: this.#seen, order: this.#order, faded: this.#faded };
		const text = new TextEncoder().encode(
			JSON.stringify({
				...head,
				stretches: this.#stretches.map(({ key, order, windows, from, to }) => ({ key, order, windows, from, to })),
			}),
		);
		const arrays = this.#stretches.flatMap(({ steps, columns }) => [steps, ...columns]);
		const bytes = new Uint8Array(8 + text.length + arrays.length * STRETCH * 4);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, MAGIC);
		view.setUint32(4, text.length);
		bytes.set(text, 8);
		for (const [place, array] of arrays.entries()) {
			bytes.set(new Uint8Array(array.buffer), 8 + text.length + place * STRETCH * 4);
		}
		return bytes;
	}

	/**
	 * What `save` gave.
	 * @throws ForeframeError CALIBRATION_INVALID when it is not that, or of other channels.
	 */
	load(bytes: Uint8Array): void {
		const { channels } = this.#options;
		const wrong = (what: string) =>
			new ForeframeError('CALIBRATION_INVALID', `Cannot use what was kept for calibration: ${what}`);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (bytes.length < 8 || view.getUint32(0) !== MAGIC) throw wrong('it is none of that');
		const length = view.getUint32(4);
		const head = readHead(bytes.subarray(8, 8 + length));
		if (head === null) throw wrong('its head cannot be read');
		if (head.channels.join() !== channels.join()) {
			throw wrong(`it is of the channels ${head.channels.join(', ')}, not ${channels.join(', ')}`);
		}
		const arrays = 1 + channels.length;
		if (bytes.length !== 8 + length + head.stretches.length * arrays * STRETCH * 4) throw wrong('its end is missing');
		this.#stretches = head.stretches.map((stretch, place) => {
			const array = (column: number) => {
				const from = 8 + length + (place * arrays + column) * STRETCH * 4;
				// A copy: slices of a Buffer are views, and views of numbers have to be aligned.
				return Uint8Array.from(bytes.subarray(from, from + STRETCH * 4)).buffer;
			};
			return {
				...stretch,
				steps: new Uint32Array(array(0)),
				columns: channels.map((_, column) => new Float32Array(array(column + 1))),
			};
		});
		this.#seen = head.seen;
		this.#faded = head.faded;
		this.#order = head.order;
		this.#last = null;
	}

	#watch(): void {
		const { framesPerSecond, fadeHours } = this.#options;
		const hours = 1 / framesPerSecond / 3600;
		const fade = Math.exp(-hours / fadeHours);
		const { hours: before, alarms, windows } = this.#faded;
		this.#faded = { hours: before * fade + hours, alarms: alarms * fade, windows: windows * fade };
	}

	get #places(): number {
		return Math.max(2, Math.floor(this.#options.capacity / STRETCH));
	}

	#begin(from: UtcMs): Stretch {
		const { channels, framesPerSecond, fadeHours, random } = this.#options;
		if (this.#stretches.length >= this.#places) {
			const least = this.#stretches.reduce((worst, stretch) => (stretch.key < worst.key ? stretch : worst));
			this.#stretches = this.#stretches.filter((stretch) => stretch !== least);
		}
		const gumbel = -Math.log(-Math.log(Math.max(Number.MIN_VALUE, random())));
		const stretch: Stretch = {
			key: this.#seen / framesPerSecond / 3600 / fadeHours + gumbel,
			order: this.#order++,
			windows: 0,
			from,
			to: from,
			steps: new Uint32Array(STRETCH),
			columns: channels.map(() => new Float32Array(STRETCH)),
		};
		this.#stretches.push(stretch);
		return stretch;
	}
}

interface Head {
	readonly channels: readonly string[];
	readonly seen: number;
	readonly order: number;
	readonly faded: { hours: number; alarms: number; windows: number };
	readonly stretches: readonly Omit<Stretch, 'steps' | 'columns'>[];
}

/** The project's own file, written whole or not at all; null where it is not one. */
function readHead(bytes: Uint8Array): Head | null {
	try {
		const head = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Head> | null;
		return Array.isArray(head?.channels) && Array.isArray(head.stretches) ? (head as Head) : null;
	} catch {
		return null;
	}
}
