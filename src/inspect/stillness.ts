/** Grey levels by which no block's mean changes while a picture stands still, coded anew or not. */
const MOTION_LEVELS = 1;
/** A picture that stands still so long is frozen, */
const STILL_SECONDS = 6;
/** or so many times longer than it ever stood still and went on by itself. */
const LONGEST_TIMES = 2.5;
/** Pictures that were equal to the one before, before a scene stands still. */
const EQUAL_MIN = 3;
/** A picture that comes again bit by bit this much later, with others in between, and how long it is remembered. */
const AGAIN_SECONDS = 0.8;
const REMEMBERED_SECONDS = 30;
const AGAIN_TIMES = 1;
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
	readonly #seenAt = new Map<number, number>();
	#before: { readonly luma: Uint8Array; readonly means: Float32Array } | null = null;
	#condemned = false;
	#since = 0;
	/** Pictures of the stretch that were equal to the one before, or to an earlier one, and that were new. */
	#equal = 0;
	#again = 0;
	#fresh = 0;
	#longest = 0;

	next(luma: Uint8Array, means: Float32Array, at: number): StillFinding {
		const before = this.#before;
		this.#before = { luma, means };
		const hash = hashOf(luma);
		const seenAt = this.#seenAt.get(hash);
		this.#remember(hash, at);
		const leap = before === null ? Number.POSITIVE_INFINITY : largestDifference(before.means, means);
		const equal = before !== null && Buffer.compare(before.luma, luma) === 0;
		const stillSeconds = at - this.#since;
		if (leap > MOTION_LEVELS) {
			const asleep = this.#isExact && stillSeconds >= ASLEEP_SECONDS;
			this.#begin(at);
			return { frozen: false, thawed: asleep && before !== null && leap >= LEAP_LEVELS, seconds: 0 };
		}
		if (equal) this.#equal++;
		else {
			if (seenAt !== undefined && at - seenAt >= AGAIN_SECONDS) this.#again++;
			else {
				if (this.#isExact) this.#begin(at);
				this.#fresh++;
			}
		}
		const exact = this.#isExact || this.#again >= AGAIN_TIMES;
		const limit = Math.max(STILL_SECONDS, LONGEST_TIMES * this.#longest);
		return { frozen: exact && stillSeconds >= limit, thawed: false, seconds: stillSeconds };
	}

	/** The stretch that goes on is a fault: nothing to get used to. */
	condemn(): void {
		this.#condemned = true;
	}

	get #isExact(): boolean {
		return this.#fresh === 0 && this.#equal >= EQUAL_MIN;
	}

	#begin(at: number): void {
		if (!this.#condemned && (this.#isExact || this.#again >= AGAIN_TIMES)) {
			this.#longest = Math.max(this.#longest, at - this.#since);
		}
		this.#condemned = false;
		this.#since = at;
		this.#equal = 0;
		this.#again = 0;
		this.#fresh = 0;
	}

	#remember(hash: number, at: number): void {
		this.#seenAt.delete(hash);
		this.#seenAt.set(hash, at);
		for (const [old, seenAt] of this.#seenAt) {
			if (at - seenAt <= REMEMBERED_SECONDS) break;
			this.#seenAt.delete(old);
		}
	}
}

function largestDifference(one: Float32Array, other: Float32Array): number {
	let largest = 0;
	for (let at = 0; at < one.length; at++) {
		const difference = Math.abs(one[at]! - other[at]!);
		if (difference > largest) largest = difference;
	}
	return largest;
}

/** 52 bits, four bytes at a time: two hashes of 32 bits (Fowler, Noll, Vo) with different primes. */
function hashOf(luma: Uint8Array): number {
	const words = luma.byteOffset % 4 === 0 ? new Int32Array(luma.buffer, luma.byteOffset, luma.length >> 2) : null;
	let [one, other] = [0x811c9dc5 | 0, 0x2f0b4f27 | 0];
	const count = words === null ? luma.length : words.length;
	for (let at = 0; at < count; at++) {
		const value = words === null ? luma[at]! : words[at]!;
		one = Math.imul(one ^ value, 0x01000193);
		other = Math.imul(other ^ value, 0x5bd1e995);
		other ^= other >>> 13;
	}
	return (one >>> 0) * 2 ** 20 + (other >>> 12);
}
