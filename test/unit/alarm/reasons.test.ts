import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonsOf } from '../../../src/alarm/reasons.ts';
import type { Channel } from '../../../src/core/prediction.ts';
import type { Score } from '../../../src/core/score.ts';
import { cameraId, monotonicMs, rawScore, surprise, utcMs } from '../../../src/core/units.ts';

test('the reasons are the channels rarer than once an hour, the rarest first', () => {
	// 10⁵ / 18000 windows an hour: once in 5.56 hours; 10⁴·² / 18000: more often than once an hour.
	const score = scoreOf({ patch: 4.2, motion: 5, oddity: 6 }, 'oddity');
	assert.deepEqual(
		reasonsOf(score, 5).map(({ channel, onceInHours }) => [channel, Number(onceInHours.toFixed(2))]),
		[
			['oddity', 55.56],
			['motion', 5.56],
		],
	);
});

test('the channel that the score names is a reason however common it is', () => {
	assert.deepEqual(
		reasonsOf(scoreOf({ patch: 1, motion: 2 }, 'motion'), 5).map(({ channel }) => channel),
		['motion'],
	);
});

function scoreOf(surprises: Partial<Record<Channel, number>>, why: Channel): Score {
	const channels = Object.entries(surprises) as [Channel, number][];
	return {
		camera: cameraId('yard'),
		run: 1,
		index: 0,
		capturedAt: utcMs(0),
		arrivedAt: monotonicMs(0),
		channels: new Map(channels.map(([channel, value]) => [channel, { raw: rawScore(0), surprise: surprise(value) }])),
		surprise: surprise(5),
		level: surprise(4),
		onceInHours: 5,
		why,
	};
}
