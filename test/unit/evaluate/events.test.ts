import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf, inTail, kindsIn, outcomes } from '../../../src/evaluate/events.ts';
import { alarmAt, labelsOf, windowsOf } from '../../support/series.ts';

test('an event is a longest run of anomalous pictures, and its seconds are those of its ends', () => {
	const events = eventsOf({ ...labelsOf('.xx.x'), oddities: [{ kind: 'cart', first: 2, last: 3 }] }, 10);
	assert.deepEqual(events, [
		{ first: 1, last: 2, kinds: ['cart'], beginSeconds: 0.1, endSeconds: 0.2 },
		{ first: 4, last: 4, kinds: [], beginSeconds: 0.4, endSeconds: 0.4 },
	]);
	assert.deepEqual(eventsOf(labelsOf('...'), 10), []);
});

test('a kind is named once where some of its pictures are', () => {
	const oddities = [
		{ kind: 'cart', first: 2, last: 3 },
		{ kind: 'runner', first: 3, last: 5 },
		{ kind: 'cart', first: 5, last: 6 },
	];
	assert.deepEqual(kindsIn(oddities, 0, 1), []);
	assert.deepEqual(kindsIn(oddities, 0, 2), ['cart']);
	assert.deepEqual(kindsIn(oddities, 3, 6), ['cart', 'runner']);
});

test('the tail begins after an event and ends with its last second included', () => {
	const events = eventsOf(labelsOf('.xx.....'), 1);
	assert.deepEqual(
		[1, 2, 3, 5, 6].map((seconds) => inTail(seconds, events, 3)),
		[false, false, true, true, false],
	);
});

/** Labels at one picture a second, the alarms, and what has to come of alarms and events. */
const CASES: readonly (readonly [
	why: string,
	labels: string,
	alarms: readonly Parameters<typeof alarmAt>[],
	outcome: readonly string[],
	after: readonly (number | null)[],
	firstWindow?: number,
])[] = [
	['an alarm told in an event finds it', '...xxxx...', [[5, 8]], ['true'], [2]],
	['one told at the first anomalous window finds it at once', '...xxxx...', [[3, 5]], ['true'], [0]],
	['an event without an alarm is missed', '...xxxx...', [], [], [null]],
	[
		'an alarm told before an event is false, and finds nothing though it is open',
		'...xxxx...',
		[[2, 8]],
		['false'],
		[null],
	],
	['an alarm told in the tail is neither', '..xx......', [[6, 8]], ['tail'], [null]],
	['an alarm told after the tail is false', '..xx......', [[7, 9]], ['false'], [null]],
	['one alarm finds both events that it is open in', '.xx..xx...', [[2, 8]], ['true'], [1, 0]],
	['an alarm that closed before an event does not find it', '.xx..xx...', [[2, 5]], ['true'], [1, null]],
	['the end of the clip closes nothing before', '.xx..xx', [[2]], ['true'], [1, 0]],
	['a tail alarm finds no later event', '.xx..xx...', [[3, 9]], ['tail'], [null, null]],
	[
		'the first of two alarms counts',
		'..xxxxxxx.',
		[
			[3, 5],
			[7, 9],
		],
		['true', 'true'],
		[1],
	],
	['time counts from the first window, not from pictures before it', 'xxxxxx...', [[5, 8]], ['true'], [1], 4],
	['an event without a window is left out', 'xx...x', [[5, 8]], ['true'], [0], 4],
];

for (const [why, labels, alarms, outcome, after, firstWindow = 0] of CASES) {
	test(why, () => {
		const windows = windowsOf(labels.slice(firstWindow), [], firstWindow);
		const judged = { windows, alarms: alarms.map((alarm) => alarmAt(...alarm)) };
		const told = outcomes(judged, eventsOf(labelsOf(labels), 1), 3);
		assert.deepEqual(
			told.alarms.map((alarm) => alarm.outcome),
			outcome,
		);
		assert.deepEqual(
			told.events.map(({ detectedAfterSeconds }) => detectedAfterSeconds),
			after,
		);
	});
}

test('an event has the highest surprise of its windows', () => {
	const windows = windowsOf('.xx.', [9, 2, 3, 8]);
	const told = outcomes({ windows, alarms: [] }, eventsOf(labelsOf('.xx.'), 1), 3);
	assert.equal(told.events[0]?.peakSurprise, 3);
});

test('an event that a false alarm was open in says so, found or not', () => {
	const labels = '......xxxx..xx';
	const events = eventsOf(labelsOf(labels), 1);
	const under = (...alarms: readonly Parameters<typeof alarmAt>[]) =>
		outcomes({ windows: windowsOf(labels), alarms: alarms.map((alarm) => alarmAt(...alarm)) }, events, 1).events.map(
			({ underFalseAlarm }) => underFalseAlarm,
		);
	assert.deepEqual(under([2, 8]), [true, false]);
	assert.deepEqual(under([2, 6]), [false, false]);
	assert.deepEqual(under([2, 7], [8, 10]), [true, false]);
	assert.deepEqual(under([7, 10]), [false, false]);
});
