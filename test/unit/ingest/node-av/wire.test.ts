import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChildMessage, decodeMessages, encodeMessage } from '../../../../src/ingest/node-av/wire.ts';

const MESSAGES: readonly ChildMessage[] = [
	{ kind: 'opened', codec: 'h264', width: 640, height: 360, transport: 'tcp' },
	{
		kind: 'picture',
		width: 3,
		height: 2,
		ptsSeconds: 12.345678901,
		arrivedMs: 987654.321,
		damage: 'packets-lost',
		startsRun: 'connectée ✓',
		slots: 2,
		luma: Uint8Array.from([0, 255, 10, 13, 34, 92]),
	},
	{ kind: 'packets-lost', count: 3 },
	{ kind: 'failed', said: 'two\nlines' },
];

async function* pieces(bytes: Buffer, length: number) {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

test('Messages come through a pipe as they were, however it cuts them', async () => {
	const bytes = Buffer.concat(MESSAGES.map(encodeMessage));
	for (const length of [1, 2, 3, 7, 64, bytes.length]) {
		assert.deepEqual(await Array.fromAsync(decodeMessages(pieces(bytes, length))), MESSAGES);
	}
});

test('Bytes that are no messages are refused', async () => {
	await assert.rejects(Array.fromAsync(decodeMessages(pieces(Buffer.alloc(100, 0xff), 10))), RangeError);
});
