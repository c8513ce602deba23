import { z } from 'zod';

/** What is told of things that came and stay, or that stood there and are gone. */
export const standingOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Look for things left behind, taken away or moved'),
	afterSeconds: z
		.number()
		.min(5)
		.max(86_400)
		.default(60)
		.describe('How long something must have stood, or been missing, before it may be told'),
	minimumArea: z
		.number()
		.min(0.0002)
		.max(0.25)
		.default(0.0006)
		.describe('Share of the picture that it covers at least'),
});
export type StandingOptions = z.infer<typeof standingOptions>;
