import { z } from 'zod';

const share = z
	.number()
	.refine((value) => value >= 0 && value <= 1, 'expected a share of the picture, 0 to 1')
	.meta({ minimum: 0, maximum: 1 });

/** Parts of the picture that are ignored, each under a name. */
export const masksOptions = z.record(
	z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,49}$/u, 'expected a name of letters, digits, spaces, _, . and -'),
	z
		.array(z.tuple([share, share]))
		.min(3)
		.max(64),
);

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
