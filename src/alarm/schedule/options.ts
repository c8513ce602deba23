import { z } from 'zod';
import { daysNamed } from '../../core/schedule.ts';

const EXPECTED_DAYS = 'expected a day such as mon, or several as mon-fri';
const EXPECTED_TIME = 'expected a local time such as "06:30"';
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** When alarms may start, week after week. */
export const scheduleOptions = z.strictObject({
	timeZone: z.string().describe('IANA name of the camera’s time zone, such as Europe/Berlin'),
	armed: z
		.array(
			z.strictObject({
				days: z
					.array(z.string().refine((text) => daysNamed(text).length > 0, EXPECTED_DAYS))
					.min(1)
					.max(7)
					.describe('The days it begins on: mon, tue, … or several as mon-fri'),
				from: z.string().regex(TIME, EXPECTED_TIME).default('00:00').describe('Local time at which it begins'),
				to: z
					.string()
					.refine((text) => TIME.test(text) || text === '24:00', EXPECTED_TIME)
					.default('24:00')
					.describe('Local time at which it ends, on the next day where that is not after its beginning'),
			}),
		)
		.min(1)
		.max(50)
		.describe('Times at which the camera is armed'),
});
