/** Of the blocks' differences from picture to picture, the one that so many are under: what stands still shows noise alone. */
const QUANTILE = 0.25;
/** Pictures whose median is taken, so that key pictures do not count. */
const PICTURES = 7;
/** Noise is too much from so many grey levels on, and from so many times what there is otherwise. */
const LEVELS_MIN = 1.6;
const TIMES = 3.5;
const WARM_SECONDS = 8;
/** The usual noise follows what there is by this share a second, upwards. */
const GROWTH = 0.002;

/** Notices when a picture becomes much noisier than it was: a failing sensor, cable or supply. */
export class NoiseWatch {
	readonly #recent: number[] = [];
	#usual: number | null = null;
	#since: number | null = null;
	#last = 0;

	/** `differences` of the blocks from the picture before. Says what is wrong, or null. */
	next(differences: Float32Array, at: number): string | null {
		const sorted = Float32Array.from(differences).sort();
		this.#recent.push(sorted[Math.floor(QUANTILE * sorted.length)] ?? 0);
		if (this.#recent.length > PICTURES) this.#recent.shift();
		this.#since ??= at;
		const step = at - this.#last;
		this.#last = at;
		if (this.#recent.length < PICTURES) return null;
		const noise = [...this.#recent].sort((one, other) => one - other)[PICTURES >> 1]!;
		const warm = at - this.#since >= WARM_SECONDS;
		const usual = this.#usual ?? noise;
		this.#usual = warm ? Math.min(noise, usual * (1 + GROWTH * step)) : Math.max(noise, usual);
		if (!warm || noise < Math.max(LEVELS_MIN, TIMES * usual)) return null;
		return `noise of ${noise.toFixed(1)} levels, otherwise ${usual.toFixed(1)}`;
	}
}
