/** Tells when a picture was taken, from the stream's own clock and the times at which packets came. */
export interface CaptureClock {
	/** @returns Milliseconds on the clock of `arrivedMs`, never after it and never before an earlier picture's. */
	capturedMs(ptsSeconds: number, arrivedMs: number): number;
}

/** Clocks of cameras drift by less than this share. */
const DRIFT = 500e-6;
const WINDOW_MS = 10_000;
/** PTS going back by more than this is a new clock. */
const JUMP_BACK_SECONDS = 1;

/**
 * The network only ever delays, so the smallest (arrival − PTS) seen is nearest to the truth. It is taken at once when a
 * smaller one comes, and let up by at most 500 ppm when the camera's clock runs slow.
 */
export function captureClock(): CaptureClock {
	let offset = Number.POSITIVE_INFINITY;
	let lastPts = Number.NEGATIVE_INFINITY;
	let windowStart = 0;
	let windowMin = Number.POSITIVE_INFINITY;
	let latest = Number.NEGATIVE_INFINITY;
	const restart = (delay: number, arrivedMs: number) => {
		offset = delay;
		windowStart = arrivedMs;
		windowMin = delay;
	};
	return {
		capturedMs: (ptsSeconds, arrivedMs) => {
			const delay = arrivedMs - ptsSeconds * 1000;
			if (offset === Number.POSITIVE_INFINITY || ptsSeconds < lastPts - JUMP_BACK_SECONDS) restart(delay, arrivedMs);
			lastPts = ptsSeconds;
			offset = Math.min(offset, delay);
			windowMin = Math.min(windowMin, delay);
			const elapsed = arrivedMs - windowStart;
			if (elapsed >= WINDOW_MS) {
				offset += Math.min(windowMin - offset, DRIFT * elapsed);
				windowStart = arrivedMs;
				windowMin = delay;
			}
			latest = Math.max(latest, ptsSeconds * 1000 + offset);
			return latest;
		},
	};
}
