import { z } from 'zod';
import { CAMERA_MODES, MODE_REQUESTS, STREAM_FAILURES } from '../core/camera-state.ts';
import { FEEDBACK_ACTIONS, FEEDBACK_NOTE_MAX } from '../core/feedback.ts';
import { INTEGRITY_KINDS } from '../core/integrity.ts';
import { LEARNING_OUTCOMES, LEARNING_PHASES } from '../core/learning-state.ts';
import { SNAPSHOT_REASONS } from '../core/memory.ts';
import { CHANNELS } from '../core/prediction.ts';
import { alarmMessage, floodMessage, integrityMessage } from './wire-alarms.ts';
import { cameraName, count, model, share, time, timeMs, WIRE_VERSION } from './wire-fields.ts';

export * from './wire-alarms.ts';
export { WIRE_VERSION };

/** What scores a camera's windows. */
const cameraModel = z.strictObject({
	id: z.string(),
	version: z.string(),
	sha256: z.string(),
	/** Whether the camera learned it itself. */
	learned: z.boolean(),
});

/** A camera's own learning. */
const learning = z.strictObject({
	phase: z.enum(LEARNING_PHASES),
	/** Of what the phase does; null where nobody can tell. */
	progress: share.nullable(),
	/** When it begins by itself; null where nothing but a request starts it. */
	next_time: time.nullable(),
	next_time_ms: timeMs.nullable(),
	last: z.strictObject({ time, time_ms: timeMs, outcome: z.enum(LEARNING_OUTCOMES), detail: z.string() }).nullable(),
});

export const bridgeState = z.strictObject({ state: z.enum(['online', 'offline']) });

export const bridgeInfo = z.strictObject({
	version: z.string(),
	commit: z.string().nullable(),
	wire_version: z.literal(WIRE_VERSION),
	start_time: time,
	start_time_ms: timeMs,
	detector: z.string(),
	model: model.nullable(),
	provider: z.string(),
	cameras: z.array(cameraName),
	/** By camera; one without a learned model has none. */
	models: z.record(cameraName, cameraModel),
});

export const bridgeHealth = z.strictObject({
	time,
	time_ms: timeMs,
	uptime_seconds: z.number().min(0),
	rss_bytes: count,
	loop_lag_ms: z.number().min(0),
	cameras: z.strictObject({ ok: count, total: count }),
	mqtt: z.strictObject({ connected: z.boolean(), outbox_messages: count, outbox_oldest_seconds: z.number().min(0) }),
	websocket: z.strictObject({ clients: count }),
	disk_free_bytes: count.nullable(),
});

/** Plain text, not JSON, as Home Assistant expects it. */
export const availability = z.enum(['online', 'offline']);

export const cameraStateMessage = z.strictObject({
	mode: z.enum(CAMERA_MODES),
	/** Whether an alarm is open. */
	anomaly: z.enum(['ON', 'OFF']),
	/** -log10 of how often a normal window of this camera scores as high; null without a calibration. */
	score: z.number().nullable(),
	threshold: z.number().nullable(),
	stream: z.enum(['connecting', 'ok', 'stalled', 'offline', 'ended']),
	stream_since: time,
	stream_since_ms: timeMs,
	failure: z.strictObject({ reason: z.enum(STREAM_FAILURES), detail: z.string() }).nullable(),
	/** null where the camera has no schedule. */
	schedule: z
		.strictObject({
			armed: z.boolean(),
			/** When it switches next; null where it never does. */
			next_time: time.nullable(),
			next_time_ms: timeMs.nullable(),
			/** What a person asked for instead, until then. */
			override: z.enum(['armed', 'paused']).nullable(),
		})
		.nullable(),
	learning_progress: share.nullable(),
	fps: z.number().min(0).nullable(),
	last_alarm_time: time.nullable(),
	last_alarm_time_ms: timeMs.nullable(),
	/** An alarm that ended for `lasting`, while what it was told of goes on and nobody has called it normal. */
	lasting: z.strictObject({ alarm: z.uuid(), since: time, since_ms: timeMs, question: z.literal('normal') }).nullable(),
	/** Alarms that are being gathered into a summary. */
	flood: z.strictObject({ id: z.uuid(), since: time, since_ms: timeMs, alarms: count }).nullable(),
	/** What is wrong with what the camera shows. */
	integrity: z.array(
		z.strictObject({
			kind: z.enum(INTEGRITY_KINDS),
			since: time,
			since_ms: timeMs,
			detail: z.string(),
			/** What a person does about it. */
			advice: z.string(),
		}),
	),
	model: cameraModel.nullable(),
	/** null where the camera learns no model of its own. */
	learning: learning.nullable(),
	/** Share of synthetic oddities that would have alarmed; null before it was tried. */
	sensitivity: share.nullable(),
	/** Whether it would hardly notice anything. */
	deaf: z.boolean(),
	/** What it is judged by; null before the first picture. */
	calibration: z
		.strictObject({
			light: z.enum(['day', 'night']),
			kind: z.enum(['learning', 'provisional', 'calibrated']),
			/** Normal footage that is wanted still. */
			missing_seconds: z.number().min(0),
			/** What it stands on, and when the newest of it was taken. */
			footage_hours: z.number().min(0).nullable(),
			footage_time: time.nullable(),
			footage_time_ms: timeMs.nullable(),
			/** Normal footage that is kept for the next one. */
			kept_hours: z.number().min(0),
			/** Powers of ten that the level has risen by since the first calibration. */
			crept: z.number(),
			/** The budget would have a still higher level, which is not taken. */
			held: z.boolean(),
		})
		.nullable(),
});

export const cameraStats = z.strictObject({
	time,
	time_ms: timeMs,
	fps: z.number().min(0).nullable(),
	score: z.number().nullable(),
	threshold: z.number().nullable(),
	why: z.enum(CHANNELS).nullable(),
	/** From the arrival of a frame to its score. */
	frame_age_ms: z.number().min(0).nullable(),
	inference_ms: z.number().min(0).nullable(),
	sensitivity: share.nullable(),
	windows_scored: count,
	windows_dropped: count,
});

const transaction = z.union([z.string().max(256), z.number()]);

/** A request may also be empty; whatever stands in `transaction` comes back with the response. */
export const request = z.looseObject({ transaction: transaction.optional() });
/** `learn` starts a learning, `rollback` takes the model before the running one again. */
export const learningRequest = request.extend({ camera: cameraName });
/** What the camera shows is its view from now on. */
export const cameraRequest = request.extend({ camera: cameraName });
export const VIEW_COMMANDS = ['accept'] as const;
export const LEARNING_COMMANDS = ['now', 'rollback'] as const;
export const feedbackRequest = request.extend({
	alarm: z.uuid(),
	verdict: z.enum(FEEDBACK_ACTIONS),
	note: z.string().max(FEEDBACK_NOTE_MAX).optional(),
});
export const modeRequest = request.extend({ camera: cameraName, mode: z.enum(MODE_REQUESTS) });

/** Which memories of a camera are kept, and that it remembers again what it did at a time. */
export const memoryRequest = request.extend({ camera: cameraName });
export const memoryRollbackRequest = memoryRequest.extend({
	/** The newest memory from then or before it; with `reason` exactly the one that `memory` listed with both. */
	time_ms: timeMs,
	reason: z.enum(SNAPSHOT_REASONS).optional(),
});

export const response = z.strictObject({
	status: z.enum(['ok', 'error']),
	data: z.record(z.string(), z.unknown()),
	error: z.string().optional(),
	transaction: transaction.optional(),
});

export type BridgeInfoMessage = z.infer<typeof bridgeInfo>;
export type BridgeHealthMessage = z.infer<typeof bridgeHealth>;
export type CameraStateMessage = z.infer<typeof cameraStateMessage>;
export type CameraStatsMessage = z.infer<typeof cameraStats>;
export type ResponseMessage = z.infer<typeof response>;

export const TOPIC = {
	bridgeState: 'bridge/state',
	bridgeInfo: 'bridge/info',
	bridgeHealth: 'bridge/health',
	bridgeRequest: (verb: string) => `bridge/request/${verb}`,
	bridgeResponse: (verb: string) => `bridge/response/${verb}`,
	availability: (camera: string) => `camera/${camera}/availability`,
	state: (camera: string) => `camera/${camera}/state`,
	alarm: (camera: string) => `camera/${camera}/alarm`,
	flood: (camera: string) => `camera/${camera}/flood`,
	integrity: (camera: string) => `camera/${camera}/integrity`,
	stats: (camera: string) => `camera/${camera}/stats`,
	/** Reserved: the picture of the last alarm as JPEG bytes. Nothing is sent there yet. */
	snapshot: (camera: string) => `camera/${camera}/snapshot`,
	modeSet: (camera: string) => `camera/${camera}/mode/set`,
	feedbackSet: (camera: string) => `camera/${camera}/feedback/set`,
	viewSet: (camera: string) => `camera/${camera}/view/set`,
	learnSet: (camera: string) => `camera/${camera}/learn/set`,
} as const;

export interface TopicRule {
	readonly topic: string;
	readonly direction: 'out' | 'in';
	readonly qos: 0 | 1;
	readonly retained: boolean;
	readonly schema: z.ZodType;
}

/** Every topic there is, for the documentation and its test. */
export const TOPICS: readonly TopicRule[] = [
	{ topic: TOPIC.bridgeState, direction: 'out', qos: 1, retained: true, schema: bridgeState },
	{ topic: TOPIC.bridgeInfo, direction: 'out', qos: 1, retained: true, schema: bridgeInfo },
	{ topic: TOPIC.bridgeHealth, direction: 'out', qos: 1, retained: true, schema: bridgeHealth },
	{ topic: TOPIC.availability('<id>'), direction: 'out', qos: 1, retained: true, schema: availability },
	{ topic: TOPIC.state('<id>'), direction: 'out', qos: 1, retained: true, schema: cameraStateMessage },
	{ topic: TOPIC.alarm('<id>'), direction: 'out', qos: 1, retained: false, schema: alarmMessage },
	{ topic: TOPIC.flood('<id>'), direction: 'out', qos: 1, retained: false, schema: floodMessage },
	{ topic: TOPIC.integrity('<id>'), direction: 'out', qos: 1, retained: false, schema: integrityMessage },
	{ topic: TOPIC.stats('<id>'), direction: 'out', qos: 0, retained: false, schema: cameraStats },
	{ topic: TOPIC.bridgeRequest('health'), direction: 'in', qos: 1, retained: false, schema: request },
	{ topic: TOPIC.bridgeRequest('info'), direction: 'in', qos: 1, retained: false, schema: request },
	{ topic: TOPIC.bridgeRequest('mode'), direction: 'in', qos: 1, retained: false, schema: modeRequest },
	{ topic: TOPIC.bridgeRequest('learn'), direction: 'in', qos: 1, retained: false, schema: learningRequest },
	{ topic: TOPIC.bridgeRequest('rollback'), direction: 'in', qos: 1, retained: false, schema: learningRequest },
	{ topic: TOPIC.bridgeRequest('accept_view'), direction: 'in', qos: 1, retained: false, schema: cameraRequest },
	{ topic: TOPIC.bridgeRequest('memory'), direction: 'in', qos: 1, retained: false, schema: memoryRequest },
	{
		topic: TOPIC.bridgeRequest('memory_rollback'),
		direction: 'in',
		qos: 1,
		retained: false,
		schema: memoryRollbackRequest,
	},
	{ topic: TOPIC.bridgeRequest('feedback'), direction: 'in', qos: 1, retained: false, schema: feedbackRequest },
	{ topic: TOPIC.feedbackSet('<id>'), direction: 'in', qos: 1, retained: false, schema: z.enum(FEEDBACK_ACTIONS) },
	{ topic: TOPIC.learnSet('<id>'), direction: 'in', qos: 1, retained: false, schema: z.enum(LEARNING_COMMANDS) },
	{ topic: TOPIC.viewSet('<id>'), direction: 'in', qos: 1, retained: false, schema: z.enum(VIEW_COMMANDS) },
	{ topic: TOPIC.modeSet('<id>'), direction: 'in', qos: 1, retained: false, schema: z.enum(MODE_REQUESTS) },
	{ topic: TOPIC.bridgeResponse('<verb>'), direction: 'out', qos: 1, retained: false, schema: response },
];
