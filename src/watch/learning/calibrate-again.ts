import type { Clock } from '../../core/clock.ts';
import { describeError, isForeframeError } from '../../core/errors.ts';
import type { Observe } from '../../core/events.ts';
import type { CameraId } from '../../core/units.ts';
import type { Calibration } from '../../score/calibration.ts';
import type { Turns } from './turns.ts';

export interface CalibrateAgainParts {
	readonly camera: CameraId;
	readonly clock: Clock;
	readonly observe: Observe;
	readonly turns: Turns;
	/** Of the calibration that the camera is making while it is watched, 0..1; null where it has one. */
	readonly progress: () => number | null;
	/** Of footage on disk, and how much a calibration wants. */
	readonly seconds: () => number;
	readonly wanted: number;
	readonly calibrate: (signal: AbortSignal) => Promise<Calibration>;
	readonly use: (calibration: Calibration) => Promise<void>;
}

const LOOK_MS = 5000;
/** A calibration that is as far as this is waited for. */
const NEARLY = 0.5;

/**
 * What a camera without a calibration has been shown is forgotten at a restart, but its footage is on disk: once there is
 * enough of it, the calibration is made from that. Tried once.
 */
export async function calibrateFromFootage(parts: CalibrateAgainParts, signal: AbortSignal): Promise<void> {
	const { camera, clock, observe, turns, progress, seconds, wanted } = parts;
	const isWanted = () => {
		const done = progress();
		return done !== null && done < NEARLY && seconds() >= wanted;
	};
	for (;;) {
		await clock.sleep(LOOK_MS, signal);
		if (!isWanted()) continue;
		using _turn = await turns.take(signal);
		if (!isWanted()) continue;
		try {
			await parts.use(await parts.calibrate(signal));
		} catch (error) {
			if (!isForeframeError(error)) throw error;
			const detail = `its footage on disk does not give a calibration: ${describeError(error)}`;
			observe({ kind: 'warning', about: camera, detail });
			return;
		}
	}
}
