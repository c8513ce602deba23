import { abortError } from '../core/clock.ts';

/**
 * Hands values from one loop to another that may be slower: holds one value, and a newer one takes its place.
 * One reader.
 */
export class LatestOnly<Value extends object> {
	#held: Value | null = null;
	#closed = false;
	#wake: (() => void) | null = null;

	/** Returns the value that will now never be read: the one that waited, or this one after `close`. */
	put(value: Value): Value | null {
		if (this.#closed) return value;
		const dropped = this.#held;
		this.#held = value;
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
				const value = this.#held;
				if (value !== null) {
					this.#held = null;
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
