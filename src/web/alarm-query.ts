import { z } from 'zod';
import { FEEDBACK_VERDICTS, type FeedbackVerdict } from '../core/feedback.ts';
import { type AlarmId, type CameraId, isCameraId, type UtcMs, utcMs } from '../core/units.ts';

/** Which alarms, newest first. */
export interface AlarmQuery {
	readonly camera: CameraId | null;
	/** Of the start, both inclusive. */
	readonly from: UtcMs | null;
	readonly to: UtcMs | null;
	/** Of which this holds; `none`: of which nothing does. */
	readonly feedback: FeedbackVerdict | 'none' | null;
	/** Name of a zone that it was in. */
	readonly zone: string | null;
	readonly limit: number;
	/** Only alarms older than this one: the last of the page before. */
	readonly before: AlarmId | null;
}

const instant = z
	.union([z.iso.datetime({ offset: true }), z.string().regex(/^\d{1,15}$/)], {
		error: 'expected a time such as 2026-11-22T16:00:00Z, or milliseconds since 1970',
	})
	.transform((text) => utcMs(/^\d+$/.test(text) ? Number(text) : Date.parse(text)));

export const alarmId = z
	.uuid({ error: 'expected the id of an alarm' })
	.transform((text) => text.toLowerCase() as AlarmId);

const LIMIT = 'expected a whole number from 1 to 1000';

const query = z.strictObject({
	camera: z.string().refine(isCameraId, 'expected the id of a camera').optional(),
	from: instant.optional(),
	to: instant.optional(),
	feedback: z.enum([...FEEDBACK_VERDICTS, 'none']).optional(),
	zone: z.string().min(1).max(50).optional(),
	limit: z.coerce.number({ error: LIMIT }).int(LIMIT).min(1, LIMIT).max(1000, LIMIT).default(100),
	before: alarmId.optional(),
});

/** @throws ZodError */
export function parseAlarmQuery(parameters: unknown): AlarmQuery {
	const { camera, from, to, feedback, zone, limit, before } = query.parse(parameters);
	return {
		camera: camera === undefined ? null : (camera as CameraId),
		from: from ?? null,
		to: to ?? null,
		feedback: feedback ?? null,
		zone: zone ?? null,
		limit,
		before: before ?? null,
	};
}
