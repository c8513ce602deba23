import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaUnder, examFigures, levelOver } from '../../../src/learn/exam-figures.ts';
import { type ExaminedWindow, type ExamReport, examReport } from '../../../src/learn/exam-report.ts';
import { judgePromotion } from '../../../src/learn/promotion.ts';
import { seededRandom } from '../../../src/learn/random.ts';

const KINDS = ['fast-forward', 'sped-up', 'left-object'] as const;
const QUESTIONS = 60;

/** A model that sees odd windows this much above normal ones, in standard deviations; the same noise for the same seed. */
function report(name: string, lift: number, { noise = 1, seed = 1, paper = 'a'.repeat(64) } = {}): ExamReport {
	const random = seededRandom(seed);
	const windows: ExaminedWindow[] = [];
	for (let question = 0; question < QUESTIONS; question++) {
		const place = { question, clip: 'yard/1', at: question };
		const window = (part: ExaminedWindow['part'], oddity: ExaminedWindow['oddity'], mean: number) => {
			const combined = mean + noise * random.normal();
			windows.push({ ...place, part, oddity, combined, channels: { patch: combined } });
		};
		window('normal', null, 0);
		for (const kind of KINDS) {
			window('control', kind, 0);
			window('odd', kind, kind === 'left-object' ? 0 : lift);
		}
	}
	const { auc, told, oddities } = examFigures(windows, 0.01);
	return examReport.parse({
		kind: 'foreframe-exam',
		version: 1,
		detector: 'mnad',
		model: { id: name, version: '1' },
		seed: 1,
		questions: QUESTIONS,
		framesPerSecond: 10,
		paper,
		falseShare: 0.01,
		auc,
		told,
		oddities,
		windows,
	});
}

test('a model that tells more is promoted, and the sentence says by how much', () => {
	const judged = judgePromotion(report('old', 2), report('new', 3.5));
	assert.equal(judged.kind, 'promote');
	assert.ok(judged.told.low > 0.1 && judged.told.low < judged.told.gain && judged.told.gain < judged.told.high);
	assert.match(
		judged.why,
		/^new 1 is promoted: it tells \d+\.\d % of synthetic oddities at 1 % false ones where old 1 tells \d+\.\d % \(gain \+/,
	);
	assert.match(judged.why, /60 questions, 95 % confidence\)$/);
});

test('a model that tells less, the same, or more by what may be chance is refused, each with its reason', () => {
	const running = report('old', 2);
	const cases = [
		[report('new', 1), /^new 1 is refused because it is worse:/],
		[{ ...running, model: { id: 'new', version: '1' } }, /because it is no better:/],
		[report('new', 2.001), /because it is no better:/],
		[report('new', 2.25, { seed: 11 }), /because its gain may be chance:/],
	] as const;
	for (const [candidate, why] of cases) {
		const judged = judgePromotion(running, candidate);
		assert.equal(judged.kind, 'refuse');
		assert.match(judged.why, why);
	}
});

test('a model that is as good on windows of other luck is promoted about as seldom as is said', () => {
	let promoted = 0;
	for (let seed = 1; seed <= 60; seed++) {
		const [old, other] = [report('old', 2, { seed }), report('new', 2, { seed: seed + 1000 })];
		if (judgePromotion(old, other, { resamples: 200 }).kind === 'promote') promoted++;
	}
	// 5 % of 60 are 3; more than 9 would happen once in a thousand times.
	assert.ok(promoted <= 9, `${promoted} of 60`);
});

test('the scale of the scores does not matter: only what is told at the same share of false ones does', () => {
	const running = report('old', 2);
	const stretched = {
		...running,
		windows: running.windows.map((window) => ({ ...window, combined: 100 + 7 * window.combined })),
	};
	const judged = judgePromotion(running, stretched);
	assert.equal(judged.kind, 'refuse');
	assert.deepEqual([judged.told.low, judged.told.high, judged.auc.low, judged.auc.high], [0, 0, 0, 0]);
});

test('the same exams are judged the same, to the last digit', () => {
	const [running, candidate] = [report('old', 2), report('new', 2.5)];
	assert.deepEqual(judgePromotion(running, candidate), judgePromotion(running, candidate));
});

test('models that sat different exams are not compared', () => {
	assert.throws(
		() => judgePromotion(report('old', 2), report('new', 3, { paper: 'b'.repeat(64) })),
		/did not sit the same exam/,
	);
});

test('figures by hand: areas with ties, the level, kinds that do not count', () => {
	assert.equal(areaUnder([1, 2, 3, 4], [2.5, 5]), 0.75);
	assert.equal(areaUnder([1, 2], [2]), 0.75);
	assert.equal(levelOver([5, 1, 4, 2, 3], 0.2), 4);
	assert.equal(levelOver([5, 1, 4, 2, 3], 0.19), 5);
	assert.throws(() => levelOver([], 0.01), RangeError);
	const { oddities, auc } = examFigures(report('any', 50).windows, 0.01);
	assert.deepEqual(
		oddities.map(({ oddity, weight, windows }) => [oddity, weight, windows]),
		[
			['fast-forward', 1, 60],
			['sped-up', 1, 60],
			['left-object', 0, 60],
		],
	);
	assert.equal(auc, 1);
	assert.ok(oddities[2]!.auc < 0.7);
	const few = report('any', 2).windows.filter(({ part, question }) => part === 'normal' || question < 5);
	assert.throws(() => examFigures(few, 0.01), /lends itself to no oddity that counts/);
});
