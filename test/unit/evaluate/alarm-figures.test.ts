import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countAlarms, type LevelClip } from '../../../src/evaluate/alarm-figures.ts';
import { eventsOf } from '../../../src/evaluate/events.ts';
import type { WindowSeries } from '../../../src/evaluate/report.ts';
import { alarmAt, labelsOf, windowsOf } from '../../support/series.ts';

/** One window a second; `a` is a window at which an alarm is open. */
function clip(labels: string, verdicts: string, alarms: LevelClip['alarms']): LevelClip {
	return {
		windows: windowsOf(labels),
		verdicts: [...verdicts].map((letter): WindowSeries['verdict'] => (letter === 'a' ? 'alarm' : 'quiet')),
		alarms,
		events: eventsOf(labelsOf(labels), 1),
	};
}

test('events found, false alarms by the hour of normal frames without tails, and delays are counted over all clips', () => {
	const { outcome, normalHours, clips } = countAlarms(
		[
			// Normal and outside the two seconds after the event: five windows.
			clip('...xxx....', '....aaaa..', [alarmAt(4, 8)]),
			// Three windows; one alarm is told in the tail, one in the second event.
			clip('xx.....xxx', '....aaaaaa', [alarmAt(3, 4), alarmAt(9)]),
			// Nothing is odd here: eight windows, one false alarm over four.
			clip('........', '..aaaa..', [alarmAt(2, 6)]),
		],
		1,
		2,
	);
	const normal = 5 + 3 + 8;
	assert.equal(normalHours, normal / 3600);
	assert.deepEqual(outcome, {
		events: 3,
		eventsDetected: 2,
		eventsUnderFalseAlarm: 0,
		recall: 2 / 3,
		falseAlarms: 1,
		tailAlarms: 1,
		falseAlarmsPerHour: 1 / (normal / 3600),
		falselyAlarmedShare: (3 + 4) / normal,
		// After 1 and 2 seconds.
		timeToDetect: { p50: 1.5, p95: 1.95 },
	});
	assert.deepEqual(
		clips.map(({ alarms }) => alarms.map((alarm) => alarm.outcome)),
		[['true'], ['tail', 'true'], ['false']],
	);
});

test('what cannot be told is null', () => {
	const odd = countAlarms([clip('xxx', '...', [])], 1, 2).outcome;
	assert.deepEqual(
		[odd.recall, odd.falseAlarmsPerHour, odd.falselyAlarmedShare, odd.timeToDetect],
		[0, null, null, null],
	);
	const normal = countAlarms([clip('...', '...', [])], 1, 2).outcome;
	assert.deepEqual([normal.recall, normal.falseAlarmsPerHour, normal.falselyAlarmedShare], [null, 0, 0]);
});
