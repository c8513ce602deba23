import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraId, surprise, utcMs } from '../../../src/core/units.ts';
import {
	alarmMessageOf,
	alarmRecordOf,
	cameraMessagesOf,
	cameraStateOf,
	healthMessageOf,
	infoMessageOf,
	markReplayed,
	payloadText,
	statsMessageOf,
} from '../../../src/publish/messages.ts';
import {
	alarmMessage,
	alarmRecord,
	bridgeHealth,
	bridgeInfo,
	cameraStateMessage,
	cameraStats,
} from '../../../src/publish/wire.ts';
import { sampleAlarm, sampleNotice, sampleState } from '../../support/alarms.ts';

test('every message is in its own format', () => {
	alarmMessage.parse(alarmMessageOf(sampleNotice(1)).payload);
	alarmRecord.parse(alarmRecordOf(sampleAlarm({ region: null, endedAt: utcMs(1.8e12) })));
	const failure = { reason: 'timed-out', detail: 'no answer' } as const;
	for (const state of [
		sampleState(),
		sampleState({ mode: 'learning', learningProgress: 0.123456, surprise: null, level: null }),
		sampleState({ mode: 'fault', stream: 'offline', failure, framesPerSecond: null, lastAlarmAt: utcMs(5) }),
	]) {
		cameraStateMessage.parse(cameraStateOf(state));
	}
	const none = { framesPerSecond: null, surprise: null, level: null, why: null, frameAgeMs: null, inferenceMs: null };
	const at = utcMs(1.8e12);
	const camera = cameraId('yard');
	const counts = { sensitivity: null, windowsScored: 0, windowsDropped: 0 };
	cameraStats.parse(statsMessageOf({ camera, at, ...none, ...counts }).payload);
	const software = { version: '0.1.0', commit: 'abc', detector: 'linear-extrapolation', model: null, provider: 'cpu' };
	bridgeInfo.parse(infoMessageOf({ ...software, startedAt: at, cameras: [camera], models: new Map() }).payload);
	const daemon = { at, uptimeSeconds: 1, rssBytes: 1, loopLagMs: 0.1, camerasOk: 0, camerasTotal: 1 };
	const delivery = { mqttConnected: false, outboxMessages: 3, outboxOldestSeconds: 12.3, websocketClients: 0 };
	bridgeHealth.parse(healthMessageOf({ ...daemon, diskFreeBytes: 1e9 }, delivery).payload);
});

test('times between two milliseconds are told as one instant in both forms', () => {
	const { payload } = alarmMessageOf(sampleNotice(1, 'started', sampleAlarm({ startedAt: utcMs(1795363458250.6) })));
	assert.equal(payload.start_time_ms, 1795363458251);
	assert.equal(Date.parse(payload.start_time), payload.start_time_ms);
});

test('a peak that normal footage never reaches is told as once in 1e9 hours', () => {
	const alarm = sampleAlarm({ onceInHours: Number.POSITIVE_INFINITY, peakSurprise: surprise(12) });
	assert.equal(alarmRecordOf(alarm).once_in_hours, 1e9);
});

test('a camera is available only while pictures come', () => {
	const availability = (stream: 'ok' | 'connecting' | 'stalled' | 'offline' | 'ended') =>
		cameraMessagesOf(sampleState({ stream }))[0]?.payload;
	assert.equal(availability('ok'), 'online');
	for (const stream of ['connecting', 'stalled', 'offline', 'ended'] as const) {
		assert.equal(availability(stream), 'offline');
	}
});

test('a replayed alarm differs in nothing but the mark', () => {
	const { payload } = alarmMessageOf(sampleNotice(4));
	assert.deepEqual(JSON.parse(markReplayed(payloadText(payload))), { ...payload, replayed: true });
});

test('text goes out as it is, everything else as JSON', () => {
	assert.equal(payloadText('online'), 'online');
	assert.equal(payloadText({ state: 'online' }), '{"state":"online"}');
});
