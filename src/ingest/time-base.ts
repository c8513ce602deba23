import type { Size } from '../core/frame.ts';

export interface Pick {
	/** Why a new run starts with this picture; null within a run. */
	readonly startsRun: string | null;
	/** How many due times it fills, 1 unless the camera sends fewer frames than are due. */
	readonly slots: number;
}

/** Chooses from decoded pictures, in the order they are shown, those that are due. */
export interface TimeBase {
	/** null: not due, or older than one that was seen already. */
	take(ptsSeconds: number, size: Size): Pick | null;
}

/** Beyond what the camera's own rate explains, so much more than this many intervals of the time base is a gap. */
const GAP_INTERVALS = 1.5;
/** A picture this much older than the one before is late (reordering); older still, and time has jumped back. */
const LATE_SECONDS = 1;
/** RTP counts 90 kHz in 32 bits, MPEG-TS in 33. */
const WRAPS_SECONDS = [2 ** 32 / 90_000, 2 ** 33 / 90_000] as const;
const WRAP_TOLERANCE_SECONDS = 5;
const INTERVALS_KEPT = 9;

/**
 * A picture is due at `start + k / framesPerSecond`; the one taken is the first at or after that, or before it by at most
 * half the camera's own frame interval: on a steady camera the nearest.
 * @param cameraFramesPerSecond What the stream says of itself, until its times tell better; null when it says nothing.
 */
export function timeBase(framesPerSecond: number, cameraFramesPerSecond: number | null): TimeBase {
	const step = 1 / framesPerSecond;
	const unwrap = unwrapper();
	const cameraInterval = intervalEstimate(cameraFramesPerSecond === null ? step : 1 / cameraFramesPerSecond);
	let last: { readonly pts: number; readonly size: Size } | null = null;
	let origin = 0;
	let index = 0;
	return {
		take: (ptsSeconds, size) => {
			const pts = unwrap(ptsSeconds);
			const before = last;
			const delta = before === null ? 0 : pts - before.pts;
			if (before !== null && delta <= 0 && delta > -LATE_SECONDS) return null;
			const startsRun =
				before === null ? 'connected' : discontinuity(before.size, size, delta, cameraInterval.seconds(), step);
			if (delta > 0) cameraInterval.add(delta);
			last = { pts, size: { width: size.width, height: size.height } };
			if (startsRun !== null) {
				origin = pts;
				index = 1;
				return { startsRun, slots: 1 };
			}
			const tolerance = Math.min(step, cameraInterval.seconds()) / 2;
			const due = origin + index * step;
			if (pts < due - tolerance) return null;
			// Rounded so that 0.1 + 0.2 counts as 0.3.
			const slots = Math.floor((pts + tolerance - due) / step - 1e-6) + 1;
			index += Math.max(1, slots);
			return { startsRun: null, slots: Math.max(1, slots) };
		},
	};
}

function discontinuity(was: Size, is: Size, delta: number, cameraInterval: number, step: number): string | null {
	if (was.width !== is.width || was.height !== is.height) {
		return `the picture changed from ${was.width}x${was.height} to ${is.width}x${is.height}`;
	}
	if (delta <= 0) return `time jumped back by ${(-delta).toFixed(1)} s`;
	if (delta > cameraInterval + GAP_INTERVALS * step) return `${delta.toFixed(1)} s without a frame`;
	return null;
}

/** The median of the last intervals: one lost frame or one jump does not change it. */
function intervalEstimate(first: number) {
	const recent: number[] = [];
	return {
		seconds: () => {
			if (recent.length < 3) return Math.min(first, ...recent);
			const sorted = [...recent].sort((a, b) => a - b);
			return sorted[sorted.length >> 1] ?? first;
		},
		add: (seconds: number) => {
			recent.push(seconds);
			if (recent.length > INTERVALS_KEPT) recent.shift();
		},
	};
}

function unwrapper(): (seconds: number) => number {
	let offset = 0;
	let last: number | null = null;
	return (seconds) => {
		if (last !== null) {
			const back = last - seconds;
			for (const wrap of WRAPS_SECONDS) if (Math.abs(back - wrap) < WRAP_TOLERANCE_SECONDS) offset += wrap;
		}
		last = seconds;
		return seconds + offset;
	};
}
