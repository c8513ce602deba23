/** The highest value of the last so many seconds. Values come in order of time. */
export class RecentHighest {
	readonly #seconds: number;
	/** Each lower than the one before: what a later, higher one has outdone is forgotten. */
	#falling: { readonly at: number; readonly value: number }[] = [];

	constructor(seconds: number) {
		this.#seconds = seconds;
	}

	/** -Infinity before the first. */
	get highest(): number {
		return this.#falling[0]?.value ?? Number.NEGATIVE_INFINITY;
	}

	note(at: number, value: number): void {
		while (this.#falling.length > 0 && this.#falling.at(-1)!.value <= value) this.#falling.pop();
		this.#falling.push({ at, value });
		while (this.#falling[0]!.at < at - this.#seconds) this.#falling.shift();
	}
}
