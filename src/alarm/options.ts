import { z } from 'zod';

const BUDGET = /^(\d+(?:\.\d+)?) per (hour|day|week)$/;

/** When a score becomes an alarm. */
export const alarmOptions = z.strictObject({
	falseAlarms: z
		.string()
		.regex(BUDGET, 'expected a rate such as "1 per day", "2 per hour" or "3 per week"')
		.refine((text) => Number.parseFloat(text) > 0, 'expected a rate above zero')
		.default('1 per day')
		.describe('False alarms that are acceptable on this camera: "1 per day", "2 per hour", "3 per week"'),
	minimumSeconds: z
		.number()
		.min(0)
		.max(3600)
		.default(1)
		.describe('How long the score must stay over the level before an alarm starts'),
	releaseSeconds: z
		.number()
		.min(0)
		.max(3600)
		.default(3)
		.describe('How long the score must stay under the lower level before an alarm ends'),
	maximumSeconds: z
		.number()
		.min(1)
		.max(7 * 24 * 3600)
		.default(900)
		.describe('How long an alarm may go on; then it ends and asks whether this is the new normal'),
});
export type AlarmOptions = z.infer<typeof alarmOptions>;

const HOURS = { hour: 1, day: 24, week: 168 } as const;

/** A budget such as "1 per day" as false alarms per hour. */
export function falseAlarmsPerHour(text: string): number {
	const match = BUDGET.exec(text);
	if (match === null)
		throw new RangeError(`Cannot read the false-alarm budget "${text}": expected "N per hour", "day" or "week"`);
	return Number(match[1]) / HOURS[match[2] as keyof typeof HOURS];
}
