/** Lets one loop sleep until there is something to do. A wake-up while it is busy is kept for its next wait. */
export interface Wakeup {
	wake(): void;
	/** Returns on the next or a kept wake-up, or when the signal aborts. */
	wait(signal: AbortSignal): Promise<void>;
}

export function createWakeup(): Wakeup {
	let due = false;
	let wakeWaiting: (() => void) | null = null;
	const wake = () => {
		due = true;
		wakeWaiting?.();
	};
	return {
		wake,
		wait: async (signal) => {
			if (!due && !signal.aborted) {
				const { promise, resolve } = Promise.withResolvers<void>();
				wakeWaiting = resolve;
				signal.addEventListener('abort', resolve as () => void, { once: true });
				await promise;
				signal.removeEventListener('abort', resolve as () => void);
				wakeWaiting = null;
			}
			due = false;
		},
	};
}
