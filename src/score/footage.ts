import type { Channel, Prediction } from '../core/prediction.ts';
import { type RawScore, type UtcMs, utcMs } from '../core/units.ts';

/** What a detector said of one window of normal footage. */
export interface FootageWindow {
	readonly run: number;
	readonly index: number;
	readonly capturedAt: UtcMs;
	readonly channels: ReadonlyMap<Channel, RawScore>;
}

/** Raw scores of a camera's windows in the order in which they were taken, a column for each channel. */
export interface Footage {
	readonly windows: number;
	/** Frames since the window before: 1 where none was dropped, 0 where the scores do not go on from it (a new stretch). */
	readonly steps: Uint32Array;
	readonly channels: ReadonlyMap<Channel, Float64Array>;
	readonly from: UtcMs;
	readonly to: UtcMs;
}

export function windowOf({ window: { target }, channels }: Prediction): FootageWindow {
	const { run, index, capturedAt } = target;
	return { run, index, capturedAt, channels };
}

const BLOCK_WINDOWS = 256;

export interface CollectorOptions {
	readonly channels: readonly Channel[];
	/** Most windows that are kept; whole stretches go first, by chance, so that all of the time is represented. */
	readonly capacity: number;
	/** In [0,1): chooses which stretches stay. */
	readonly random: () => number;
}

interface Block {
	readonly order: number;
	readonly windows: FootageWindow[];
}

/** Gathers normal footage within a bound: a reservoir of stretches of 256 windows (Vitter's algorithm R over stretches). */
export class FootageCollector {
	readonly #options: CollectorOptions;
	readonly #blocks: Block[] = [];
	#open: Block = { order: 0, windows: [] };
	#seen = 0;

	constructor(options: CollectorOptions) {
		this.#options = options;
	}

	/** Windows that were added, kept or not. */
	get seen(): number {
		return this.#seen;
	}

	/** @throws RangeError when a channel is missing or not finite: a detector that says such a thing is broken. */
	add(window: FootageWindow): void {
		for (const channel of this.#options.channels) requireFinite(window, channel);
		this.#seen++;
		this.#open.windows.push(window);
		if (this.#open.windows.length === BLOCK_WINDOWS) this.#closeBlock();
	}

	footage(): Footage {
		const blocks = [...this.#blocks, this.#open].toSorted((a, b) => a.order - b.order);
		return footageOf(
			blocks.flatMap((block) => block.windows),
			this.#options.channels,
		);
	}

	#closeBlock(): void {
		const places = Math.max(1, Math.floor(this.#options.capacity / BLOCK_WINDOWS));
		if (this.#blocks.length < places) {
			this.#blocks.push(this.#open);
		} else {
			const place = Math.floor(this.#options.random() * (this.#open.order + 1));
			if (place < places) this.#blocks[place] = this.#open;
		}
		this.#open = { order: this.#open.order + 1, windows: [] };
	}
}

/** Puts windows that are in order of time into columns. */
export function footageOf(windows: readonly FootageWindow[], channels: readonly Channel[]): Footage {
	const steps = new Uint32Array(windows.length);
	for (let i = 1; i < windows.length; i++) {
		const before = windows[i - 1]!;
		const here = windows[i]!;
		const goesOn = here.run === before.run && here.index > before.index && here.index - before.index < BLOCK_WINDOWS;
		steps[i] = goesOn ? here.index - before.index : 0;
	}
	return {
		windows: windows.length,
		steps,
		channels: new Map(
			channels.map((channel) => [channel, Float64Array.from(windows, (window) => requireFinite(window, channel))]),
		),
		from: windows[0]?.capturedAt ?? utcMs(0),
		to: windows.at(-1)?.capturedAt ?? utcMs(0),
	};
}

/** The footage and these windows after it, as stretches of their own. @throws RangeError as `footageOf` */
export function withWindows(footage: Footage, windows: readonly FootageWindow[]): Footage {
	if (windows.length === 0) return footage;
	const channels = [...footage.channels.keys()];
	const more = footageOf(windows, channels);
	const count = footage.windows + more.windows;
	const steps = new Uint32Array(count);
	steps.set(footage.steps);
	steps.set(more.steps, footage.windows);
	const joined = channels.map((channel) => {
		const column = new Float64Array(count);
		column.set(footage.channels.get(channel)!);
		column.set(more.channels.get(channel)!, footage.windows);
		return [channel, column] as const;
	});
	return { ...footage, windows: count, steps, channels: new Map(joined) };
}

function requireFinite(window: FootageWindow, channel: Channel): number {
	const raw = window.channels.get(channel);
	if (raw === undefined || !Number.isFinite(raw)) {
		throw new RangeError(`Cannot calibrate channel ${channel} with the score ${raw}: expected a finite number`);
	}
	return raw;
}
