import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { writeMaskPng } from '../../../../../src/ingest/simulate/scene/png.ts';

test('a mask becomes a PNG of one bit a pixel whose rows end at whole bytes', () => {
	const mask = new Uint8Array(20);
	mask[0] = 255;
	mask[9] = 255;
	mask[13] = 1;
	const png = writeMaskPng(mask, 10, 2);
	assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
	assert.equal(
		png.subarray(12, 29).toString('hex'),
		`${Buffer.from('IHDR').toString('hex')}0000000a000000020100000000`,
	);
	const length = png.readUInt32BE(33);
	assert.equal(png.subarray(37, 41).toString('latin1'), 'IDAT');
	const rows = inflateSync(png.subarray(41, 41 + length));
	assert.equal(rows.toString('hex'), '008040' + '001000');
	// The check sum of an empty end is the same in every PNG.
	assert.equal(png.subarray(-12).toString('hex'), '0000000049454e44ae426082');
});
