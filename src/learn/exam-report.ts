import { z } from 'zod';
import { CHANNELS } from '../core/prediction.ts';
import { EXAM_ODDITIES, type ExamOddity } from './oddities.ts';

const share = z.number().min(0).max(1);
const scores = z.partialRecord(z.enum(CHANNELS), z.number());

const examinedWindow = z.strictObject({
	part: z.enum(['normal', 'control', 'odd']),
	/** Of controls and odd windows. */
	oddity: z.enum(EXAM_ODDITIES).nullable(),
	question: z.number().int().min(0),
	clip: z.string(),
	at: z.number().int().min(0),
	/** Surprise of all channels together, by the detector's weights; of one window, without the product's running mean. */
	combined: z.number(),
	/** Surprise of each channel. */
	channels: scores,
});
export type ExaminedWindow = z.infer<typeof examinedWindow>;

const oddityFigures = z.strictObject({
	oddity: z.enum(EXAM_ODDITIES),
	/** What it counts in the overall figures. */
	weight: z.number().min(0),
	windows: z.number().int().positive(),
	/** Area under the ROC curve against all normal and control windows. */
	auc: share,
	/** Share told at the level that `falseShare` of the normal and control windows are above. */
	told: share,
	/** Share of its controls that are told at that level. */
	controlsTold: share,
	/** Areas of the channels alone. */
	channels: scores,
});
export type OddityFigures = z.infer<typeof oddityFigures>;

/** How a detector did on an exam; two can be compared where `paper` is the same. */
export const examReport = z.strictObject({
	kind: z.literal('foreframe-exam'),
	version: z.literal(1),
	detector: z.string(),
	model: z.strictObject({ id: z.string(), version: z.string() }),
	seed: z.number().int(),
	questions: z.number().int().positive(),
	framesPerSecond: z.number().positive(),
	/** SHA-256 of all windows that were shown. */
	paper: z.string().regex(/^[0-9a-f]{64}$/),
	falseShare: share,
	/** Means over the kinds of oddities by their weights. */
	auc: share,
	told: share,
	oddities: z.array(oddityFigures),
	windows: z.array(examinedWindow),
});
export type ExamReport = z.infer<typeof examReport>;

/**
 * What the kinds count. Those that count nothing are shown. The target of `skipped` moves as it should, and it is the target
 * that is judged: a model that is not misled by its inputs predicts it, and linear extrapolation, which is, would win. Within
 * one window what was left is predicted from frames in which it stands already. What walks backwards walks: it is odd only
 * where all go one way.
 */
export const ODDITY_WEIGHTS: Readonly<Record<ExamOddity, number>> = {
	'fast-forward': 1,
	skipped: 0,
	'sped-up': 1,
	'pasted-fast': 1,
	'pasted-large': 1,
	reversed: 0.5,
	'left-object': 0,
	elsewhere: 1,
};
