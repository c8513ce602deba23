import { abortError } from '../core/clock.ts';

/**
 * Hands values from one loop to another that may be slower: holds as many as there is room for, one unless told, and a
 * newer one takes the place of the oldest. One reader.
 */
export class LatestOnly<Value extends object> {
	readonly #room: () => number;
	readonly #held: Value[] = [];
	#closed = false;
	#wake: (() => void) | null = null;

	/** `room` is asked with each value; it may change. */
	constructor(room: () => number = () => 1) {
		this.#room = room;
	}

	/** Returns the values that will now never be read: those that waited longest, or this one after `close`. */
	put(value: Value): readonly Value[] {
		if (this.#closed) return [value];
		this.#held.push(value);
		const dropped = this.#held.splice(0, Math.max(0, this.#held.length - Math.max(1, this.#room())));
		this.#wake?.();
		return dropped;
	}

	/** No more values come; the reader still gets the one that waits, then ends. */
	close(): void {
		this.#closed = true;
		this.#wake?.();
	}

	/** @throws an AbortError as soon as `signal` is aborted. */
	async *values(signal: AbortSignal): AsyncGenerator<Value, void, undefined> {
		const onAbort = () => this.#wake?.();
		signal.addEventListener('abort', onAbort, { once: true });
		try {
			for (;;) {
				if (signal.aborted) throw abortError(signal);
				const value = this.#held.shift();
				if (value !== undefined) {
					yield value;
				} else if (this.#closed) {
					return;
				} else {
					await this.#change();
				}
			}
		} finally {
			signal.removeEventListener('abort', onAbort);
		}
	}

	#change(): Promise<void> {
		if (this.#wake !== null) throw new Error('Two loops read from one LatestOnly: it has one reader');
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#wake = () => {
			this.#wake = null;
			resolve();
		};
		return promise;
	}
}
