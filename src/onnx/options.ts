import { z } from 'zod';

export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'tensorrt'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Where networks run. */
export const inferenceOptions = z.strictObject({
	provider: z
		.enum(['auto', ...PROVIDERS])
		.default('auto')
		.describe('auto takes a real GPU that agrees with the CPU, else the CPU'),
	threads: z
		.number()
		.int()
		.min(1)
		.max(64)
		.default(1)
		.describe('Inference threads; each runs one batch at a time on one core'),
	batchMax: z.number().int().min(1).max(64).default(8).describe('Most windows of different cameras in one batch'),
	batchDeadlineMs: z
		.number()
		.min(0)
		.max(1000)
		.default(5)
		.describe('How long a window may wait for others to share its batch'),
});
export type InferenceOptions = z.infer<typeof inferenceOptions>;
