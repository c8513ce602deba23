import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utcMs } from '../../../src/core/units.ts';
import { chunkHeader, decodeChunk, encodeChunk, type FootageChunk } from '../../../src/ingest/footage-chunk.ts';

const chunk: FootageChunk = {
	run: 3,
	index: 41,
	framesPerSecond: 5,
	size: { width: 32, height: 16 },
	from: utcMs(1_700_000_000_000),
	to: utcMs(1_700_000_000_400.5),
	frames: [0, 1, 2].map((frame) => Uint8Array.from({ length: 512 }, (_, i) => (i * 37 + frame * 201) % 256)),
};

test('a chunk of footage comes back bit by bit', async () => {
	const bytes = await encodeChunk(chunk);
	const back = await decodeChunk('a', bytes);
	assert.deepEqual({ ...back, frames: [] }, { ...chunk, frames: [] });
	assert.deepEqual(
		back.frames.map((frame) => [...frame]),
		chunk.frames.map((frame) => [...frame]),
	);
	assert.equal(chunkHeader('a', bytes).frames, 3);
});

test('a still picture with a little noise takes a small part of its size', async () => {
	const still = Array.from({ length: 20 }, (_, frame) =>
		Uint8Array.from({ length: 4096 }, (_, i) => 90 + (i % 64) + ((i * 7919 + frame * 104729) % 10 === 0 ? 1 : 0)),
	);
	const bytes = await encodeChunk({ ...chunk, size: { width: 64, height: 64 }, frames: still });
	assert.ok(bytes.length < (20 * 4096) / 4, `${bytes.length} bytes`);
});

test('whatever happened to a chunk is told by its name and in words', async () => {
	const bytes = await encodeChunk(chunk);
	const refused = (spoiled: Uint8Array, why: RegExp) =>
		assert.rejects(decodeChunk('the-name', spoiled), (error: Error) => {
			assert.match(error.message, /the-name/);
			assert.match(error.message, why);
			assert.match(error.message, /SOURCE_FAILED/);
			return true;
		});
	await refused(bytes.subarray(0, 5), /does not begin/);
	await refused(bytes.subarray(0, 40), /header is not whole/);
	await refused(bytes.subarray(0, bytes.length - 1), /bytes of pictures/);
	await refused(
		Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte)),
		/another SHA-256/,
	);
	const text = Buffer.from(bytes).toString('latin1').replace('"frames":3', '"frames":9');
	await refused(Buffer.from(text, 'latin1'), /have 1536 bytes, not 4608/);
});
