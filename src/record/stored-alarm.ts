import { z } from 'zod';
import { type Alarm, END_REASONS } from '../core/alarm.ts';
import { CHANNELS } from '../core/prediction.ts';

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
	why: z.enum(CHANNELS),
	// Alarms of before these two were kept have none.
	reasons: z.array(z.object({ channel: z.enum(CHANNELS), surprise: z.number(), onceInHours: z.number() })).default([]),
	region: region.nullable(),
	regions: z.array(region).default([]),
	model: z.object({ id: z.string(), version: z.string() }),
	gathered: z.boolean().default(false),
});

/** @throws ZodError when the text was not written by `JSON.stringify` of an alarm. */
export function readAlarm(text: string): Alarm {
	return storedAlarm.parse(JSON.parse(text)) as unknown as Alarm;
}
