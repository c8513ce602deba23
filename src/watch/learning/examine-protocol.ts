import { z } from 'zod';
import { utcMs } from '../../core/units.ts';
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

const polygons = z.array(z.array(z.tuple([z.number(), z.number()]).readonly()).readonly()).readonly();

const time = z.number().transform(utcMs);

const surroundings = {
	/** Of the detector, see its options. */
	memory: z.enum(['online', 'paper', 'frozen']),
	framesPerSecond: z.number(),
	/** What of the picture counts, see `MaskPlan`. */
	masks: z.object({ hidden: polygons, only: polygons.nullable() }),
	smoothing: z.number(),
	source: z.string(),
	/** The priority of the process. */
	nice: z.number().int(),
};

/** What the examining process is told, as one line of JSON. */
export const examineRequest = z.discriminatedUnion('kind', [
	/** Compare two models on footage that the candidate has not seen. */
	z.object({ kind: z.literal('exam'), candidate: model, running: model, footage: z.string(), ...surroundings }),
	/** Calibrate a model on footage. */
	z.object({
		kind: z.literal('calibrate'),
		model: z.string(),
		footage: z.string(),
		/** See `ReadFootageOptions`. */
		without: z.array(z.object({ from: time, to: time })).optional(),
		...surroundings,
	}),
]);
type ExamineRequest = z.infer<typeof examineRequest>;
export type ExamRequest = Extract<ExamineRequest, { kind: 'exam' }>;
export type CalibrateRequest = Extract<ExamineRequest, { kind: 'calibrate' }>;

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
	z.object({ kind: z.literal('calibrated'), calibration: calibrationSchema }),
	z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type ExamMessage = z.infer<typeof examMessage>;
export type ExamResult = Omit<Extract<ExamMessage, { kind: 'done' }>, 'kind'>;
