import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmChange, Verdict } from '../../../../src/core/alarm.ts';
import { utcMs } from '../../../../src/core/units.ts';
import { PatternKeeper } from '../../../../src/watch/feedback/pattern-keeper.ts';
import { sampleAlarm } from '../../../support/alarms.ts';
import { predictionOf } from '../../../support/scores.ts';

const MODEL = { id: 'm', version: '1' };
const QUIET: Verdict = { kind: 'quiet' };
const PENDING: Verdict = { kind: 'pending', since: utcMs(0) };
const alarm = (change: AlarmChange | null): Verdict => ({ kind: 'alarm', alarm: sampleAlarm(), change });

test('a pattern has the windows of its alarm and the three seconds before', () => {
	const see = keeper();
	for (let index = 0; index < 30; index++) see(index, QUIET);
	for (let index = 30; index < 34; index++) see(index, PENDING);
	assert.deepEqual(see(34, alarm('started')), range(15, 34));
	assert.equal(see(35, alarm(null)), null);
	assert.deepEqual(see(36, alarm('updated')), range(15, 36));
	assert.deepEqual(see(37, alarm('ended')), range(15, 37));
	see(38, QUIET);
	see(39, PENDING);
	assert.deepEqual(see(40, alarm('started')), [38, 39, 40], 'what belonged to the alarm before is not its lead');
});

test('what was over the level for too short a time belongs to no pattern', () => {
	const see = keeper();
	see(0, PENDING);
	see(1, QUIET);
	assert.deepEqual(see(2, alarm('started')), [1, 2]);
});

test('of a long alarm the windows are thinned out, over all of it alike', () => {
	const see = keeper();
	see(0, alarm('started'));
	for (let index = 1; index < 1000; index++) see(index, alarm(null));
	const kept = see(1000, alarm('ended'))!;
	assert.ok(kept.length > 32 && kept.length <= 64, `${kept.length}`);
	const gaps = kept.slice(1).map((index, place) => index - kept[place]!);
	assert.ok(Math.max(...gaps) <= 2 * Math.min(...gaps), gaps.join(' '));
	assert.ok(kept[0] === 0 && kept.at(-1)! > 950);
});

test('an alarm that ends without a window has all of its windows', () => {
	const patterns = new PatternKeeper();
	const see = (index: number, verdict: Verdict) =>
		patterns.see(predictionOf({ run: 1, index, channels: { patch: index } }), verdict, MODEL, 'first');
	assert.equal(patterns.end(alarm('ended')), null);
	see(0, alarm('started'));
	see(1, alarm(null));
	assert.equal(patterns.end(null), null);
	assert.equal(patterns.end(QUIET), null);
	assert.deepEqual(
		patterns.end(alarm('ended'))!.pattern.windows.map(({ index }) => index),
		[0, 1],
	);
	assert.equal(patterns.end(alarm('ended')), null);
	assert.deepEqual(
		see(2, alarm('started'))!.pattern.windows.map(({ index }) => index),
		[2],
	);
});

function keeper() {
	const patterns = new PatternKeeper();
	return (index: number, verdict: Verdict) => {
		const kept = patterns.see(predictionOf({ run: 1, index, channels: { patch: index } }), verdict, MODEL, 'first');
		if (kept === null) return null;
		assert.equal(kept.alarm, sampleAlarm().id);
		assert.deepEqual([kept.pattern.model, kept.pattern.size], [MODEL, { width: 1, height: 1 }]);
		return kept.pattern.windows.map((window) => window.index);
	};
}

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}
