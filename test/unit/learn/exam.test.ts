import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import type { Window } from '../../../src/core/frame.ts';
import { rawScore } from '../../../src/core/units.ts';
import type { CameraDetector, Detector } from '../../../src/detect/detector.ts';
import { openLinearExtrapolation } from '../../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { sitExam } from '../../../src/learn/exam.ts';
import { type ExamReport, examReport } from '../../../src/learn/exam-report.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import { walkwayClips } from '../../support/walkway.ts';

const OPTIONS = { seed: 1, windows: 20, framesPerSecond: 10, signal: new AbortController().signal };

/** Says what `say` does of a window, on one channel. */
function detectorThat(say: (window: Window) => number, seen: { freezeMemory: boolean }[] = []): Detector {
	const base = openLinearExtrapolation();
	const detect: CameraDetector['detect'] = async (window, options) => {
		seen.push(options);
		const prediction = await base.camera(window.camera).detect({ ...window, ...lastThree(window) }, options);
		return { ...prediction, window, channels: new Map([['patch', rawScore(say(window))]]) };
	};
	return {
		...base,
		channels: ['patch'],
		expects: { frames: 5, framesPerSecond: 10 },
		camera: (id) => ({ ...base.camera(id), detect }),
	};
}

function lastThree({ frames }: Window): Pick<Window, 'frames'> {
	return { frames: frames.slice(-3) as unknown as Window['frames'] };
}

describe('An exam', () => {
	let clips: Clip[];
	let report: ExamReport;

	before(async () => {
		clips = walkwayClips(2, 70);
		report = await sitExam(openLinearExtrapolation(), clips, OPTIONS);
	});

	test('is the same for the same seed, to the last digit, and its report is what it says', async () => {
		assert.deepEqual(await sitExam(openLinearExtrapolation(), clips, OPTIONS), report);
		assert.deepEqual(examReport.parse(JSON.parse(JSON.stringify(report))), report);
		const other = await sitExam(openLinearExtrapolation(), clips, { ...OPTIONS, seed: 2 });
		assert.notEqual(other.paper, report.paper);
	});

	test('does not ask about oddities that nothing is seen of, and is the same where nothing is hidden', async () => {
		const oddOf = ({ windows }: ExamReport) => windows.filter(({ part }) => part === 'odd').length;
		const everything = { hidden: [], only: null };
		assert.deepEqual(await sitExam(openLinearExtrapolation(), clips, { ...OPTIONS, masks: everything }), report);
		const left = { hidden: [[[0, 0] as const, [0.6, 0] as const, [0.6, 1] as const, [0, 1] as const]], only: null };
		const masked = await sitExam(openLinearExtrapolation(), clips, { ...OPTIONS, masks: left });
		assert.ok(oddOf(masked) < oddOf(report) && oddOf(masked) >= 20, `${oddOf(masked)} of ${oddOf(report)}`);
		assert.equal(masked.windows.length, report.windows.length - (oddOf(report) - oddOf(masked)));
	});

	test('shows two models the same windows in the same order, and tells neither to learn', async () => {
		const seen: { freezeMemory: boolean }[] = [];
		const blind = detectorThat(() => 1, seen);
		const other = await sitExam(blind, clips, OPTIONS);
		assert.equal(other.paper, report.paper);
		const place = ({ part, oddity, question, clip, at }: ExamReport['windows'][number]) =>
			[part, oddity, question, clip, at].join();
		assert.deepEqual(other.windows.map(place), report.windows.map(place));
		assert.ok(seen.length > report.windows.length);
		assert.ok(seen.every(({ freezeMemory }) => freezeMemory));
		// Who says the same of all tells nothing.
		assert.deepEqual([other.auc, other.told], [0.5, 0]);
	});

	test('gives a model that tells fast things a better mark than one that guesses', async () => {
		let state = 7;
		const guess = detectorThat(() => {
			state = (state * 48271) % 2147483647;
			return state;
		});
		const guessed = await sitExam(guess, clips, OPTIONS);
		assert.ok(Math.abs(guessed.auc - 0.5) < 0.1, `${guessed.auc}`);
		assert.ok(report.auc > guessed.auc + 0.1, `${report.auc}`);
		const of = (kind: string) => report.oddities.find(({ oddity }) => oddity === kind)!;
		assert.ok(of('fast-forward').auc > 0.8, `${of('fast-forward').auc}`);
		assert.ok(of('pasted-fast').auc > 0.8, `${of('pasted-fast').auc}`);
		assert.equal(of('left-object').weight, 0);
	});

	test('gives nothing to a model that notices only that a window was cut and pasted', async () => {
		const known = new Set(clips.flatMap(({ frames }) => frames));
		const surgeon = detectorThat(({ frames }) => (frames.every(({ luma }) => known.has(luma)) ? 1 : 2));
		const { oddities } = await sitExam(surgeon, clips, OPTIONS);
		for (const { oddity, told } of oddities) assert.equal(told, 0, oddity);
	});

	test('asks about each of two cameras by itself', async () => {
		const garden = clips.map((clip, index) => ({ ...clip, name: `garden/${index}` }));
		const both = await sitExam(openLinearExtrapolation(), [...clips, ...garden], OPTIONS);
		assert.equal(both.questions, 20);
		const questions = Map.groupBy(both.windows, ({ clip }) => clip.split('/')[0]);
		const numbersOf = (scene: string) => [...new Set(questions.get(scene)!.map(({ question }) => question))];
		assert.deepEqual(numbersOf('walkway'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		assert.deepEqual(numbersOf('garden'), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
	});

	test('ends at once when it is aborted', async () => {
		const stopping = new AbortController();
		const reason = Object.assign(new Error('stop'), { name: 'AbortError' });
		const progress = (done: number) => {
			if (done === 5) stopping.abort(reason);
			assert.ok(done <= 5);
		};
		const sitting = sitExam(openLinearExtrapolation(), clips, { ...OPTIONS, signal: stopping.signal, progress });
		await assert.rejects(sitting, (error) => error === reason);
	});

	test('refuses a model that says what is no number, and footage that is too short or still', async () => {
		let windows = 0;
		const broken = detectorThat(() => (++windows > 150 ? Number.NaN : 1));
		await assert.rejects(sitExam(broken, clips, OPTIONS), (error) => isForeframeError(error, 'MODEL_INVALID'));
		const short = clips.map((clip) => ({ ...clip, frames: clip.frames.slice(0, 30) }));
		await assert.rejects(sitExam(openLinearExtrapolation(), short, OPTIONS), (error) => {
			assert.ok(isForeframeError(error, 'DATASET_INVALID'), String(error));
			assert.match(error.message, /clips of at most 30 frames: expected one of 40 /);
			return true;
		});
	});
});
