import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetise, type RtpPayload, writeRtpHeader } from '../../../../../src/ingest/simulate/rtsp/packetise.ts';

/** The receiving side of RFC 6184, written from its figures alone. */
function reassemble(payloads: readonly RtpPayload[]): number[][] {
	const nals: number[][] = [];
	for (const { bytes } of payloads) {
		const type = bytes[0]! % 32;
		if (type === 24) {
			for (let at = 1; at < bytes.length; ) {
				const length = bytes[at]! * 256 + bytes[at + 1]!;
				nals.push([...bytes.subarray(at + 2, at + 2 + length)]);
				at += 2 + length;
			}
		} else if (type === 28) {
			if (bytes[1]! >= 128) nals.push([Math.floor(bytes[0]! / 32) * 32 + (bytes[1]! % 32)]);
			nals.at(-1)!.push(...bytes.subarray(2));
		} else nals.push([...bytes]);
	}
	return nals;
}

function nal(header: number, length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at === 0 ? header : (at * 7) & 0xff));
}

for (const [what, nals, maxBytes, types] of [
	['one short unit goes as it is', [nal(0x41, 50)], 100, [1]],
	['parameter sets travel together', [nal(0x67, 20), nal(0x68, 5), nal(0x65, 900)], 200, [24, 28, 28, 28, 28, 28]],
	['units that fill a packet exactly are together', [nal(0x67, 40), nal(0x68, 55)], 100, [24]],
	['one byte more and they are apart', [nal(0x67, 41), nal(0x68, 55)], 100, [7, 8]],
	['a unit of the limit is not cut', [nal(0x65, 100)], 100, [5]],
	['one byte more and it is', [nal(0x65, 101)], 100, [28, 28]],
	['fragments of exactly the limit', [nal(0x65, 1 + 2 * 98)], 100, [28, 28]],
] as const) {
	test(`${what}, and comes out as it went in`, () => {
		const payloads = packetise(nals, maxBytes);
		assert.deepEqual(
			payloads.map(({ bytes }) => bytes[0]! & 0x1f),
			types,
		);
		assert.deepEqual(
			reassemble(payloads),
			nals.map((unit) => [...unit]),
		);
		assert.ok(payloads.every(({ bytes }) => bytes.length <= maxBytes));
		assert.deepEqual(
			payloads.map(({ marker }) => marker),
			payloads.map((_, order) => order === payloads.length - 1),
		);
	});
}

test('fragments say which is the first and which the last, and keep the importance', () => {
	const heads = packetise([nal(0x65, 250)], 100).map(({ bytes }) => [bytes[0], bytes[1]]);
	assert.deepEqual(heads, [
		[0x7c, 0x85],
		[0x7c, 0x05],
		[0x7c, 0x45],
	]);
});

test('an aggregate is as important as its most important unit', () => {
	assert.equal(packetise([nal(0x06, 10), nal(0x67, 10)], 100)[0]!.bytes[0], 0x78);
});

test('the header is that of RFC 3550, and numbers wrap around', () => {
	const packet = new Uint8Array(14);
	writeRtpHeader(packet, 1, {
		marker: true,
		payloadType: 96,
		sequence: 65_537,
		timestamp: 0x1_0000_0002,
		ssrc: 0xdeadbeef,
	});
	assert.equal(Buffer.from(packet).toString('hex'), '0080e0000100000002deadbeef00');
});
