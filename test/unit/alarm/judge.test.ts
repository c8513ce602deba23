import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Judge, type JudgeOptions, SILENCE_SECONDS } from '../../../src/alarm/judge.ts';
import type { Alarm, Verdict } from '../../../src/core/alarm.ts';
import type { HeatMap } from '../../../src/core/prediction.ts';
import type { Score } from '../../../src/core/score.ts';
import { type AlarmId, cameraId, monotonicMs, type Surprise, utcMs } from '../../../src/core/units.ts';

const LEVEL = 5;
const FPS = 5;
const OPTIONS: JudgeOptions = {
	framesPerSecond: FPS,
	minimumSeconds: 1,
	releaseSeconds: 3,
	model: { id: 'm', version: '1' },
	newAlarmId: (at) => `alarm-${at}` as AlarmId,
};

const LASTING = { minimum: 0, maximum: 1 };

/**
 * Scores, a letter for each window at 5 a second: `.` quiet (1), `-` between the release level 4 and the level (4.5), `o`
 * over it (6), `O` a little higher (7), `!` far higher (12), `?` without a calibration; `|` makes the next window the first
 * of a new run and `_` drops one window. Verdicts, a letter for each score: `.` quiet, `p` pending, `S` started, `a` goes
 * on, `U` updated, `E` ended, `L` lasting, `?` unknown.
 */
const TRANSITIONS: readonly (readonly [
	why: string,
	scores: string,
	verdicts: string,
	options?: { readonly minimum?: number; readonly release?: number; readonly maximum?: number },
])[] = [
	['quiet scores stay quiet', '....-..', '.......'],
	['an alarm starts when the score has been over its level for a second', '.ooooooo', '.pppppSa'],
	['a score over its level for less than a second is no alarm', '.ooooo..', '.ppppp..'],
	['the minimum counts from the last time under the level', 'oooo-oooooo', 'pppp.pppppS'],
	['without a minimum the first window over the level is an alarm', '.o', '.S', { minimum: 0 }],
	['an alarm ends after its release time', 'o.....o', 'SaaaaES', { minimum: 0, release: 0.8 }],
	['between the two levels an alarm goes on for ever', 'o----------', 'Saaaaaaaaaa', { minimum: 0, release: 0.4 }],
	['the release time begins anew over the release level', 'o..-...', 'SaaaaaE', { minimum: 0, release: 0.4 }],
	['without a release time the first window under it ends the alarm', 'o-.o', 'SaES', { minimum: 0, release: 0 }],
	['a new peak is told two seconds after the last telling', 'oOOOOOOOOOOO', 'SaaaaaaaaaUa', { minimum: 0 }],
	['a peak half as high again is told at once', 'oO!!', 'SaUa', { minimum: 0 }],
	['the same peak is told once', 'ooooooooooooooo', 'Saaaaaaaaaaaaaa', { minimum: 0 }],
	['without a calibration nothing is known', '??', '??'],
	['a new run begins the minimum anew', 'ooo|oooooo', 'ppppppppS'],
	['a short reconnection leaves an alarm open', 'o|o|.', 'Saa', { minimum: 0 }],
	['dropped windows count as time', 'o____o', 'pS'],
	['an alarm ends after its longest time, and what goes on starts none', 'oooooooo', 'SaaaaELL', LASTING],
	['after the score has fallen, alarms start again', 'oooooo...oo', 'SaaaaELL.Sa', { ...LASTING, release: 0.4 }],
	['between the two levels it still goes on', 'oooooo---oo', 'SaaaaELLLLL', { ...LASTING, release: 0.4 }],
	['a little stranger starts no alarm, far stranger does', 'ooooooOO!!', 'SaaaaELLSa', LASTING],
	['far stranger must last for the minimum, too', 'oooooo!o!!!', 'ppSaaEpLppS', { ...LASTING, minimum: 0.4 }],
	['what was far stranger is over when it is as before', 'oooooo!ooooo', 'SaaaaESaaELL', { ...LASTING, release: 0.4 }],
	['an alarm about to be over ends as over', 'ooo.....', 'SaaaaaE.', { ...LASTING, release: 0.6 }],
	['a new run is no new thing', 'oooooo|oo', 'SaaaaELL', LASTING],
];

for (const [why, scores, wanted, options] of TRANSITIONS) {
	test(why, () => {
		const { verdicts } = play(scores, options);
		assert.equal(verdicts.map(letter).join(''), wanted);
	});
}

test('one alarm keeps one id, and its times are those of its frames', () => {
	const { verdicts } = play('.oO!!o.....', { minimum: 0.2, release: 0.4 });
	assert.equal(verdicts.map(letter).join(''), '.pSUaaaaE..');
	const alarms = verdicts.flatMap((verdict) => (verdict.kind === 'alarm' ? [verdict.alarm] : []));
	assert.deepEqual(new Set(alarms.map(({ id }) => id)), new Set(['alarm-200']));
	const ended = alarms.at(-1)!;
	assert.deepEqual(
		{
			startedAt: ended.startedAt,
			endedAt: ended.endedAt,
			frameAt: ended.frameAt,
			peakAt: ended.peakAt,
			peak: ended.peakSurprise,
			surprise: ended.surprise,
			onceInHours: ended.onceInHours,
			severity: ended.severity,
		},
		{
			startedAt: 200,
			endedAt: 1000,
			frameAt: 1600,
			peakAt: 600,
			peak: 12,
			surprise: 1,
			onceInHours: 12,
			severity: 'high',
		},
	);
	assert.ok(alarms.slice(0, -1).every(({ endedAt }) => endedAt === null));
});

test('the region is that of the peak, not of the last window', () => {
	const judge = judgeOf({ minimum: 0 });
	judge.judge(scoreOf(0, 6), spot(0));
	judge.judge(scoreOf(1, 12), spot(3));
	const verdict = judge.judge(scoreOf(2, 7), spot(1));
	assert.deepEqual(alarmOf(verdict).region, { x: 0.75, y: 0, width: 0.25, height: 1 });
});

test('a gap in the scores ends the alarm at the last window that was seen', () => {
	const judge = judgeOf({ minimum: 0 });
	judge.judge(scoreOf(0, 6), null);
	const verdict = judge.judge(scoreOf(SILENCE_SECONDS * FPS + 1, 6), null);
	assert.equal(letter(verdict), 'E');
	assert.equal(alarmOf(verdict).endedAt, 0);
	assert.equal(letter(judge.judge(scoreOf(SILENCE_SECONDS * FPS + 2, 6), null)), 'S');
});

test('a camera with a frame in ten seconds is not silent between two of them', () => {
	const judge = new Judge({ ...OPTIONS, framesPerSecond: 0.1, minimumSeconds: 0 });
	judge.judge(scoreOf(0, 6), null);
	assert.equal(letter(judge.judge(scoreOf(3, 6), null)), 'a');
	assert.equal(letter(judge.judge(scoreOf(7, 6), null)), 'E');
});

test('a gap between runs is measured by arrival', () => {
	const judge = judgeOf({ minimum: 0 });
	judge.judge(scoreOf(7, 6), null);
	const late = { ...scoreOf(0, 6), run: 2, arrivedAt: monotonicMs(1400 + SILENCE_SECONDS * 1000 + 1) };
	assert.equal(letter(judge.judge(late, null)), 'E');
});

test('a silent camera lets its alarm expire once', () => {
	const judge = judgeOf({ minimum: 0 });
	assert.equal(judge.expire(monotonicMs(1e9)), null);
	judge.judge(scoreOf(0, 6), null);
	assert.equal(judge.expire(monotonicMs(SILENCE_SECONDS * 1000)), null);
	assert.equal(judge.alert, true);
	assert.equal(letter(judge.expire(monotonicMs(SILENCE_SECONDS * 1000 + 1))!), 'E');
	assert.equal(judge.alert, false);
	assert.equal(judge.expire(monotonicMs(1e9)), null);
});

test('closing ends an open alarm, drops a pending one and is silent without either', () => {
	const open = judgeOf({ minimum: 0 });
	open.judge(scoreOf(0, 6), null);
	assert.equal(letter(open.close('paused')!), 'E');
	assert.equal(open.close('paused'), null);
	const pending = judgeOf({ minimum: 1 });
	pending.judge(scoreOf(0, 6), null);
	assert.equal(pending.alert, true);
	assert.equal(pending.close('paused'), null);
	assert.equal(pending.alert, false);
	assert.equal(judgeOf({}).close('paused'), null);
});

test('each end says why', () => {
	const reasonOf = (verdict: Verdict | null) => alarmOf(verdict!).endReason;
	const { verdicts } = play('ooooooo', LASTING);
	assert.deepEqual(
		verdicts.slice(0, 6).map((verdict) => reasonOf(verdict)),
		[null, null, null, null, null, 'lasting'],
	);
	const [over] = play('o.', { minimum: 0, release: 0 }).verdicts.slice(1);
	assert.equal(reasonOf(over!), 'over');
	const silent = judgeOf({ minimum: 0 });
	silent.judge(scoreOf(0, 6), null);
	assert.equal(reasonOf(silent.expire(monotonicMs(1e6))), 'silence');
	const paused = judgeOf({ minimum: 0 });
	paused.judge(scoreOf(0, 6), null);
	assert.equal(reasonOf(paused.close('paused')), 'paused');
});

test('what is lasting names its alarm and keeps the memory from learning, until a person says that it is normal', () => {
	const judge = judgeOf(LASTING);
	const verdicts = [0, 1, 2, 3, 4, 5, 6].map((index) => judge.judge(scoreOf(index, 6), null));
	const lasting = { id: 'alarm-0', endedAt: 1000 };
	assert.deepEqual(verdicts.at(-1), { kind: 'lasting', lasting });
	assert.deepEqual(judge.lasting, lasting);
	assert.equal(judge.alert, true);

	assert.equal(judge.accept('alarm-7' as AlarmId, true), false, 'another alarm');
	assert.equal(judge.accept('alarm-0' as AlarmId, true), true);
	assert.equal(judge.lasting, null);
	assert.equal(judge.alert, false);
	assert.deepEqual(judge.judge(scoreOf(7, 6), null), { kind: 'quiet' }, 'no alarm starts from it');
	assert.equal(letter(judge.judge(scoreOf(8, 12), null)), 'S', 'but from something far stranger');
	assert.equal(judge.accept('alarm-0' as AlarmId, false), true, 'taken back while that goes on');
	assert.deepEqual(judge.lasting, lasting);
});

test('what an alarm lasted at is what it was of late, not its first loud moment', () => {
	const judge = judgeOf({ minimum: 0, release: 0, maximum: 100 });
	let last: Verdict | null = null;
	for (let index = 0; index <= 100 * FPS; index++) last = judge.judge(scoreOf(index, index === 0 ? 30 : 6), null);
	assert.equal(alarmOf(last!).endReason, 'lasting');
	assert.equal(judge.judge(scoreOf(100 * FPS + 1, 7.4), null).kind, 'lasting');
	assert.equal(letter(judge.judge(scoreOf(100 * FPS + 2, 7.6), null)), 'S');
});

function play(scores: string, options: Parameters<typeof judgeOf>[0] = {}) {
	const judge = judgeOf(options);
	const verdicts: Verdict[] = [];
	let run = 1;
	let index = 0;
	let arrived = 0;
	for (const sign of scores) {
		if (sign === '|') {
			run++;
			index = 0;
		} else {
			const value = { '.': 1, '-': 4.5, o: 6, O: 7, '!': 12, '?': null, _: undefined }[sign];
			if (value !== undefined) {
				const times = { run, capturedAt: utcMs(arrived), arrivedAt: monotonicMs(arrived) };
				verdicts.push(judge.judge({ ...scoreOf(index, value), ...times }, null));
			}
			index++;
			arrived += 1000 / FPS;
		}
	}
	return { verdicts };
}

function letter(verdict: Verdict): string {
	if (verdict.kind !== 'alarm') return { unknown: '?', quiet: '.', pending: 'p', lasting: 'L' }[verdict.kind];
	return verdict.change === null ? 'a' : { started: 'S', updated: 'U', ended: 'E' }[verdict.change];
}

function alarmOf(verdict: Verdict): Alarm {
	assert.equal(verdict.kind, 'alarm');
	return (verdict as Extract<Verdict, { kind: 'alarm' }>).alarm;
}

function judgeOf({
	minimum = 1,
	release = 3,
	maximum,
}: {
	readonly minimum?: number;
	readonly release?: number;
	readonly maximum?: number;
}): Judge {
	const most = maximum === undefined ? {} : { maximumSeconds: maximum };
	return new Judge({ ...OPTIONS, minimumSeconds: minimum, releaseSeconds: release, ...most });
}

function scoreOf(index: number, value: number | null): Score {
	return {
		camera: cameraId('door'),
		run: 1,
		index,
		capturedAt: utcMs((index * 1000) / FPS),
		arrivedAt: monotonicMs((index * 1000) / FPS),
		channels: new Map(),
		surprise: value as Surprise | null,
		level: value === null ? null : (LEVEL as Surprise),
		onceInHours: value,
		why: value === null ? null : 'patch',
	};
}

/** A map of 4 by 1 cells with one that differs. */
function spot(x: number): HeatMap {
	return {
		width: 4,
		height: 1,
		cellPixels: 8,
		values: Float32Array.from([0, 1, 2, 3], (cell) => (cell === x ? 1 : 0)),
	};
}
