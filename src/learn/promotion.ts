import { countBelow } from './exam-figures.ts';
import type { ExaminedWindow, ExamReport } from './exam-report.ts';
import type { ExamOddity } from './oddities.ts';
import { type Random, seededRandom } from './random.ts';

/** A figure of both models, the candidate's gain, and the interval the gain lies in with the stated confidence. */
export interface Compared {
	readonly running: number;
	readonly candidate: number;
	readonly gain: number;
	readonly low: number;
	readonly high: number;
}

export interface Judgement {
	readonly kind: 'promote' | 'refuse';
	/** One sentence for people, with figures. */
	readonly why: string;
	/** Share of odd windows told at the same share of false ones. */
	readonly told: Compared;
	readonly auc: Compared;
	readonly confidence: number;
}

export interface JudgeOptions {
	/** Of the resampling; 1 unless told. */
	readonly seed?: number;
	/** 1000 unless told. */
	readonly resamples?: number;
	/** That a model which is promoted is better; .95 unless told. */
	readonly confidence?: number;
}

/** A smaller gain is not worth a new model, however sure it is: the camera has to be calibrated anew. */
const LEAST_GAIN = 0.005;

/**
 * Compares two models that sat the same exam: a paired bootstrap over its questions (Efron, Annals of Statistics 7, 1979),
 * so that windows of one place stay together. The candidate is promoted when it tells more odd windows at the same share of
 * false ones, or has the larger area under the ROC curve, by half a point or more and more than chance explains, and is surely worse in neither. What it
 * predicts better without telling more does not count.
 * @throws RangeError when they did not sit the same exam.
 */
export function judgePromotion(running: ExamReport, candidate: ExamReport, options: JudgeOptions = {}): Judgement {
	const { seed = 1, resamples = 1000, confidence = 0.95 } = options;
	if (running.paper !== candidate.paper || running.windows.length !== candidate.windows.length) {
		throw new RangeError(
			`Cannot compare ${running.model.id} and ${candidate.model.id}: they did not sit the same exam ` +
				`(${running.paper.slice(0, 12)} and ${candidate.paper.slice(0, 12)})`,
		);
	}
	const sheets = [running, candidate].map(sheetOf) as [Sheet, Sheet];
	const random = seededRandom(seed);
	const gains = { told: new Float64Array(resamples), auc: new Float64Array(resamples) };
	for (let round = 0; round < resamples; round++) {
		const times = draw(running.questions, random);
		const [before, after] = sheets.map((sheet) => figuresOf(sheet, times, running.falseShare)) as [Figures, Figures];
		gains.told[round] = after.told - before.told;
		gains.auc[round] = after.auc - before.auc;
	}
	// Either of the two may be what promotes: each is held to half of the doubt.
	const doubt = (1 - confidence) / 2;
	const told = compared(running.told, candidate.told, gains.told, doubt);
	const auc = compared(running.auc, candidate.auc, gains.auc, doubt);
	const sure = ({ low, gain }: Compared) => low > 0 && gain >= LEAST_GAIN;
	const better = (sure(told) && auc.high >= 0) || (sure(auc) && told.high >= 0);
	const kind = better ? 'promote' : 'refuse';
	return { kind, why: sentence(kind, running, candidate, { told, auc, confidence }), told, auc, confidence };
}

/** A report's windows, ready to be counted again and again. */
interface Sheet {
	/** Of normal and control windows, the lowest first. */
	readonly normal: Float64Array;
	readonly normalQuestions: Uint32Array;
	readonly kinds: readonly {
		readonly weight: number;
		readonly questions: Uint32Array;
		readonly scores: Float64Array;
		/** How many normal windows each is above, and at least at. */
		readonly below: Uint32Array;
		readonly atMost: Uint32Array;
	}[];
}

interface Figures {
	readonly told: number;
	readonly auc: number;
}

function sheetOf({ windows, oddities }: ExamReport): Sheet {
	const sorted = windows.filter(({ part }) => part !== 'odd').toSorted((a, b) => a.combined - b.combined);
	const normal = Float64Array.from(sorted, ({ combined }) => combined);
	const odd = (kind: ExamOddity): ExaminedWindow[] =>
		windows.filter(({ part, oddity }) => part === 'odd' && oddity === kind);
	return {
		normal,
		normalQuestions: Uint32Array.from(sorted, ({ question }) => question),
		kinds: oddities
			.filter(({ weight }) => weight > 0)
			.map(({ oddity, weight }) => {
				const scores = Float64Array.from(odd(oddity), ({ combined }) => combined);
				return {
					weight,
					questions: Uint32Array.from(odd(oddity), ({ question }) => question),
					scores,
					below: Uint32Array.from(scores, (score) => countBelow(normal, score, false)),
					atMost: Uint32Array.from(scores, (score) => countBelow(normal, score, true)),
				};
			}),
	};
}

/** How often each question is drawn, with replacement. */
function draw(questions: number, random: Random): Uint32Array {
	const times = new Uint32Array(questions);
	for (let one = 0; one < questions; one++) times[random.integer(questions)]!++;
	return times;
}

/** Those of the exam in which each question was asked so many times. */
function figuresOf({ normal, normalQuestions, kinds }: Sheet, times: Uint32Array, falseShare: number): Figures {
	const counted = new Float64Array(normal.length + 1);
	for (let place = 0; place < normal.length; place++) {
		counted[place + 1] = counted[place]! + times[normalQuestions[place]!]!;
	}
	const total = counted[normal.length]!;
	let place = normal.length - 1;
	while (place > 0 && total - counted[place]! <= falseShare * total) place--;
	const level = normal[place]!;
	let [told, auc, weights] = [0, 0, 0];
	for (const kind of kinds) {
		let [windows, above, pairs] = [0, 0, 0];
		for (let one = 0; one < kind.scores.length; one++) {
			const often = times[kind.questions[one]!]!;
			windows += often;
			if (kind.scores[one]! > level) above += often;
			pairs += (often * (counted[kind.below[one]!]! + counted[kind.atMost[one]!]!)) / 2;
		}
		if (windows === 0) continue;
		told += (kind.weight * above) / windows;
		auc += (kind.weight * pairs) / (windows * total);
		weights += kind.weight;
	}
	return weights === 0 ? { told: 0, auc: 0 } : { told: told / weights, auc: auc / weights };
}

function compared(running: number, candidate: number, gains: Float64Array, doubt: number): Compared {
	const sorted = gains.toSorted();
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
	return { running, candidate, gain: candidate - running, low: at(doubt), high: at(1 - doubt) };
}

function sentence(
	kind: Judgement['kind'],
	running: ExamReport,
	candidate: ExamReport,
	{ told, auc, confidence }: Pick<Judgement, 'told' | 'auc' | 'confidence'>,
): string {
	const share = running.falseShare * 100;
	const figures =
		`it tells ${percent(told.candidate)} % of synthetic oddities at ${share} % false ones where ${nameOf(running)} ` +
		`tells ${percent(told.running)} % (gain ${interval(told)}), and its AUC is ${percent(auc.candidate)} % against ` +
		`${percent(auc.running)} % (gain ${interval(auc)}; ${running.questions} questions, ${confidence * 100} % confidence)`;
	if (kind === 'promote') return `${nameOf(candidate)} is promoted: ${figures}`;
	const worse = Math.min(told.high, auc.high) < 0 || Math.max(told.gain, auc.gain) < 0;
	const same = told.gain === 0 && auc.gain === 0;
	const small = Math.max(told.gain, auc.gain) < LEAST_GAIN;
	const reason = same || small ? 'it is no better' : 'its gain may be chance';
	return `${nameOf(candidate)} is refused because ${worse ? 'it is worse' : reason}: ${figures}`;
}

function nameOf({ model: { id, version } }: ExamReport): string {
	return `${id} ${version}`;
}

function interval({ gain, low, high }: Compared): string {
	return `${signed(gain)}, between ${signed(low)} and ${signed(high)}`;
}

function percent(value: number): string {
	return (100 * value).toFixed(1);
}

function signed(value: number): string {
	const text = percent(value);
	return value > 0 ? `+${text}` : text;
}
