import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAlarm } from '../../../src/record/stored-alarm.ts';
import { sampleAlarm } from '../../support/alarms.ts';

test('an alarm is read as it was written', () => {
	assert.deepEqual(readAlarm(JSON.stringify(sampleAlarm()), null), sampleAlarm());
});

test('an alarm that was kept before there were reasons and regions has none', () => {
	const { reasons: _reasons, regions: _regions, ...old } = sampleAlarm();
	const { reasons, regions } = readAlarm(JSON.stringify(old), null);
	assert.deepEqual([reasons, regions], [[], []]);
});
