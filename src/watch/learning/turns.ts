import { abortError } from '../../core/clock.ts';

/** One at a time, in the order in which they came: a box has no room for two learnings. */
export class Turns {
	readonly #waiting: (() => void)[] = [];
	#taken = false;

	/** Whether whoever comes now has to wait. */
	get taken(): boolean {
		return this.#taken;
	}

	/** @throws an AbortError when `signal` aborts first. */
	async take(signal: AbortSignal): Promise<Disposable> {
		if (signal.aborted) throw abortError(signal);
		if (this.#taken) await this.#wait(signal);
		this.#taken = true;
		return { [Symbol.dispose]: () => this.#next() };
	}

	async #wait(signal: AbortSignal): Promise<void> {
		const turn = Promise.withResolvers<void>();
		const onAbort = () => {
			const place = this.#waiting.indexOf(turn.resolve);
			if (place >= 0) this.#waiting.splice(place, 1);
			turn.reject(abortError(signal));
		};
		this.#waiting.push(turn.resolve);
		signal.addEventListener('abort', onAbort, { once: true });
		try {
			await turn.promise;
		} finally {
			signal.removeEventListener('abort', onAbort);
		}
	}

	#next(): void {
		const next = this.#waiting.shift();
		if (next === undefined) this.#taken = false;
		// It stays taken, so that nobody who comes before the next one has woken goes first.
		else next();
	}
}
