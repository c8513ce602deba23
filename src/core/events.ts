import type { Alarm, AlarmChange, AlarmNotice } from './alarm.ts';
import type { CalibrationState } from './calibration-state.ts';
import type { CameraMode, StreamFailure } from './camera-state.ts';
import type { FeedbackAction, FeedbackChannel, FeedbackVerdict } from './feedback.ts';
import type { FloodNotice } from './flood.ts';
import type { FrameDamage } from './frame.ts';
import type { Hearing } from './hearing.ts';
import type { Distrust, Disturbance, IntegrityNotice } from './integrity.ts';
import type { CameraModel, LearningOutcome, LearningPhase } from './learning-state.ts';
import type { Score } from './score.ts';
import type { AlarmId, CameraId, UtcMs } from './units.ts';

/**
 * Everything worth knowing that happens in the daemon. Told through one `observe`; telemetry turns it into log lines and
 * metrics. Nothing is decided from it: it is not a bus.
 */
export type DaemonEvent =
	| { readonly kind: 'daemon-started'; readonly version: string; readonly cameras: number }
	| { readonly kind: 'daemon-ready'; readonly startMs: number }
	| { readonly kind: 'daemon-stopping'; readonly reason: string }
	| { readonly kind: 'camera-added'; readonly camera: CameraId }
	| { readonly kind: 'camera-removed'; readonly camera: CameraId }
	| { readonly kind: 'camera-connecting'; readonly camera: CameraId; readonly attempt: number }
	| {
			readonly kind: 'camera-connected';
			readonly camera: CameraId;
			readonly codec: string;
			readonly width: number;
			readonly height: number;
			readonly transport: string;
			/** null on the first connection. */
			readonly downMs: number | null;
	  }
	| {
			readonly kind: 'camera-lost';
			readonly camera: CameraId;
			readonly reason: StreamFailure;
			readonly detail: string;
			/** null when it will not be tried again (a recording that ended). */
			readonly retryInMs: number | null;
	  }
	| { readonly kind: 'camera-mode'; readonly camera: CameraId; readonly mode: CameraMode; readonly detail: string }
	| { readonly kind: 'run-started'; readonly camera: CameraId; readonly run: number; readonly reason: string }
	| {
			readonly kind: 'frame-received';
			readonly camera: CameraId;
			readonly stage: 'received' | 'decoded' | 'sampled';
			readonly count: number;
	  }
	| { readonly kind: 'frame-damaged'; readonly camera: CameraId; readonly damage: FrameDamage }
	/** Frames that whoever consumes a source did not take in time; the frame after them starts a new run. */
	| { readonly kind: 'frame-dropped'; readonly camera: CameraId; readonly count: number }
	| { readonly kind: 'packets-lost'; readonly camera: CameraId; readonly count: number }
	| { readonly kind: 'decode-error'; readonly camera: CameraId; readonly detail: string }
	| {
			readonly kind: 'window-dropped';
			readonly camera: CameraId /** `starting`: the network was still being loaded. */;
			readonly reason: 'backpressure' | 'damaged' | 'starting' | Distrust;
	  }
	| {
			readonly kind: 'window-scored';
			readonly camera: CameraId;
			readonly score: Score;
			/** From the target frame's arrival to its score. */
			readonly ageMs: number;
			/** From the target frame's capture (by PTS) to its score. */
			readonly captureAgeMs: number;
			readonly inferenceMs: number;
			readonly batchSize: number;
			/** Share of queries nearest to each item; null without a memory. */
			readonly memoryUsage: Float32Array | null;
	  }
	| { readonly kind: 'integrity'; readonly camera: CameraId; readonly notice: IntegrityNotice }
	/** Something passes over a camera's whole picture, and settles. */
	| { readonly kind: 'view-accepted'; readonly camera: CameraId; readonly learnsAnew: boolean }
	| { readonly kind: 'picture-disturbed'; readonly camera: CameraId; readonly disturbance: Disturbance }
	| { readonly kind: 'alarm'; readonly notice: AlarmNotice }
	/** An alarm's change that is told in a summary only. */
	| { readonly kind: 'alarm-gathered'; readonly camera: CameraId; readonly alarm: Alarm; readonly change: AlarmChange }
	| { readonly kind: 'flood'; readonly camera: CameraId; readonly notice: FloodNotice }
	| {
			readonly kind: 'feedback';
			readonly camera: CameraId;
			readonly alarm: AlarmId;
			readonly action: FeedbackAction;
			readonly channel: FeedbackChannel;
			/** What holds now. */
			readonly verdict: FeedbackVerdict | null;
			readonly effect: string;
	  }
	/** A camera is watched with this model from now on. */
	| { readonly kind: 'model-chosen'; readonly camera: CameraId; readonly model: CameraModel; readonly detail: string }
	| {
			readonly kind: 'learning-phase';
			readonly camera: CameraId;
			readonly phase: LearningPhase;
			readonly detail: string;
	  }
	| { readonly kind: 'learning-progress'; readonly camera: CameraId; readonly progress: number | null }
	| {
			readonly kind: 'learning-ended';
			readonly camera: CameraId;
			readonly outcome: LearningOutcome;
			readonly detail: string;
	  }
	/** Normal footage that is kept on disk. */
	| { readonly kind: 'footage'; readonly camera: CameraId; readonly bytes: number; readonly seconds: number }
	/** Mean cosine distances of a camera's memory from what it was at the last full hour and a day ago. */
	| {
			readonly kind: 'memory-drift';
			readonly camera: CameraId;
			readonly hour: number | null;
			readonly day: number | null;
			/** What keeps it from learning. */
			readonly frozen: 'alarm' | 'hour' | 'day' | null;
	  }
	/** It has moved as far as it may within an hour or a day, and learns no more until that time is over. */
	| {
			readonly kind: 'memory-capped';
			readonly camera: CameraId;
			readonly over: 'hour' | 'day';
			readonly drift: { readonly mean: number; readonly most: number };
	  }
	/** It is again what it was at a time. */
	| { readonly kind: 'memory-replaced'; readonly camera: CameraId; readonly at: UtcMs; readonly why: string }
	/** Synthetic oddities were tried on a copy of a camera's pictures. */
	| { readonly kind: 'hearing'; readonly camera: CameraId; readonly hearing: Hearing }
	| { readonly kind: 'provider-chosen'; readonly provider: string; readonly model: string; readonly size: string }
	| { readonly kind: 'provider-refused'; readonly provider: string; readonly reason: string }
	| { readonly kind: 'inference-queue'; readonly length: number }
	| { readonly kind: 'mqtt-connected'; readonly broker: string; readonly downMs: number | null }
	| { readonly kind: 'mqtt-lost'; readonly broker: string; readonly reason: string; readonly retryInMs: number }
	| { readonly kind: 'message-published'; readonly result: 'ok' | 'failed' | 'dropped' }
	| {
			readonly kind: 'alarm-delivered';
			readonly camera: CameraId;
			readonly delayMs: number;
			readonly replayed: boolean;
	  }
	| { readonly kind: 'outbox'; readonly messages: number; readonly oldestMs: number }
	| { readonly kind: 'websocket-clients'; readonly count: number }
	| { readonly kind: 'websocket-dropped'; readonly count: number }
	| { readonly kind: 'child-exited'; readonly camera: CameraId; readonly detail: string }
	/** systemd was told that the daemon works; `proven` is false when it could not be shown, and nothing was told. */
	| { readonly kind: 'watchdog'; readonly proven: boolean }
	/** What a camera judges by has changed: it was learned, made anew, or another light's counts. */
	| {
			readonly kind: 'calibration';
			readonly camera: CameraId;
			readonly state: CalibrationState;
			readonly detail: string;
	  }
	| { readonly kind: 'warning'; readonly about: string; readonly detail: string };

export type Observe = (event: DaemonEvent) => void;
