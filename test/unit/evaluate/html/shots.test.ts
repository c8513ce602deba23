import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { heatColour } from '../../../../src/core/heat-colour.ts';
import { shotPictures, strongestRoot } from '../../../../src/evaluate/html/shots.ts';

const heatMap = { width: 2, height: 1, cellPixels: 8, values: Float32Array.of(0.0625, 0) };
const shot = {
	id: 'miss-0',
	width: 16,
	height: 8,
	seen: new Uint8Array(128).fill(99),
	predicted: new Uint8Array(128),
	heatMap,
	strangest: { x: 0.5, y: 0.25, width: 0.25, height: 0.5 },
	truth: [{ x: 0, y: 0, width: 1, height: 1 }],
};

function pngsOf(markup: string): Buffer[] {
	return [...markup.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, base64]) =>
		Buffer.from(base64!, 'base64'),
	);
}

test('what was seen is in the file once, under its heat map and alone', () => {
	const { text } = shotPictures(shot, 0.25);
	assert.equal(pngsOf(text).length, 3);
	assert.match(text, /<image id="miss-0-seen"/);
	assert.match(text, /<use href="#miss-0-seen"\/>/);
	assert.match(text, /class="alarm-box" x="8" y="2" width="4" height="4"/);
	assert.match(text, /class="truth-box" x="0" y="0" width="16" height="8"/);
});

test('the heat of a cell is the root of its error as a share of the strongest', () => {
	const heat = (strongest: number) => {
		const png = pngsOf(shotPictures(shot, strongest).text)[1]!;
		return [...inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))];
	};
	assert.deepEqual(heat(0.25), [0, ...heatColour(1), ...heatColour(0)]);
	assert.deepEqual(heat(0.5), [0, ...heatColour(0.5), ...heatColour(0)]);
	assert.equal(heatColour(0)[3], 0);
	assert.equal(strongestRoot([heatMap]), 0.25);
	assert.equal(strongestRoot([]), 0);
});
