import type { Frame, Window } from '../core/frame.ts';
import { BLOCKS, type Impression, impressionOf, patternChange } from './impression.ts';

/** The lights that a camera is taken to have: by day, and by its own infrared lamp. `first` is the one it was met in. */
export const REGIMES = ['first', 'second'] as const;
export type Regime = (typeof REGIMES)[number];

export type RegimeVerdict =
	/** The window is of one light. */
	| { readonly kind: 'settled'; readonly regime: Regime; readonly switched: boolean }
	/** It spans a switch, or the light after one is not known yet: it says nothing. */
	| { readonly kind: 'between' };

/** A window whose first and last pictures differ by more in most blocks spans a switch: nothing that moves does that. */
const JUMP = 0.3;
/** Pattern and noise that are as far as this from what is known are another light: the pattern's change, and a factor of the noise. */
const PATTERN_SCALE = 0.5;
const NOISE_FACTOR = 2;
const NOISE_LEAST = 0.5;
/** After a switch a light that is not known has to stay for so long, */
const MEET_SECONDS = 10;
/** and one that came without a switch for so long. */
const PATIENCE_SECONDS = 60;
/** What is known of a light follows it, e times less unlike after so long: dusk is followed, a switch is not. */
const FOLLOW_SECONDS = 600;

/** Tells by the picture alone in which light a camera sees: causally, and with more to be said for staying than for switching. */
export class Regimes {
	readonly #framesPerSecond: number;
	#known: Impression[] = [];
	#current: Regime = 'first';
	#run: number | null = null;
	/** After a switch or a break, until the light is known again. */
	#undecided = true;
	/** Windows in a row that are unlike the current light. */
	#unlike = 0;
	/** A window's first picture was the last one of another. */
	readonly #impressions = new WeakMap<Frame, Impression>();

	constructor(framesPerSecond: number) {
		this.#framesPerSecond = framesPerSecond;
	}

	get current(): Regime {
		return this.#current;
	}

	/** How many lights it has met. */
	get met(): number {
		return this.#known.length;
	}

	/** What people call the light: the noisier of two is the night; one alone is the day. */
	name(regime: Regime = this.#current): 'day' | 'night' {
		const [first, second] = this.#known;
		if (first === undefined || second === undefined) return 'day';
		const noisier = nightness(second, first) > 0 ? 'second' : 'first';
		return regime === noisier ? 'night' : 'day';
	}

	/** Windows come in order of time. */
	see({ frames, target, run }: Pick<Window, 'frames' | 'target' | 'run'>): RegimeVerdict {
		const seen = this.#impression(target);
		if (run !== this.#run) this.#undecided = true;
		this.#run = run;
		if (patternChange(this.#impression(frames[0]), seen) > JUMP) {
			this.#undecided = true;
			this.#unlike = 0;
			return { kind: 'between' };
		}
		if (this.#known.length === 0) {
			this.#known = [seen];
			return this.#settle('first');
		}
		const distances = this.#known.map((known) => unlikeness(seen, known));
		const nearest = distances.indexOf(Math.min(...distances));
		const isKnown = distances[nearest]! <= 1;
		if (this.#undecided && isKnown) return this.#settle(REGIMES[nearest]!, seen);
		if (distances[REGIMES.indexOf(this.#current)]! <= 1) return this.#settle(this.#current, seen);
		this.#unlike++;
		const wait = (this.#undecided ? MEET_SECONDS : PATIENCE_SECONDS) * this.#framesPerSecond;
		const waits = this.#unlike < wait;
		if (waits && this.#undecided && this.#known.length < REGIMES.length) return { kind: 'between' };
		if (waits && !this.#undecided) return { kind: 'settled', regime: this.#current, switched: false };
		if (isKnown || this.#known.length === REGIMES.length) return this.#settle(REGIMES[nearest]!, seen);
		this.#known.push(seen);
		return this.#settle(REGIMES[this.#known.length - 1]!);
	}

	save(): Uint8Array {
		const known = this.#known.map(({ pattern, means, ...others }) => ({
			pattern: [...pattern],
			means: [...means],
			...others,
		}));
		return new TextEncoder().encode(JSON.stringify({ current: this.#current, known }));
	}

	/** What `save` gave; false where it is something else, and all stays as it is. */
	load(bytes: Uint8Array): boolean {
		const read = parse(bytes);
		if (read === null) return false;
		this.#known = read.known.map(({ pattern, means, ...others }) => ({
			pattern: Float32Array.from(pattern),
			means: Float32Array.from(means),
			...others,
		}));
		this.#current = read.current;
		this.#undecided = true;
		return true;
	}

	#impression(frame: Frame): Impression {
		const impression = this.#impressions.get(frame) ?? impressionOf(frame);
		this.#impressions.set(frame, impression);
		return impression;
	}

	#settle(regime: Regime, seen?: Impression): RegimeVerdict {
		const switched = regime !== this.#current;
		this.#current = regime;
		this.#undecided = false;
		this.#unlike = 0;
		const place = REGIMES.indexOf(regime);
		if (seen !== undefined)
			this.#known[place] = follow(this.#known[place]!, seen, 1 / (FOLLOW_SECONDS * this.#framesPerSecond));
		return { kind: 'settled', regime, switched };
	}
}

/** 1 and more: another light. */
function unlikeness(one: Impression, other: Impression): number {
	const noise = Math.log((one.noise + NOISE_LEAST) / (other.noise + NOISE_LEAST)) / Math.log(NOISE_FACTOR);
	return Math.hypot(patternChange(one, other) / PATTERN_SCALE, noise);
}

/** Above 0 where the first is the noisier and the darker of two. */
function nightness(one: Impression, other: Impression): number {
	const noise = Math.log((one.noise + NOISE_LEAST) / (other.noise + NOISE_LEAST));
	return noise - 0.5 * Math.log((one.brightness + 1) / (other.brightness + 1));
}

function follow(known: Impression, seen: Impression, share: number): Impression {
	const near = (before: number, now: number) => before + share * (now - before);
	return {
		pattern: known.pattern.map((value, block) => near(value, seen.pattern[block]!)),
		means: known.means.map((value, block) => near(value, seen.means[block]!)),
		noise: near(known.noise, seen.noise),
		brightness: near(known.brightness, seen.brightness),
	};
}

interface Saved {
	readonly current: Regime;
	readonly known: readonly {
		readonly pattern: readonly number[];
		readonly means: readonly number[];
		readonly noise: number;
		readonly brightness: number;
	}[];
}

function parse(bytes: Uint8Array): Saved | null {
	try {
		const read = JSON.parse(new TextDecoder().decode(bytes)) as Saved;
		const isWhole =
			REGIMES.includes(read.current) &&
			read.known.length > REGIMES.indexOf(read.current) &&
			read.known.every(
				({ pattern, means, noise }) => pattern.length === BLOCKS && means.length === BLOCKS && Number.isFinite(noise),
			);
		return isWhole ? read : null;
	} catch {
		return null;
	}
}
