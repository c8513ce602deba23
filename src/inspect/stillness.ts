import type { Look } from './look.ts';

/** Grey levels by which no block's mean changes while a picture stands still, coded anew or not. */
const MOTION_LEVELS = 1;
/** A picture that stands still so long is frozen, */
const STILL_SECONDS = 6;
/** or so many times longer than it ever stood still and went on by itself. */
const LONGEST_TIMES = 2.5;
/** Pictures that were equal to the one before, before a scene stands still. */
const EQUAL_MIN = 3;
/** Who stood still for so long and moves by a leap of so many levels was away meanwhile. */
const ASLEEP_SECONDS = 1;
const LEAP_LEVELS = 6;

export interface StillFinding {
	/** The picture is frozen. */
	readonly frozen: boolean;
	/** It has just moved on, to what happened meanwhile. */
	readonly thawed: boolean;
	readonly seconds: number;
}

/**
 * Tells a frozen picture from a still scene. A sensor's noise makes each key picture another one; what is sent again and
 * again is equal bit by bit, all the time or, where it is coded anew, now and then. A camera that shows that by itself
 * (a drawn picture) is given longer than it ever took.
 */
export class Stillness {
	#before: Look | null = null;
	#returns = new Returns(0);
	#condemned = false;
	#since = 0;
	/** Pictures of the stretch that were equal to the one before, and that were not. */
	#equal = 0;
	#fresh = 0;
	#returned = false;
	#longest = 0;

	/** `differences` of the blocks from the picture before; null where that is not to be compared with. */
	next(seen: Look, differences: Float32Array | null, at: number): StillFinding {
		const before = this.#before;
		this.#before = seen;
		const leap = before === null ? Number.POSITIVE_INFINITY : largestDifference(before.means, seen.means);
		const stillSeconds = at - this.#since;
		if (before === null || leap > MOTION_LEVELS) {
			const asleep = this.#isExact && stillSeconds >= ASLEEP_SECONDS;
			this.#begin(at);
			this.#returns = new Returns(seen.codes.length);
			this.#returns.remember(seen.codes, at);
			return { frozen: false, thawed: asleep && before !== null && leap >= LEAP_LEVELS, seconds: 0 };
		}
		const returned = differences !== null && this.#returns.next(before.codes, seen, differences, at);
		this.#returns.remember(seen.codes, at);
		if (seen.codes.every((code, block) => code === before.codes[block])) this.#equal++;
		else if (returned) this.#returned = true;
		else {
			if (this.#isExact) this.#begin(at);
			this.#fresh++;
		}
		const limit = Math.max(STILL_SECONDS, LONGEST_TIMES * this.#longest);
		return { frozen: (this.#isExact || this.#returned) && stillSeconds >= limit, thawed: false, seconds: stillSeconds };
	}

	/** The stretch that goes on is a fault: nothing to get used to. */
	condemn(): void {
		this.#condemned = true;
	}

	get #isExact(): boolean {
		return this.#fresh === 0 && this.#equal >= EQUAL_MIN;
	}

	#begin(at: number): void {
		if (!this.#condemned && (this.#isExact || this.#returned)) {
			this.#longest = Math.max(this.#longest, at - this.#since);
		}
		this.#condemned = false;
		this.#since = at;
		this.#equal = 0;
		this.#fresh = 0;
		this.#returned = false;
	}
}

/** A block returns so much later, and pictures are remembered for so long and at such distances. */
const RETURN_SECONDS = 0.8;
const REMEMBERED_SECONDS = 15;
const REMEMBERED_EVERY_SECONDS = 0.15;
/**
 * What a block had before it returned differed from it by so many levels, in the mean and in all: few pixels that flicker
 * are the same again by chance.
 */
const APART_LEVELS = 0.25;
const APART_SUM = 24;
/** Black is black again whoever has passed. */
const TEXTURE_MIN = 2.5;
/** So many of the blocks have returned within this time: not a lamp that blinks. */
const RETURNED_SHARE = 0.1;
const RETURNED_SECONDS = 9;

/**
 * Notices what becomes again, bit by bit, what it was before: blocks of a still picture do, whenever they are coded as
 * before, though the whole picture hardly ever is; blocks with noise of their own do not.
 */
class Returns {
	#remembered: { readonly codes: Int32Array; readonly at: number }[] = [];
	/** When each block last returned. */
	readonly #returnedAt: Float64Array;

	constructor(blocks: number) {
		this.#returnedAt = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
	}

	/** Whether the whole picture or enough of its blocks have returned. */
	next(before: Int32Array, { codes, deviations, pixels }: Look, differences: Float32Array, at: number): boolean {
		const earlier = this.#remembered.filter((picture) => at - picture.at >= RETURN_SECONDS);
		const returnedAt = this.#returnedAt;
		const apart = Math.max(APART_LEVELS, APART_SUM / pixels);
		let returned = 0;
		for (let block = 0; block < codes.length; block++) {
			const code = codes[block]!;
			const changed = code !== before[block] && differences[block]! >= apart;
			if (changed && deviations[block]! >= TEXTURE_MIN && earlier.some((picture) => picture.codes[block] === code))
				returnedAt[block] = at;
			if (at - returnedAt[block]! <= RETURNED_SECONDS) returned++;
		}
		if (returned >= RETURNED_SHARE * codes.length) return true;
		const isNew = codes.some((code, block) => code !== before[block]);
		return isNew && earlier.some((picture) => picture.codes.every((code, block) => code === codes[block]));
	}

	remember(codes: Int32Array, at: number): void {
		const newest = this.#remembered.at(-1);
		if (newest !== undefined && at - newest.at < REMEMBERED_EVERY_SECONDS) return;
		this.#remembered.push({ codes, at });
		while (at - this.#remembered[0]!.at > REMEMBERED_SECONDS) this.#remembered.shift();
	}
}

function largestDifference(one: Float32Array, other: Float32Array): number {
	if (one.length !== other.length) return Number.POSITIVE_INFINITY;
	let largest = 0;
	for (let at = 0; at < one.length; at++) {
		const difference = Math.abs(one[at]! - other[at]!);
		if (difference > largest) largest = difference;
	}
	return largest;
}
