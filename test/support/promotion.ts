import { utcMs } from '../../src/core/units.ts';
import type { ExamReport } from '../../src/learn/exam-report.ts';
import type { Judgement } from '../../src/learn/promotion.ts';
import type { Promotion } from '../../src/watch/model-store.ts';

const compared = { running: 0.5, candidate: 0.6, gain: 0.1, low: 0.05, high: 0.15 };
const judgement: Judgement = {
	kind: 'promote',
	why: 'it tells more',
	told: compared,
	auc: compared,
	confidence: 0.95,
};
const exam: ExamReport = {
	kind: 'foreframe-exam',
	version: 1,
	detector: 'mnad',
	model: { id: 'small', version: '1' },
	seed: 1,
	questions: 20,
	framesPerSecond: 10,
	paper: 'a'.repeat(64),
	falseShare: 0.01,
	auc: 0.9,
	told: 0.6,
	oddities: [],
	windows: [],
};
/** Of a model that won its exam. */
export const samplePromotion: Promotion = { at: utcMs(1_790_000_000_000), judgement, exam, golden: null };
