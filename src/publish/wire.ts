import { z } from 'zod';
import { ALARM_CHANGES, ALARM_WHYS, END_REASONS } from '../core/alarm.ts';
import { CAMERA_MODES, MODE_REQUESTS, STREAM_FAILURES } from '../core/camera-state.ts';
import { EVIDENCE_PICTURES } from '../core/explanation.ts';
import { FEEDBACK_ACTIONS, FEEDBACK_NOTE_MAX, FEEDBACK_VERDICTS } from '../core/feedback.ts';
import { FLOOD_CHANGES } from '../core/flood.ts';
import { INTEGRITY_CHANGES, INTEGRITY_KINDS } from '../core/integrity.ts';
import { LEARNING_OUTCOMES, LEARNING_PHASES } from '../core/learning-state.ts';
import { SNAPSHOT_REASONS } from '../core/memory.ts';
import { CHANNELS } from '../core/prediction.ts';
import { STANDING_ALARM_KINDS } from '../core/standing.ts';

/**
 * The format of every message that leaves the daemon, over MQTT and WebSocket alike. Fields are only ever added within a
 * version; a changed meaning is a new version. Topics are written here without the base.
 */
export const WIRE_VERSION = 1;

/** RFC 3339 in UTC with milliseconds. Every such field has a twin that ends in `_ms` with the same instant as an integer. */
const time = z.iso.datetime({ precision: 3 });
const timeMs = z.int();
const cameraName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);
const model = z.strictObject({ id: z.string(), version: z.string() });
const share = z.number().min(0).max(1);
const count = z.int().min(0);
const box = z.tuple([share, share, share, share]);

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

/** What is known of an alarm, wherever it is told. */
const alarmFields = {
	id: z.uuid(),
	camera: cameraName,
	start_time: time,
	start_time_ms: timeMs,
	/** null while it goes on. */
	end_time: time.nullable(),
	end_time_ms: timeMs.nullable(),
	/** Why it ended; null while it goes on. */
	end_reason: z.enum(END_REASONS).nullable(),
	/** What the alarm asks a person: whether what went on for so long is normal now. */
	question: z.enum(['normal']).nullable(),
	/** What a person says of it, as it holds; null where nobody has said anything. */
	feedback: z.enum(FEEDBACK_VERDICTS).nullable(),
	/** Whether it is told in a summary instead of by a message of its own. */
	gathered: z.boolean(),
	/** When the picture was taken that this state was drawn from. */
	frame_time: time,
	frame_time_ms: timeMs,
	peak_time: time,
	peak_time_ms: timeMs,
	score: z.number(),
	peak_score: z.number(),
	/** The level in force when it was judged. */
	threshold: z.number(),
	/** The peak is seen once in this many hours of normal footage; at most 1e9. */
	once_in_hours: z.number().min(0).max(1e9),
	severity: z.enum(['low', 'medium', 'high']),
	/** The channel that was rarest, or `standing` of what stands still and did not. */
	why: z.enum(ALARM_WHYS),
	/** What stands, or is missing, and since when; null of what moves. */
	standing: z.strictObject({ kind: z.enum(STANDING_ALARM_KINDS), since: time, since_ms: timeMs }).nullable(),
	/** Where, as [x, y, width, height] in shares of the picture from its top left. */
	bbox: box.nullable(),
	/** All the places that were strange at the peak, the strangest first. */
	boxes: z.array(box),
	/** The configured zones that it has been in so far. */
	zones: z.array(z.string()),
	/** Channels that were rare at the peak, the rarest first. */
	reasons: z.array(
		z.strictObject({ channel: z.enum(ALARM_WHYS), score: z.number(), once_in_hours: z.number().min(0).max(1e9) }),
	),
	model,
};

/** An alarm as the HTTP API serves it. */
export const alarmRecord = z.strictObject(alarmFields);

/** Why an alarm is one, as the HTTP API serves it. */
export const explanation = z.strictObject({
	alarm: z.uuid(),
	camera: cameraName,
	frame_time: time,
	frame_time_ms: timeMs,
	/** For people. */
	text: z.string(),
	score: z.number(),
	threshold: z.number(),
	once_in_hours: z.number().min(0).max(1e9),
	/** The one that is named first, then the rarest first. */
	channels: z.array(
		z.strictObject({
			channel: z.enum(ALARM_WHYS),
			raw: z.number(),
			score: z.number(),
			once_in_hours: z.number().min(0).max(1e9),
		}),
	),
	boxes: z.array(box),
	/** Rows from the top; the strangest cell is 1. */
	heat_map: z.strictObject({ width: z.int().positive(), height: z.int().positive(), values: z.array(share) }),
	nearest: z
		.strictObject({
			item: count,
			similarity: z.number(),
			share,
			seen_time: time.nullable(),
			seen_time_ms: timeMs.nullable(),
		})
		.nullable(),
	/** Paths of PNG files under the API's address. */
	pictures: z.partialRecord(z.enum(EVIDENCE_PICTURES), z.string()),
});

export const alarmMessage = z.strictObject({
	v: z.literal(WIRE_VERSION),
	event_type: z.enum(ALARM_CHANGES),
	/** Counts the alarm messages of one camera from 1, across restarts: a hole is a loss, a repetition a duplicate. */
	seq: z.int().min(1),
	...alarmFields,
	/** Sent again, or later than it happened, because the broker was away; the times are the original ones. */
	replayed: z.boolean(),
});

/** Alarms that were gathered, since there were more than the budget can explain. */
export const floodMessage = z.strictObject({
	v: z.literal(WIRE_VERSION),
	event_type: z.enum(FLOOD_CHANGES),
	/** Of the summary. */
	id: z.uuid(),
	camera: cameraName,
	/** When it was decided to send this. */
	time,
	time_ms: timeMs,
	start_time: time,
	start_time_ms: timeMs,
	end_time: time.nullable(),
	end_time_ms: timeMs.nullable(),
	/** How many alarms were gathered so far. */
	alarms: z.int().min(1),
	/** So many of an hour are told by themselves. */
	told_in_an_hour: count,
	/** Starts of the first and the last of them. */
	first_time: time,
	first_time_ms: timeMs,
	last_time: time,
	last_time_ms: timeMs,
	worst: z.strictObject({
		id: z.uuid(),
		time,
		time_ms: timeMs,
		peak_score: z.number(),
		severity: z.enum(['low', 'medium', 'high']),
		why: alarmFields.why,
		bbox: box.nullable(),
	}),
	replayed: z.boolean(),
});

/** A fault of a camera, for the HTTP API. */
export const integrityRecord = z.strictObject({
	id: z.uuid(),
	camera: cameraName,
	kind: z.enum(INTEGRITY_KINDS),
	start_time: time,
	start_time_ms: timeMs,
	/** null while it goes on. */
	end_time: time.nullable(),
	end_time_ms: timeMs.nullable(),
	/** When the picture was taken that decided. */
	frame_time: time,
	frame_time_ms: timeMs,
	/** What was seen. */
	detail: z.string(),
	/** What a person does about it. */
	advice: z.string(),
});

/** A camera no longer shows what it should, or does again. */
export const integrityMessage = z.strictObject({
	v: z.literal(WIRE_VERSION),
	event_type: z.enum(INTEGRITY_CHANGES),
	...integrityRecord.shape,
	replayed: z.boolean(),
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
export type AlarmRecord = z.infer<typeof alarmRecord>;
export type AlarmMessage = z.infer<typeof alarmMessage>;
export type ExplanationRecord = z.infer<typeof explanation>;
export type IntegrityRecord = z.infer<typeof integrityRecord>;
export type IntegrityMessage = z.infer<typeof integrityMessage>;
export type FloodMessage = z.infer<typeof floodMessage>;
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
	{ topic: TOPIC.modeSet('<id>'), direction: 'in', qos: 1, retained: false, schema: z.enum(MODE_REQUESTS) },
	{ topic: TOPIC.bridgeResponse('<verb>'), direction: 'out', qos: 1, retained: false, schema: response },
];
