import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newAlarmId, uuidv7 } from '../../../src/alarm/alarm-id.ts';
import { utcMs } from '../../../src/core/units.ts';

test("the example of RFC 9562's appendix A.6 comes out", () => {
	// rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F, with the bits of version and variant set the other way.
	const random = Uint8Array.from([0x8c, 0xc3, 0x58, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
	assert.equal(uuidv7(utcMs(0x017f22e279b0), random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('ids sort by the time the alarm started and differ within a millisecond', () => {
	const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((at) => newAlarmId(utcMs(at)));
	assert.deepEqual(ids.toSorted(), ids);
	assert.notEqual(newAlarmId(utcMs(5)), newAlarmId(utcMs(5)));
	assert.match(ids[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
