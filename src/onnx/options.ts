import { z } from 'zod';

export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'tensorrt'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** ONNX Runtime on one of its providers, or TensorFlow.js in a process of its own. */
export const RUNTIMES = [...PROVIDERS, 'tensorflow'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** Where networks run. */
export const inferenceOptions = z.strictObject({
	provider: z
		.enum(['auto', ...RUNTIMES])
		.default('auto')
		.describe(
			'auto takes a real GPU that agrees with the CPU, else the CPU; tensorflow is TensorFlow.js where it is installed',
		),
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
	tensorflowNode: z
		.string()
		.min(1)
		.optional()
		.describe(
			'The Node.js that runs TensorFlow.js, 20 to 22; where none is given the newest of these on the PATH is taken',
		),
});
export type InferenceOptions = z.infer<typeof inferenceOptions>;
