import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RareThing, StandingJudge } from '../../../src/alarm/standing-judge.ts';
import type { Frame } from '../../../src/core/frame.ts';
import type { StandingChange, StandingKind } from '../../../src/core/standing.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';

const STARTED = Date.UTC(2026, 10, 22, 12);

function judge(): StandingJudge {
	return new StandingJudge({
		framesPerSecond: 5,
		falseAlarmsPerHour: 1 / 24,
		maximumSeconds: 900,
		newAlarmId: (startedAt) => `alarm-${(startedAt - STARTED) / 1000}` as AlarmId,
	});
}

function frame(second: number): Frame {
	const times = { capturedAt: utcMs(STARTED + second * 1000), arrivedAt: monotonicMs(second * 1000) };
	const luma = new Uint8Array(4);
	return { camera: cameraId('yard'), run: 1, index: second * 5, ...times, width: 2, height: 2, luma, damage: null };
}

function rare(number: number, onceInHours: number, kind: StandingKind = 'left', since = 0, size = 0.1): RareThing {
	const region = { x: 0.1 * number, y: 0.5, width: size, height: size };
	return { thing: { number, kind, region, since: utcMs(STARTED + since * 1000), seconds: 60 }, onceInHours };
}

function ended(kind: StandingChange['kind'], { thing }: RareThing): StandingChange[] {
	return [{ kind, thing }];
}

test('what is rarer than the budget is an alarm, on the scale of all alarms', () => {
	const bag = rare(1, 240);
	const verdict = judge().judge(frame(60), [bag], []);
	assert.ok(verdict !== null);
	const { alarm, change } = verdict;
	assert.equal(change, 'started');
	assert.equal(alarm.why, 'standing');
	assert.deepEqual(alarm.standing, { kind: 'left', since: STARTED });
	assert.equal(alarm.startedAt, STARTED);
	assert.equal(alarm.endedAt, null);
	assert.equal(alarm.onceInHours, 240);
	assert.ok(Math.abs(10 ** alarm.surprise / (3600 * 5) - 240) < 1e-6);
	assert.ok(Math.abs(10 ** alarm.level / (3600 * 5) - 24) < 1e-6);
	assert.equal(alarm.severity, 'medium', 'ten times rarer than the budget');
	assert.deepEqual(alarm.region, bag.thing.region);
	assert.deepEqual(alarm.reasons, [{ channel: 'standing', surprise: alarm.surprise, onceInHours: 240 }]);
});

test('what is as frequent as the budget allows or rarer is told, what is more frequent is not', () => {
	assert.equal(judge().judge(frame(60), [rare(1, 23.9)], []), null);
	assert.equal(judge().judge(frame(60), [rare(1, 24)], [])?.change, 'started');
});

test('one alarm holds all that stands, says when more comes, and ends with the last of it', () => {
	const judging = judge();
	const [bag, case_] = [rare(1, 48), rare(2, 48, 'left', 90, 0.2)];
	assert.equal(judging.judge(frame(60), [bag], [])?.change, 'started');
	assert.equal(judging.judge(frame(61), [bag], []), null);
	const more = judging.judge(frame(150), [bag, case_], []);
	assert.equal(more?.change, 'updated');
	assert.deepEqual(more?.alarm.regions, [case_.thing.region, bag.thing.region], 'the largest first');
	assert.equal(judging.judge(frame(160), [case_], ended('gone', bag)), null);
	const over = judging.judge(frame(170), [], ended('gone', case_));
	assert.equal(over?.change, 'ended');
	assert.equal(over?.alarm.endReason, 'over');
	assert.equal(over?.alarm.endedAt, STARTED + 170_000);
	assert.equal(over?.alarm.id, 'alarm-0');
	assert.equal(judging.open, false);
});

test('something missing here and something new there, at the same time, was moved', () => {
	const kinds = (...things: RareThing[]) => judge().judge(frame(100), things, [])?.alarm.standing?.kind;
	assert.equal(kinds(rare(1, 48, 'removed', 30), rare(2, 48, 'left', 32)), 'moved');
	assert.equal(kinds(rare(1, 48, 'removed', 0), rare(2, 48, 'left', 60)), 'removed');
});

test('an alarm ends at its maximum, and what it was about is none any more', () => {
	const judging = judge();
	const bag = rare(1, 48);
	judging.judge(frame(60), [bag], []);
	assert.equal(judging.judge(frame(959), [bag], []), null);
	const over = judging.judge(frame(960), [bag], []);
	assert.equal(over?.alarm.endReason, 'lasting');
	assert.equal(judging.judge(frame(961), [bag], []), null);
});

test('what stood before the camera was armed is no alarm, what comes later is', () => {
	const judging = judge();
	const [car, bag] = [rare(1, 48), rare(2, 48)];
	judging.accept([car.thing]);
	assert.equal(judging.judge(frame(60), [car], []), null);
	assert.equal(judging.judge(frame(90), [car, bag], [])?.change, 'started');
});

test('closed, it says why; a camera that shows something else ends it for that', () => {
	const judging = judge();
	const bag = rare(1, 48);
	assert.equal(judging.close('stopped'), null);
	judging.judge(frame(60), [bag], []);
	assert.equal(judging.close('stopped')?.alarm.endReason, 'stopped');
	const other = judge();
	other.judge(frame(60), [bag], []);
	assert.equal(other.judge(frame(61), [], ended('lost', bag))?.alarm.endReason, 'changed');
});
