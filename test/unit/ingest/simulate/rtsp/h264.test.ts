import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExtradata, splitAnnexB, splitLengthPrefixed } from '../../../../../src/ingest/simulate/rtsp/h264.ts';

function bytes(hex: string): Uint8Array {
	return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function hex(nals: readonly Uint8Array[]): string[] {
	return nals.map((nal) => Buffer.from(nal).toString('hex'));
}

test('a byte stream is split at start codes of three and four bytes', () => {
	assert.deepEqual(hex(splitAnnexB(bytes('00000001 6742 00000001 68ce 000001 65 0000 03 01'))), [
		'6742',
		'68ce',
		'65000003' + '01',
	]);
	assert.deepEqual(hex(splitAnnexB(bytes('ffff'))), []);
});

test('a sample is split by its lengths, and what is cut off is left out', () => {
	assert.deepEqual(hex(splitLengthPrefixed(bytes('00000002 6742 00000001 68'), 4)), ['6742', '68']);
	assert.deepEqual(hex(splitLengthPrefixed(bytes('0002 6742 0005 68'), 2)), ['6742']);
});

test("a container's parameter sets are read in both forms", () => {
	const avcc = readExtradata(bytes('01 42c01e ff e1 0003 67420a 01 0002 68ce'));
	assert.deepEqual([avcc.lengthBytes, hex(avcc.sps), hex(avcc.pps)], [4, ['67420a'], ['68ce']]);
	const stream = readExtradata(bytes('00000001 67420a 00000001 68ce'));
	assert.deepEqual([stream.lengthBytes, hex(stream.sps), hex(stream.pps)], [0, ['67420a'], ['68ce']]);
});
