import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { heatColour } from '../../../../src/core/heat-colour.ts';
import { heatPng } from '../../../../src/watch/explain/pictures.ts';

test('the strangest cell is drawn in the strongest colour over its grey, and a cell with nothing is left grey', () => {
	const size = { width: 4, height: 2 };
	const heat = { width: 2, height: 1, cellPixels: 2, values: Float32Array.of(0, 0.09) };
	const rows = pixelsOf(heatPng(new Uint8Array(8).fill(100), size, heat));
	const [red, green, blue, opacity] = heatColour(1);
	const over = (colour: number) => Math.trunc(100 * (1 - (0.6 * opacity) / 255) + (0.6 * colour * opacity) / 255);
	assert.deepEqual(rows[0]!.slice(0, 4), [100, 100, 100, 255]);
	assert.deepEqual(rows[1]!.slice(12, 16), [over(red), over(green), over(blue), 255]);
});

test('a map with nothing in it leaves the picture as it is', () => {
	const heat = { width: 1, height: 1, cellPixels: 2, values: Float32Array.of(0) };
	const rows = pixelsOf(heatPng(Uint8Array.of(1, 2, 3, 4), { width: 2, height: 2 }, heat));
	assert.deepEqual(rows, [
		[1, 1, 1, 255, 2, 2, 2, 255],
		[3, 3, 3, 255, 4, 4, 4, 255],
	]);
});

/** Rows of an unfiltered RGBA picture. */
function pixelsOf(png: Uint8Array): number[][] {
	const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
	const [width, height] = [view.getUint32(16), view.getUint32(20)];
	const bytes = inflateSync(png.subarray(41, 41 + view.getUint32(33)));
	return Array.from({ length: height }, (_, y) => [
		...bytes.subarray(y * (width * 4 + 1) + 1, (y + 1) * (width * 4 + 1)),
	]);
}
