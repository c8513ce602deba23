import { z } from 'zod';
import { ALARM_CHANGES, ALARM_WHYS, END_REASONS } from '../core/alarm.ts';
import { EVIDENCE_PICTURES } from '../core/explanation.ts';
import { FEEDBACK_VERDICTS } from '../core/feedback.ts';
import { FLOOD_CHANGES } from '../core/flood.ts';
import { INTEGRITY_CHANGES, INTEGRITY_KINDS } from '../core/integrity.ts';
import { STANDING_ALARM_KINDS } from '../core/standing.ts';

import { box, cameraName, count, model, share, time, timeMs, WIRE_VERSION } from './wire-fields.ts';

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

export type AlarmRecord = z.infer<typeof alarmRecord>;
export type AlarmMessage = z.infer<typeof alarmMessage>;
export type ExplanationRecord = z.infer<typeof explanation>;
export type IntegrityRecord = z.infer<typeof integrityRecord>;
export type IntegrityMessage = z.infer<typeof integrityMessage>;
export type FloodMessage = z.infer<typeof floodMessage>;
