import { randomFillSync } from 'node:crypto';
import type { AlarmId, UtcMs } from '../core/units.ts';

/** A UUIDv7 (RFC 9562 §5.7) of an alarm that started then: sorts by that time. */
export function newAlarmId(startedAt: UtcMs): AlarmId {
	return uuidv7(startedAt, randomFillSync(new Uint8Array(10)));
}

/** `random`: 10 bytes, of which the 6 bits that version and variant take are not used. */
export function uuidv7(at: UtcMs, random: Uint8Array): AlarmId {
	const bytes = new Uint8Array(16);
	const view = new DataView(bytes.buffer);
	const ms = BigInt(Math.max(0, Math.floor(at)));
	view.setBigUint64(0, ms << 16n);
	bytes.set(random.subarray(0, 10), 6);
	bytes[6] = 0x70 | (bytes[6]! & 0x0f);
	bytes[8] = 0x80 | (bytes[8]! & 0x3f);
	const hex = bytes.toHex();
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as AlarmId;
}
