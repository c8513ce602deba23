import { z } from 'zod';
import { ALARM_WHYS, type Alarm, END_REASONS } from '../core/alarm.ts';
import { FEEDBACK_VERDICTS } from '../core/feedback.ts';
import { STANDING_ALARM_KINDS } from '../core/standing.ts';

const share = z.number();
const region = z.object({ x: share, y: share, width: share, height: share });

/** An alarm as it lies in the database. */
const storedAlarm = z.object({
	id: z.string(),
	camera: z.string(),
	startedAt: z.number(),
	endedAt: z.number().nullable(),
	endReason: z.enum(END_REASONS).nullable().default(null),
	frameAt: z.number(),
	peakAt: z.number(),
	surprise: z.number(),
	peakSurprise: z.number(),
	level: z.number(),
	onceInHours: z.number(),
	severity: z.enum(['low', 'medium', 'high']),
	why: z.enum(ALARM_WHYS),
	// Alarms of before these two were kept have none.
	reasons: z
		.array(z.object({ channel: z.enum(ALARM_WHYS), surprise: z.number(), onceInHours: z.number() }))
		.default([]),
	region: region.nullable(),
	regions: z.array(region).default([]),
	zones: z.array(z.string()).default([]),
	model: z.object({ id: z.string(), version: z.string() }),
	standing: z
		.object({ kind: z.enum(STANDING_ALARM_KINDS), since: z.number() })
		.nullable()
		.default(null),
	feedback: z.enum(FEEDBACK_VERDICTS).nullable().default(null),
	gathered: z.boolean().default(false),
});

/** @throws ZodError when the text was not written by `JSON.stringify` of an alarm, or the feedback is none. */
export function readAlarm(text: string, feedback: unknown): Alarm {
	return storedAlarm.parse({ ...JSON.parse(text), feedback }) as unknown as Alarm;
}
