/** The whole picture's light changes by more than this between two looks: no drift, a step. */
const STEP = 0.02;
/** What begins so many seconds before a step was seen, or after it, may be of the light's making. */
const BEFORE_SECONDS = 3;
const AFTER_SECONDS = 6;
const STEPS_MOST = 256;

/** When the light of the whole picture changed fast: then shades and sunny places change unlike each other. */
export class LightSteps {
	#steps: number[] = [];

	/** `gain` of the whole picture since the look before; `at` seconds. */
	follow(gain: number, at: number): void {
		if (Math.abs(gain - 1) > STEP)
			this.#steps = [...this.#steps.slice(Math.max(0, this.#steps.length + 1 - STEPS_MOST)), at];
	}

	/** Whether the light changed about then. */
	near(at: number): boolean {
		return this.#steps.some((step) => at >= step - BEFORE_SECONDS && at <= step + AFTER_SECONDS);
	}
}
