import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraState } from '../../../src/core/camera-state.ts';
import { cameraId, surprise } from '../../../src/core/units.ts';
import { CameraStatus } from '../../../src/watch/camera-status.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { oneOfEach, sampleScore } from '../../support/daemon-events.ts';
import { manualClock } from '../../support/manual-clock.ts';

const yard = cameraId('yard');
const events = oneOfEach(yard);

function opened() {
	const clock = manualClock();
	const told: CameraState[] = [];
	const status = new CameraStatus(yard, 'learning', clock, (state) => told.push(state));
	return { clock, told, status };
}

test('a camera is connecting until its first attempt has come to something', () => {
	for (const event of [events['camera-connected'], events['camera-lost']]) {
		const { status, told } = opened();
		assert.equal(status.state.stream, 'connecting');
		assert.equal(status.attempted, false);
		status.follow(events['camera-connecting']);
		assert.equal(status.attempted, false);
		assert.equal(told.length, 0);
		status.follow(event);
		assert.equal(status.attempted, true);
		assert.deepEqual(told, [status.state]);
	}
});

test('what became of the stream is told with its reason, and the reason goes when it is back', () => {
	const { status } = opened();
	const failure = () => status.state.failure;
	const lost = { ...events['camera-lost'], detail: 'nobody there' };
	status.follow(lost);
	assert.equal(status.state.stream, 'offline');
	assert.deepEqual(status.state.failure, { reason: 'refused', detail: 'nobody there' });
	status.follow({ ...lost, reason: 'stalled' });
	assert.equal(status.state.stream, 'stalled');
	status.follow(events['camera-connected']);
	assert.equal(status.state.stream, 'ok');
	assert.equal(failure(), null);
	status.follow({ ...lost, reason: 'ended', retryInMs: null });
	assert.equal(status.state.stream, 'ended');
	assert.equal(failure(), null, 'a recording that has ended has not failed');
	status.follow({ ...lost, reason: 'codec', retryInMs: null });
	assert.equal(failure()?.reason, 'codec');
});

test('the time since when only changes with the stream itself', async () => {
	const { status, clock } = opened();
	status.follow(events['camera-lost']);
	const since = status.state.streamSince;
	await clock.advance(5000);
	status.follow({ ...events['camera-lost'], reason: 'timed-out' });
	assert.equal(status.state.streamSince, since);
	assert.equal(status.state.failure?.reason, 'timed-out');
	status.follow(events['camera-connected']);
	assert.equal(status.state.streamSince, since + 5000);
});

test('the frame rate is that of the scores of the last ten seconds', async () => {
	const { status, clock } = opened();
	status.scored(sampleScore(yard, 1), { kind: 'quiet' });
	assert.equal(status.state.framesPerSecond, null, 'one score has no rate');
	for (let n = 0; n < 100; n++) {
		await clock.advance(200);
		status.scored(sampleScore(yard, 1), { kind: 'quiet' });
	}
	assert.ok(Math.abs(status.state.framesPerSecond! - 5) < 1e-9);
	for (let n = 0; n < 20; n++) {
		await clock.advance(1000);
		status.scored(sampleScore(yard, 1), { kind: 'quiet' });
	}
	assert.ok(Math.abs(status.state.framesPerSecond! - 1) < 1e-9);
});

test('a lost stream takes the rate and the score with it', async () => {
	const { status, clock } = opened();
	for (let n = 0; n < 3; n++) {
		await clock.advance(200);
		status.scored(sampleScore(yard, 2), { kind: 'quiet' });
	}
	status.follow(events['camera-lost']);
	assert.equal(status.state.framesPerSecond, null);
	assert.equal(status.state.surprise, null);
	status.follow(events['camera-connected']);
	status.scored(sampleScore(yard, 2), { kind: 'quiet' });
	assert.equal(status.state.framesPerSecond, null, 'the rate begins anew');
});

test('an anomaly lasts from the start of an alarm to its end or until the camera falls silent', () => {
	const { status } = opened();
	const alarm = sampleAlarm();
	status.scored(sampleScore(yard, 5), { kind: 'pending', since: alarm.startedAt });
	assert.equal(status.state.anomaly, false);
	assert.equal(status.state.lastAlarmAt, null);
	status.scored(sampleScore(yard, 5), { kind: 'alarm', alarm, change: 'started' });
	assert.equal(status.state.anomaly, true);
	assert.equal(status.state.surprise, surprise(5));
	assert.equal(status.state.lastAlarmAt, alarm.startedAt);
	status.scored(sampleScore(yard, 5), { kind: 'alarm', alarm, change: null });
	assert.equal(status.state.anomaly, true);
	status.scored(sampleScore(yard, 0), { kind: 'alarm', alarm: { ...alarm, endedAt: alarm.frameAt }, change: 'ended' });
	assert.equal(status.state.anomaly, false);
	status.scored(sampleScore(yard, 5), { kind: 'alarm', alarm, change: 'started' });
	status.quiet();
	assert.equal(status.state.anomaly, false);
	assert.equal(status.state.lastAlarmAt, alarm.startedAt);
});

test('the mode goes with its progress, and neither touches the stream', () => {
	const { status } = opened();
	status.follow(events['camera-connected']);
	status.mode('learning', 0.5);
	assert.deepEqual([status.state.mode, status.state.learningProgress], ['learning', 0.5]);
	status.mode('armed', null);
	assert.deepEqual([status.state.mode, status.state.learningProgress], ['armed', null]);
	assert.equal(status.state.stream, 'ok');
});
