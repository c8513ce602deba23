import { z } from 'zod';

/** What is logged. */
export const logOptions = z.strictObject({
	level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least important lines that are written'),
	format: z
		.enum(['auto', 'text', 'json'])
		.default('auto')
		.describe('auto writes readable text, and JSON where no person reads'),
});
export type LogOptions = z.infer<typeof logOptions>;
