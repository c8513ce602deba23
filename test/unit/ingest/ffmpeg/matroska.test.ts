import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMatroska } from '../../../../src/ingest/ffmpeg/matroska.ts';

const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** As `ffmpeg -f matroska` writes it to a pipe: segments and clusters of unknown size. */
const STREAM = Buffer.from([
	...[0x1a, 0x45, 0xdf, 0xa3, 0x83, 1, 2, 3],
	...[0x18, 0x53, 0x80, 0x67, ...UNKNOWN_SIZE],
	// Void.
	...[0xec, 0x01, 0, 0, 0, 0, 0, 0, 4, 9, 9, 9, 9],
	// A cluster at 70 000 ms: a simple block at +5 with two bytes, and one at -1 in a group.
	...[0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN_SIZE],
	...[0xe7, 0x83, 0x01, 0x11, 0x70],
	...[0xa3, 0x86, 0x81, 0x00, 0x05, 0x80, 41, 42],
	...[0xa0, 0x89, 0xa1, 0x84, 0x81, 0xff, 0xff, 0x00, 0x9b, 0x81, 1],
	// A cluster at 4 000 000 000 ms with an empty block, its size in eight bytes.
	...[0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN_SIZE],
	...[0xe7, 0x84, 0xee, 0x6b, 0x28, 0x00],
	...[0xa3, 0x01, 0, 0, 0, 0, 0, 0, 4, 0x81, 0, 0, 0x80],
]);

async function* pieces(bytes: Buffer, length: number) {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

test('Blocks come with their times, however the pipe cuts them', async () => {
	for (const length of [1, 2, 5, 16, STREAM.length]) {
		const blocks = await Array.fromAsync(readMatroska(pieces(STREAM, length)));
		assert.deepEqual(
			blocks.map(({ ptsMs, data }) => [ptsMs, [...data]]),
			[
				[70_005, [41, 42]],
				[69_999, []],
				[4_000_000_000, []],
			],
		);
	}
});

test('Bytes that are not Matroska are refused', async () => {
	await assert.rejects(Array.fromAsync(readMatroska(pieces(Buffer.alloc(16), 4))), RangeError);
});
