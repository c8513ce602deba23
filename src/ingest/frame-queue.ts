import { abortError } from '../core/clock.ts';
import type { Frame } from '../core/frame.ts';

/** Holds frames between a camera, which does not wait, and whoever takes them. */
export interface FrameQueue {
	put(frame: Frame): void;
	/**
	 * Empties a full queue, so that what its consumer misses is missed in one piece and what it gets next is new.
	 * @returns How many frames were thrown away; 0 while there is room.
	 */
	makeRoom(): number;
	/** The oldest frame that waits, or the next one that comes. @throws AbortError */
	take(signal: AbortSignal): Promise<Frame>;
}

export function frameQueue(limit: number): FrameQueue {
	const frames: Frame[] = [];
	let wake: (() => void) | null = null;
	return {
		put: (frame) => {
			frames.push(frame);
			wake?.();
		},
		makeRoom: () => (frames.length < limit ? 0 : frames.splice(0).length),
		take: async (signal) => {
			for (;;) {
				if (signal.aborted) throw abortError(signal);
				const frame = frames.shift();
				if (frame !== undefined) return frame;
				const { promise, resolve } = Promise.withResolvers<void>();
				const onAbort = () => resolve();
				wake = resolve;
				signal.addEventListener('abort', onAbort, { once: true });
				await promise;
				signal.removeEventListener('abort', onAbort);
				wake = null;
			}
		},
	};
}
