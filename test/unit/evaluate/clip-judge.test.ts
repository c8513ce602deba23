import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClipJudge } from '../../../src/evaluate/clip-judge.ts';
import { scoresOf } from '../../support/series.ts';

const OPTIONS = {
	level: 5,
	framesPerSecond: 1,
	minimumSeconds: 1,
	releaseSeconds: 2,
	model: { id: 'm', version: '1' },
};

/** Verdicts by letter, and the alarms, of scores whose first window is at `from` seconds of its clip. */
function judged(surprises: readonly number[], from = 4) {
	const judge = new ClipJudge(OPTIONS);
	const alerts: boolean[] = [];
	const verdicts = scoresOf(surprises).map((score, index) => {
		alerts.push(judge.alert);
		return judge.judge(score, null, from + index)[0];
	});
	return { verdicts: verdicts.join(''), alerts, alarms: judge.close() };
}

test('an alarm has the seconds of its first window, its telling, its last strange window and its end', () => {
	const { verdicts, alarms, alerts } = judged([1, 6, 8, 7, 1, 1, 1, 1]);
	assert.equal(verdicts, 'qpaaaaqq');
	assert.deepEqual(alarms, [
		{
			startSeconds: 5,
			toldSeconds: 6,
			endSeconds: 7,
			closedSeconds: 10,
			peakSurprise: 8,
			peakSeconds: 6,
			why: 'patch',
			region: null,
		},
	]);
	// From the window after the first one over the level until the alarm has ended the memory must not learn.
	assert.deepEqual(alerts.map(Number), [0, 0, 1, 1, 1, 1, 1, 0]);
});

test('the level is the one that was asked for, not the one the score came with', () => {
	assert.equal(judged([4.9, 4.9, 4.9]).verdicts, 'qqq');
	assert.equal(judged([5, 5, 5]).verdicts, 'paa');
});

test('what is open at the end of the clip ends with it, and nobody was told', () => {
	const { verdicts, alarms } = judged([6, 6, 6]);
	assert.equal(verdicts, 'paa');
	assert.deepEqual(
		alarms.map(({ toldSeconds, endSeconds, closedSeconds }) => [toldSeconds, endSeconds, closedSeconds]),
		[[5, 6, null]],
	);
});

test('what was pending at the end of the clip is no alarm', () => {
	const { verdicts, alarms } = judged([1, 6]);
	assert.equal(verdicts, 'qp');
	assert.deepEqual(alarms, []);
});
