import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truthOf } from '../../../src/evaluate/truth.ts';

const SIZE = { width: 4, height: 2 };

function clip(anomalous: readonly boolean[], masks: readonly string[] | null) {
	return { name: '1', pictures: anomalous.map((_, index) => `${index}.jpg`), anomalous, masks, oddities: [] };
}

const files = {
	size: async () => SIZE,
	mask: async (path: string) => Uint8Array.from(path, (pixel) => (pixel === '#' ? 1 : 0)),
};

test('boxes come from the masks of the anomalous pictures, with their tracks', async () => {
	const truth = await truthOf(
		clip([false, true, true, false], ['....####', '##......', '.##.....', '#.......']),
		files,
	);
	assert.deepEqual(truth, [
		[],
		[{ x: 0, y: 0, width: 0.5, height: 0.5, track: 0 }],
		[{ x: 0.25, y: 0, width: 0.5, height: 0.5, track: 0 }],
		[],
	]);
});

test('a clip without anything anomalous needs no masks', async () => {
	assert.deepEqual(await truthOf(clip([false, false], null), files), [[], []]);
});

test('without masks nobody knows where the anomalous things are', async () => {
	assert.equal(await truthOf(clip([false, true], null), files), null);
});
