/** Share of quiet windows that may teach the memory. */
const SHARE = 0.95;
/** Of the gate, at one window: where no window passes any more it doubles within about 700, two to three minutes at 5 a second. */
const STEP = 1e-3;
/** It never leaves half to twice what the calibration found. */
const MOST = 2;

/**
 * The highest regular score at which a camera's memory may learn: it follows the share of its quiet windows that pass, as light
 * and contrast change slowly. A gate that stands still shuts for good when the day grows brighter.
 */
export class RunningGate {
	readonly #calibrated: number;
	#value: number;

	constructor(calibrated: number) {
		this.#calibrated = calibrated;
		this.#value = calibrated;
	}

	get value(): number {
		return this.#value;
	}

	/** The regular score of a window in which all was quiet. */
	follow(regular: number): void {
		const next = this.#value * (1 + STEP * (regular > this.#value ? SHARE : SHARE - 1));
		this.#value = Math.min(MOST * this.#calibrated, Math.max(this.#calibrated / MOST, next));
	}
}
