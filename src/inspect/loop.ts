/** Longest period that is looked for, and pictures that are remembered at most. */
const PERIOD_SECONDS_MAX = 130;
const PICTURES_MAX = 1400;
/** What repeats faster is machinery or a lamp. */
const PERIOD_SECONDS_MIN = 2;
/** A picture is one that was seen before when they differ by less than this share of what moved just now, in energy. */
const SAME_SHARE = 0.15;
/** Something moves: mean square of the blocks' changes, levels², and so many times what there is when nothing does. */
const MOTION_MIN = 0.02;
const MOTION_TIMES = 6;
const CALM_GROWTH = 1.004;
/** Pictures with motion that repeat in a row, and the blocks in which something moved meanwhile. */
const REPEATED_SECONDS = 1.4;
const MOVING_BLOCKS = 5;
const MOVING_ENERGY = 0.5;
const MOVING_SECONDS = 4;

export interface LoopFinding {
	/** Of the loop; null where there is none. */
	readonly periodSeconds: number | null;
	/** This picture was seen before, and what moves in it as well. */
	readonly suspect: boolean;
}

const NOTHING: LoopFinding = { periodSeconds: null, suspect: false };

/**
 * Notices a recording that is played again and again: everything that moves moves as it did a period ago, picture after
 * picture. Where nothing moves there is nothing to tell it by.
 */
export class LoopWatch {
	readonly #framesPerSecond: number;
	readonly #capacity: number;
	readonly #shortest: number;
	/** Means of the blocks from the picture's mean, `[capacity, blocks]`, a ring. */
	readonly #pictures: Float32Array;
	/** Pictures with motion in a row that were equal to the one so many pictures ago. */
	readonly #repeats: Uint16Array;
	/** 0 where no picture came in its time. */
	readonly #present: Uint8Array;
	readonly #moving: Float32Array;
	readonly #blocks: number;
	/** The block that changed most with the newest picture: where others are told apart soonest. */
	#liveliest = 0;
	#count = 0;
	#calm = MOTION_MIN;

	/** `blocks`: of each picture. */
	constructor(framesPerSecond: number, blocks: number) {
		this.#blocks = blocks;
		this.#moving = new Float32Array(blocks);
		this.#framesPerSecond = framesPerSecond;
		this.#capacity = Math.min(PICTURES_MAX, Math.ceil(PERIOD_SECONDS_MAX * framesPerSecond));
		this.#shortest = Math.ceil(PERIOD_SECONDS_MIN * framesPerSecond);
		this.#pictures = new Float32Array(this.#capacity * this.#blocks);
		this.#repeats = new Uint16Array(this.#capacity);
		this.#present = new Uint8Array(this.#capacity);
	}

	/** `missed`: so many pictures before this one did not come. */
	next(means: Float32Array, missed: number): LoopFinding {
		for (let left = Math.min(missed, this.#capacity); left > 0; left--) this.#leaveOut();
		const at = this.#keep(means);
		const known = Math.min(this.#count, this.#capacity);
		if (known < 2) return NOTHING;
		const motion = this.#motion(at);
		if (motion === null) return this.#find(known, false);
		this.#calm = Math.min(motion, this.#calm * CALM_GROWTH);
		const active = motion > Math.max(MOTION_MIN, MOTION_TIMES * this.#calm);
		if (active) this.#compare(at, known, SAME_SHARE * motion);
		return this.#find(known, active);
	}

	#keep(means: Float32Array): number {
		const at = (this.#count % this.#capacity) * this.#blocks;
		this.#present[this.#count % this.#capacity] = 1;
		this.#count++;
		const mean = means.reduce((sum, value) => sum + value, 0) / this.#blocks;
		for (let block = 0; block < this.#blocks; block++) this.#pictures[at + block] = means[block]! - mean;
		return at;
	}

	#leaveOut(): void {
		this.#present[this.#count % this.#capacity] = 0;
		this.#count++;
	}

	/** Mean square of the change from the picture before, null without one; remembers where. */
	#motion(at: number): number | null {
		const before = at === 0 ? (this.#capacity - 1) * this.#blocks : at - this.#blocks;
		if (this.#present[before / this.#blocks] === 0) return null;
		const fades = Math.exp(-1 / (MOVING_SECONDS * this.#framesPerSecond));
		let sum = 0;
		let most = 0;
		for (let block = 0; block < this.#blocks; block++) {
			const square = (this.#pictures[at + block]! - this.#pictures[before + block]!) ** 2;
			this.#moving[block] = fades * this.#moving[block]! + square;
			sum += square;
			if (square <= most) continue;
			most = square;
			this.#liveliest = block;
		}
		return sum / this.#blocks;
	}

	#compare(at: number, known: number, limit: number): void {
		const most = limit * this.#blocks;
		for (let lag = 2; lag < known; lag++) {
			const from = at - lag * this.#blocks;
			const other = from < 0 ? from + this.#capacity * this.#blocks : from;
			if (this.#present[other / this.#blocks] === 0) continue;
			const telling = this.#pictures[at + this.#liveliest]! - this.#pictures[other + this.#liveliest]!;
			let sum = telling * telling > most ? telling * telling : 0;
			for (let block = 0; block < this.#blocks && sum <= most; block++) {
				const difference = this.#pictures[at + block]! - this.#pictures[other + block]!;
				sum += difference * difference;
			}
			if (sum <= most) this.#repeats[lag]!++;
			// One picture may have been coded badly.
			else this.#repeats[lag]! >>= 2;
		}
	}

	#find(known: number, active: boolean): LoopFinding {
		const enough = Math.ceil(REPEATED_SECONDS * this.#framesPerSecond);
		let period: number | null = null;
		let suspect = false;
		for (let lag = 2; lag < known; lag++) {
			const repeats = this.#repeats[lag]!;
			if (lag < this.#shortest) {
				if (repeats >= enough) return NOTHING;
				continue;
			}
			suspect ||= active && repeats > 0;
			if (period === null && repeats >= enough) period = lag / this.#framesPerSecond;
		}
		const places = this.#moving.reduce((count, energy) => count + (energy > MOVING_ENERGY ? 1 : 0), 0);
		if (places < MOVING_BLOCKS) return NOTHING;
		return { periodSeconds: period, suspect: suspect || period !== null };
	}
}
