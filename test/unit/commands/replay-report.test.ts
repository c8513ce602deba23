import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReplayReport, replayText } from '../../../src/commands/replay-report.ts';

const alarm: ReplayReport['alarms'][number] = {
	recording: 'yard.mp4',
	startSeconds: 3599.96,
	endSeconds: 3661,
	peakSeconds: 3600,
	peakSurprise: 6.25,
	onceInHours: 30,
	severity: 'medium',
	why: 'motion',
	region: { x: 0.25, y: 0, width: 0.5, height: 0.1 },
	zones: [],
	endReason: 'over',
	startTime: null,
};
const report: ReplayReport = {
	camera: 'yard' as ReplayReport['camera'],
	detector: 'mnad',
	model: { id: 'mnad-compact', version: '1', learned: false },
	size: { width: 256, height: 144 },
	framesPerSecond: 5,
	calibration: { source: 'camera yard', hours: 0.5, windows: 9000 },
	footage: { recordings: ['yard.mp4'], windows: 20_000, seconds: 4000, timesRealTime: 12, startTime: null },
	masks: [],
	zones: [],
	watch: 'everywhere',
	schedule: null,
	budget: { falseAlarms: '1 per day', falseAlarmsPerHour: 1 / 24, level: 5, low: 4, high: 6, extrapolated: true },
	alarms: [alarm],
	faults: [],
	budgets: [
		{
			falseAlarms: '1 per day',
			falseAlarmsPerHour: 1 / 24,
			level: 5,
			low: 4,
			high: 6,
			extrapolated: true,
			alarms: 1,
			shareOfTime: 0.0153,
		},
	],
};

test('a replay is told in lines and tables', () => {
	assert.deepEqual(replayText(report).split('\n'), [
		'camera yard: mnad with mnad-compact 1, 256x144 at 5 frames a second',
		'calibration: camera yard, 0.5 hours',
		'budget: 1 per day, that is surprise 5 (extrapolated: the calibration saw too little footage to know)',
		'footage: one recording, 1:06:40.0, 20000 windows, 12 times as fast as real time',
		'',
		'RECORDING  START      END        SURPRISE  ONCE IN   WHY     SEVERITY  WHERE',
		'yard.mp4   1:00:00.0  1:01:01.0  6.3       30 hours  motion  medium    x 25–75 %, y 0–10 %',
		'',
		'BUDGET       LEVEL  ALARMS  OF THE TIME',
		'1 per day *  5 ~    1       1.5 %',
		'',
	]);
});

test('masks, zones, the schedule and a model of its own are told where there are any', () => {
	const lines = replayText({
		...report,
		model: { ...report.model, learned: true },
		masks: ['clock', 'road'],
		zones: ['gate', 'lawn'],
		schedule: { followed: true, disarmedSeconds: 1800 },
		alarms: [{ ...alarm, zones: ['gate', 'lawn'] }],
	}).split('\n');
	assert.deepEqual(lines.slice(0, 9), [
		'camera yard: mnad with mnad-compact 1 that it learned itself, 256x144 at 5 frames a second',
		'calibration: camera yard, 0.5 hours',
		'budget: 1 per day, that is surprise 5 (extrapolated: the calibration saw too little footage to know)',
		'ignored: clock, road',
		'zones: gate, lawn',
		'schedule: disarmed for 0:30:00.0 of it',
		'footage: one recording, 1:06:40.0, 20000 windows, 12 times as fast as real time',
		'',
		'RECORDING  START      END        SURPRISE  ONCE IN   WHY     SEVERITY  ZONES       WHERE',
	]);
	assert.match(lines[9]!, /medium {4}gate, lawn {2}x 25–75 %/);
	const schedule = { followed: false, disarmedSeconds: 0 };
	const only = replayText({ ...report, zones: ['gate'], watch: 'zones', schedule });
	assert.match(
		only,
		/\nwatched in zones only: gate\nschedule: not followed, since nobody said when the recording began \(--at\)\n/,
	);
});

test('a rarity is told in a unit that people think in', () => {
	const told = (onceInHours: number) =>
		/6\.3 +(.+?) {2,}motion/.exec(replayText({ ...report, alarms: [{ ...alarm, onceInHours }] }))?.[1];
	assert.equal(told(0.25), '15 minutes');
	assert.equal(told(71), '71 hours');
	assert.equal(told(240), '10 days');
	assert.equal(told(8766 * 3), '3 years');
	assert.equal(told(1e9), 'over 100 years');
});

test('what was not judged is told', () => {
	const fault = { recording: 'yard.mp4', startSeconds: 12, kind: 'moved', detail: 'it shows another place' } as const;
	const text = replayText({
		...report,
		faults: [
			{ ...fault, endSeconds: 75.5 },
			{ ...fault, endSeconds: null },
		],
	});
	assert.match(
		text,
		/not what it should be:\nyard\.mp4 {2}0:00:12\.0 to 0:01:15\.5 {2}moved: it shows another place\nyard\.mp4 {2}0:00:12\.0 to its end {2}moved: it/,
	);
});

test('without an alarm it is said so', () => {
	assert.match(replayText({ ...report, alarms: [] }), /\n\nNo alarm\.\n\nBUDGET/);
});
