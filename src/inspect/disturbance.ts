import type { Disturbance } from '../core/integrity.ts';
import type { Grid } from './grid.ts';
import type { Likeness, Look } from './look.ts';
import { median } from './reference.ts';
import { profiles, shiftBetween } from './shift.ts';

/** Median difference of the blocks from one picture to the next: a jump from here on, grey levels, */
const JUMP_MIN = 4;
/** or from so many times the largest of the last minute or so: key pictures and automatic exposure pulse. */
const JUMP_TIMES = 2.5;
const USUAL_SECONDS = 60;
/** Share of the textured blocks that no longer correlate with the picture before, where everything is another. */
const CUT_SHARE = 0.5;
const UNLIKE = 0.5;
/** Light: so much brighter or darker within a second, levels and share of the mean, in that share of the blocks. */
const LIGHT_LEVELS = 10;
const LIGHT_GAIN = 0.12;
const LIGHT_SHARE = 0.8;
/** The light is steady: it changes by less within a second. */
const STEADY_LEVELS = 3;
const STEADY_GAIN = 0.04;
/** A turn explains so much of the difference, and there are so many pictures of it within a second. */
const TURN_EXPLAINED = 0.4;
const TURNS = 2;

interface Moment {
	readonly at: number;
	readonly means: Float32Array;
	readonly turning: boolean;
}

/** Notices what changes the whole picture from one moment to the next, whatever that is. Looks come in order of time. */
export class Disturbances {
	readonly #grid: Grid;
	#last: { readonly seen: Look; readonly at: number } | null = null;
	#before: Likeness | null = null;
	#recent: readonly Moment[] = [];
	/** Largest median difference of late. */
	#usual = 1;

	constructor(grid: Grid) {
		this.#grid = grid;
	}

	/** How the newest look compares with the one before it; null where it does not. */
	get newest(): Likeness | null {
		return this.#before;
	}

	/** The light does not change at the moment. */
	get steady(): boolean {
		const [first, last] = [this.#recent[0], this.#recent.at(-1)];
		if (first === undefined || last === undefined) return true;
		const { change, level } = lightChange(first.means, last.means);
		return Math.abs(change) < Math.max(STEADY_LEVELS, STEADY_GAIN * level);
	}

	/** `before` compares with the look before this one; null where that is not to be compared with. */
	next(seen: Look, before: Likeness | null, at: number): Disturbance | null {
		const last = this.#last;
		this.#last = { seen, at };
		this.#before = before;
		if (last === null || before === null) {
			this.#recent = [{ at, means: seen.means, turning: false }];
			return null;
		}
		const difference = median(before.differences);
		const unlike = unlikeShare(before.correlations);
		const isJump = difference > Math.max(JUMP_MIN, JUMP_TIMES * this.#usual);
		const isCut = unlike >= CUT_SHARE;
		const shift = isJump || isCut || unlike > CUT_SHARE / 3 ? this.#shift(last.seen, seen) : null;
		const turning = shift !== null && shift.explained >= TURN_EXPLAINED && Math.hypot(shift.right, shift.down) >= 2;
		this.#recent = [...this.#recent.filter((moment) => at - moment.at <= 1), { at, means: seen.means, turning }];
		if (this.#recent.filter((moment) => moment.turning).length >= TURNS) return 'pan';
		if (isLight(this.#recent[0]!.means, seen.means) && unlike < CUT_SHARE) return 'light';
		if (isJump || isCut) {
			// The light of another picture is no other light.
			if (!turning) this.#recent = [{ at, means: seen.means, turning }];
			return turning ? 'pan' : 'cut';
		}
		this.#usual = Math.max(difference, this.#usual * Math.exp(-(at - last.at) / USUAL_SECONDS));
		return null;
	}

	#shift(one: Look, other: Look) {
		const { size } = this.#grid;
		return shiftBetween(profiles(one.luma, size), profiles(other.luma, size));
	}
}

function unlikeShare(correlations: Float32Array): number {
	let [textured, unlike] = [0, 0];
	for (const value of correlations) {
		if (Number.isNaN(value)) continue;
		textured++;
		if (value < UNLIKE) unlike++;
	}
	// In a picture with hardly any texture a passer-by is all there is.
	return unlike / Math.max(textured, correlations.length / 4);
}

function isLight(before: Float32Array, now: Float32Array): boolean {
	const { changes, change, level } = lightChange(before, now);
	if (Math.abs(change) < Math.max(LIGHT_LEVELS, LIGHT_GAIN * level)) return false;
	return changes.filter((each) => Math.sign(each) === Math.sign(change)).length >= LIGHT_SHARE * changes.length;
}

function lightChange(before: Float32Array, now: Float32Array) {
	const changes = now.map((mean, block) => mean - before[block]!);
	return { changes, change: median(changes), level: Math.max(median(before), median(now)) };
}
