import type { Hearing } from './hearing.ts';
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

/** `learning`: watched, but without a calibration, so it cannot alarm yet. `fault`: cannot be watched. */
export type CameraMode = 'learning' | 'armed' | 'paused' | 'fault';
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
	/** 0..1 of the calibration's footage collected; null when it has one. */
	readonly learningProgress: number | null;
	readonly framesPerSecond: number | null;
	readonly surprise: number | null;
	readonly level: number | null;
	readonly anomaly: boolean;
	readonly lastAlarmAt: UtcMs | null;
	/** null where nothing is learned. */
	readonly model: CameraModel | null;
	/** null where the camera learns no model of its own. */
	readonly learning: LearningState | null;
	/** What came of the last trial whether it would notice something odd; null before the first. */
	readonly hearing: Hearing | null;
}
