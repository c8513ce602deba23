import type { LastingAlarm } from './alarm.ts';
import type { CalibrationState } from './calibration-state.ts';
import type { FloodState } from './flood.ts';
import type { Hearing } from './hearing.ts';
import type { OpenFault } from './integrity.ts';
import type { CameraModel, LearningState } from './learning-state.ts';
import type { CameraId, UtcMs } from './units.ts';

/** Why a camera's stream failed, one word each; `docs/errors.md` says what a person can do about it. */
export const STREAM_FAILURES = [
	'refused',
	'not-found',
	'unauthorised',
	'tls',
	'timed-out',
	'codec',
	'stalled',
	'ended',
	'unreachable',
	'crashed',
	'unknown',
] as const;
export type StreamFailure = (typeof STREAM_FAILURES)[number];

/**
 * `learning`: watched, but without a calibration, so it cannot alarm yet. `disarmed`: its schedule lets no alarm start, all else
 * goes on. `paused`: a person does. `fault`: cannot be watched.
 */
export const CAMERA_MODES = ['learning', 'armed', 'disarmed', 'paused', 'fault'] as const;
export type CameraMode = (typeof CAMERA_MODES)[number];
/** What a person may ask for: `schedule` goes back to it. */
export const MODE_REQUESTS = ['armed', 'paused', 'schedule'] as const;
export type ModeRequest = (typeof MODE_REQUESTS)[number];

/** What a camera's schedule says. */
export interface ScheduleState {
	readonly armed: boolean;
	/** When it switches next; null where it never does. */
	readonly nextAt: UtcMs | null;
	/** What a person asked for instead, until then. */
	readonly override: 'armed' | 'paused' | null;
}
export type StreamState = 'connecting' | 'ok' | 'stalled' | 'offline' | 'ended';

/** What everybody is told of a camera: published, retained, served. */
export interface CameraState {
	readonly camera: CameraId;
	readonly mode: CameraMode;
	readonly stream: StreamState;
	/** Since when `stream` has been so. */
	readonly streamSince: UtcMs;
	/** null while the stream is well. */
	readonly failure: { readonly reason: StreamFailure; readonly detail: string } | null;
	/** null where there is none. */
	readonly schedule: ScheduleState | null;
	/** 0..1 of the calibration's footage collected; null when it has one. */
	readonly learningProgress: number | null;
	readonly framesPerSecond: number | null;
	readonly surprise: number | null;
	readonly level: number | null;
	readonly anomaly: boolean;
	readonly lastAlarmAt: UtcMs | null;
	/** An alarm that ended because it went on for too long, while what it was told of goes on and nobody calls it normal. */
	readonly lasting: LastingAlarm | null;
	/** Alarms that are being gathered, since there are too many. */
	readonly flood: FloodState | null;
	/** What is wrong with what the camera shows; a person must see to it. */
	readonly integrity: readonly OpenFault[];
	/** null where nothing is learned. */
	readonly model: CameraModel | null;
	/** null where the camera learns no model of its own. */
	readonly learning: LearningState | null;
	/** What came of the last trial whether it would notice something odd; null before the first. */
	readonly hearing: Hearing | null;
	/** What it is judged by; null before the first picture. */
	readonly calibration: CalibrationState | null;
}
