import { z } from 'zod';

/** What is kept, where and for how long. */
export const recordOptions = z.strictObject({
	folder: z
		.string()
		.default('/var/lib/foreframe')
		.describe('Folder for the state: alarms, outbox, calibrations, memories'),
	keepDays: z.number().min(1).max(3650).default(90).describe('Alarms older than this are forgotten'),
	evidenceMegabytes: z
		.number()
		.int()
		.min(1)
		.max(10_000_000)
		.default(1024)
		.describe('Most disk for what explains alarms (pictures, heat maps); then the oldest goes first'),
	outboxMax: z
		.number()
		.int()
		.min(100)
		.max(10_000_000)
		.default(100_000)
		.describe('Most alarm messages kept while the broker is away; then the oldest go first, counted'),
});
export type RecordOptions = z.infer<typeof recordOptions>;
