import { z } from 'zod';

/** How a camera's windows are judged. */
export const detectorOptions = z.discriminatedUnion('name', [
	z.strictObject({
		name: z.literal('mnad'),
		model: z.string().default('mnad-compact').describe('A folder with a model, or the name of a shipped one'),
		memory: z
			.enum(['online', 'paper', 'frozen'])
			.default('online')
			.describe(
				'How the memory learns at run time: online (slowly, guarded), paper (as published) or frozen (not at all)',
			),
	}),
	z.strictObject({ name: z.literal('linear-extrapolation') }),
]);
export type DetectorOptions = z.infer<typeof detectorOptions>;
