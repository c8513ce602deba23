import { z } from 'zod';

const EVERY = /^(\d+(?:\.\d+)?) (minute|hour|day)s?$/;
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** How a camera learns a model of its own. */
export const learningOptions = z.strictObject({
	enabled: z.boolean().default(true).describe('Collect normal footage and learn a model of this camera from it'),
	afterMinutes: z
		.number()
		.min(0.1)
		.max(30 * 24 * 60)
		.default(120)
		.describe('Normal footage, in minutes, from which the first model is learned; a full footage folder is enough too'),
	minutes: z
		.number()
		.min(0.05)
		.max(24 * 60)
		.default(60)
		.describe('How long one learning trains, at the lowest priority'),
	every: z
		.string()
		.refine((text) => text === 'never' || (EVERY.test(text) && Number.parseFloat(text) > 0), {
			error: 'expected a time such as "7 days" or "12 hours", or "never"',
		})
		.default('7 days')
		.describe(
			'How long after a learning the next one begins: "7 days", "12 hours"; "never" learns once, then on request',
		),
	threads: z.number().int().min(1).max(64).default(1).describe('Cores that learning may use'),
	nice: z
		.number()
		.int()
		.min(0)
		.max(19)
		.default(19)
		.describe('Priority of learning: 19 is the lowest, 0 that of watching'),
	provider: z
		.enum(['cpu', 'webgpu', 'cuda'])
		.default('cpu')
		.describe('What learning runs on: cpu, webgpu or cuda; watching has its own in inference'),
	footageMegabytes: z
		.number()
		.min(1)
		.max(1_000_000)
		.default(512)
		.describe('Most disk for the footage that is kept to learn from; what stays is spread over the time'),
	footageDays: z.number().min(0.01).max(3650).default(30).describe('Footage older than this is removed'),
});
export type LearningOptions = z.infer<typeof learningOptions>;

/** `every` in milliseconds; null for "never". */
export function everyMs(text: string): number | null {
	const match = EVERY.exec(text);
	return match === null ? null : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
