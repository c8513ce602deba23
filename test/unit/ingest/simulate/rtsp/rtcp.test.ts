import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReceiverReport, writeGoodbye, writeSenderReport } from '../../../../../src/ingest/simulate/rtsp/rtcp.ts';

test('a sender report holds the wall clock in NTP form, the stream time, the counts, and a name', () => {
	const report = { ssrc: 0x01020304, utcMs: 1500, rtpTimestamp: 0x1_0000_0005, packets: 7, octets: 900 };
	const packet = Buffer.from(writeSenderReport(report, 'ab'));
	assert.equal(
		packet.subarray(0, 28).toString('hex'),
		// 1970-01-01T00:00:01.5 is 2208988801.5 s after 1900.
		'80c8000601020304' + '83aa7e8180000000' + '000000050000000700000384',
	);
	assert.equal(packet.subarray(28).toString('hex'), '81ca0003' + '01020304' + '01026162' + '00000000');
	assert.equal(packet.length % 4, 0);
});

test('a goodbye names its source', () => {
	assert.equal(Buffer.from(writeGoodbye(0xa1b2c3d4)).toString('hex'), '81cb0001a1b2c3d4');
});

test('only a receiver report is a sign of life', () => {
	assert.equal(isReceiverReport(Uint8Array.of(0x81, 201, 0, 7, 0, 0, 0, 1)), true);
	assert.equal(isReceiverReport(Uint8Array.of(0x81, 200, 0, 7, 0, 0, 0, 1)), false);
	assert.equal(isReceiverReport(Uint8Array.of(0x81, 201)), false);
});
