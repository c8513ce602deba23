import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INTEGRITY_KINDS, type IntegrityFault } from '../../../src/core/integrity.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';
import { integrityMessageOf, integrityRecordOf, openFaultsOf } from '../../../src/publish/integrity-messages.ts';
import { cameraStateMessage, integrityMessage, integrityRecord } from '../../../src/publish/wire.ts';

const FAULT: IntegrityFault = {
	id: '019ab7c4-7d3a-7c11-9f4e-3b8a2d6e1f02' as AlarmId,
	camera: cameraId('yard'),
	kind: 'covered',
	startedAt: utcMs(1795363458250.4),
	endedAt: null,
	frameAt: utcMs(1795363461250),
	detail: 'nothing has an edge',
};

test('a fault of each kind is a message, a record and a part of the state in their formats', () => {
	for (const kind of INTEGRITY_KINDS) {
		const fault = { ...FAULT, kind };
		const { topic, payload } = integrityMessageOf({ change: 'started', fault, arrivedAt: monotonicMs(0) });
		assert.equal(topic, 'camera/yard/integrity');
		assert.deepEqual(integrityMessage.parse(payload), payload);
		assert.deepEqual(integrityRecord.parse(integrityRecordOf(fault)), integrityRecordOf(fault));
		const shown = openFaultsOf([fault]);
		assert.deepEqual(cameraStateMessage.shape.integrity.parse(shown), shown);
		assert.notEqual(shown[0]!.advice, '');
	}
});

test('the end of a fault says when, to the millisecond', () => {
	const { payload } = integrityMessageOf({
		change: 'ended',
		fault: { ...FAULT, endedAt: utcMs(1795363470000) },
		arrivedAt: monotonicMs(0),
	});
	assert.equal(payload.start_time_ms, 1795363458250);
	assert.equal(payload.start_time, '2026-11-22T16:04:18.250Z');
	assert.equal(payload.end_time, '2026-11-22T16:04:30.000Z');
	assert.equal(payload.event_type, 'ended');
});
