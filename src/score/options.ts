import { z } from 'zod';

/** How scores are given a meaning. */
export const scoreOptions = z.strictObject({
	calibration: z
		.string()
		.optional()
		.describe('A calibration pack to start from; without one the camera collects its own'),
	calibrationMinutes: z
		.number()
		.min(0.1)
		.max(7 * 24 * 60)
		.default(30)
		.describe('Normal footage collected before a camera without a calibration is armed'),
	smoothing: z
		.number()
		.gt(0)
		.max(1)
		.default(0.3)
		.describe('Weight of the newest window in the running mean of the score'),
	sensitivityMinutes: z
		.number()
		.min(0)
		.max(7 * 24 * 60)
		.default(60)
		.describe('How often it is tried on copies of the pictures whether something odd would be noticed; 0 never'),
});
export type ScoreOptions = z.infer<typeof scoreOptions>;
