import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import type { Frame } from '../core/frame.ts';
import { type CameraId, monotonicMs, type UtcMs, utcMs } from '../core/units.ts';
import type { Picture } from './engine.ts';

/** A picture's times: both in UTC and on the clock of CLOCK_MONOTONIC. */
export interface PictureTimes {
	readonly capturedAt: UtcMs;
	readonly arrivedMs: number;
}

export interface FrameMaker {
	/** The frames of one picture: one, or several of the same where the camera sends fewer than are due. */
	frames(picture: Picture, times: PictureTimes): readonly Frame[];
	/** The next picture starts a run, whatever its engine says. */
	breakRun(reason: string): void;
}

/** Numbers runs and frames over all connections of one source. */
export function frameMaker(camera: CameraId, clock: Clock, observe: Observe): FrameMaker {
	let run = 0;
	let index = 0;
	let broken: string | null = null;
	return {
		frames: (picture, { capturedAt, arrivedMs }) => {
			const reason = picture.startsRun ?? broken;
			broken = null;
			if (reason !== null || run === 0) {
				run += 1;
				index = 0;
				observe({ kind: 'run-started', camera, run, reason: reason ?? 'connected' });
			}
			if (picture.damage !== null) observe({ kind: 'frame-damaged', camera, damage: picture.damage });
			const arrivedAt = monotonicMs(clock.monotonicNow() - (hrtimeMs() - arrivedMs));
			const { width, height, luma, damage } = picture;
			return Array.from({ length: picture.slots }, () => {
				const frame: Frame = { camera, run, index, capturedAt, arrivedAt, width, height, luma, damage };
				index += 1;
				return frame;
			});
		},
		breakRun: (reason) => {
			broken = reason;
		},
	};
}

/** Now, in milliseconds of CLOCK_MONOTONIC. */
export function hrtimeMs(): number {
	return Number(process.hrtime.bigint()) / 1e6;
}

/** The UTC time of a moment on CLOCK_MONOTONIC. */
export function utcOf(momentMs: number, clock: Clock): UtcMs {
	return utcMs(Math.round(clock.utcNow() - (hrtimeMs() - momentMs)));
}
