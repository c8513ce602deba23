import { z } from 'zod';
import type { Alarm } from '../core/alarm.ts';
import { CHANNELS } from '../core/prediction.ts';

const share = z.number();

/** An alarm as it lies in the database. */
const storedAlarm = z.object({
	id: z.string(),
	camera: z.string(),
	startedAt: z.number(),
	endedAt: z.number().nullable(),
	frameAt: z.number(),
	peakAt: z.number(),
	surprise: z.number(),
	peakSurprise: z.number(),
	level: z.number(),
	onceInHours: z.number(),
	severity: z.enum(['low', 'medium', 'high']),
	why: z.enum(CHANNELS),
	region: z.object({ x: share, y: share, width: share, height: share }).nullable(),
	model: z.object({ id: z.string(), version: z.string() }),
});

/** @throws ZodError when the text was not written by `JSON.stringify` of an alarm. */
export function readAlarm(text: string): Alarm {
	return storedAlarm.parse(JSON.parse(text)) as unknown as Alarm;
}
