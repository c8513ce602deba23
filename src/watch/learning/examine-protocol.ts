import { z } from 'zod';
import { examReport } from '../../learn/exam-report.ts';
import type { Judgement } from '../../learn/promotion.ts';
import { calibrationSchema } from '../../score/calibration.ts';

const compared = z.object({
	running: z.number(),
	candidate: z.number(),
	gain: z.number(),
	low: z.number(),
	high: z.number(),
});
const judgement = z.object({
	kind: z.enum(['promote', 'refuse']),
	why: z.string(),
	told: compared,
	auc: compared,
	confidence: z.number(),
}) satisfies z.ZodType<Judgement>;

/** A model: a folder, or the name of a shipped one. */
const model = z.object({
	name: z.string(),
	/** The camera's memory with it, base64; null takes the model's own. */
	memory: z.string().nullable(),
});

/** What the examining process is told, as one line of JSON. */
export const examRequest = z.object({
	candidate: model,
	running: model,
	/** Of the detector, see its options. */
	memory: z.enum(['online', 'paper', 'frozen']),
	/** Footage that the candidate has not seen. */
	heldOut: z.string(),
	framesPerSecond: z.number(),
	smoothing: z.number(),
	source: z.string(),
	/** The priority of the process. */
	nice: z.number().int(),
});
export type ExamRequest = z.infer<typeof examRequest>;

/** What it says, a line of JSON each. */
export const examMessage = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('progress'), done: z.number() }),
	z.object({
		kind: z.literal('done'),
		judgement,
		/** The candidate's. */
		exam: examReport,
		/** Of the candidate on the held-out footage; null where it is refused. */
		calibration: calibrationSchema.nullable(),
	}),
	z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type ExamMessage = z.infer<typeof examMessage>;
export type ExamResult = Omit<Extract<ExamMessage, { kind: 'done' }>, 'kind'>;
