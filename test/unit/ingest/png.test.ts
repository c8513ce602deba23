import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { imageSize, readImage } from '../../../src/ingest/image.ts';
import { encodePng } from '../../../src/ingest/png.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const size = { width: 23, height: 17 };

test('a grey picture comes back from FFmpeg as it was', async () => {
	const luma = Uint8Array.from(
		{ length: size.width * size.height },
		(_, index) => (index * index * 31 + 7 * index) % 256,
	);
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'grey.png');
	await writeFile(path, encodePng(luma, size, 'grey'));
	assert.deepEqual(await imageSize(path), size);
	assert.deepEqual(await readImage(path, size), luma);
});

test('a coloured picture has its pixels as they are, row after row', () => {
	const pixels = Uint8Array.from({ length: 2 * 2 * 4 }, (_, index) => index);
	const png = encodePng(pixels, { width: 2, height: 2 }, 'rgba');
	assert.equal(png.subarray(16, 29).toString('hex'), '00000002000000020806000000');
	const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
	assert.equal(rows.toString('hex'), '000001020304050607' + '0008090a0b0c0d0e0f');
});
