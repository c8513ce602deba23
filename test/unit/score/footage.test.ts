import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawScore, utcMs } from '../../../src/core/units.ts';
import { type FootageWindow, footageOf, withWindows } from '../../../src/score/footage.ts';

const window = (run: number, index: number, patch: number): FootageWindow => ({
	run,
	index,
	capturedAt: utcMs(200 * index),
	channels: new Map([['patch', rawScore(patch)]] as const),
});

test('windows that are normal after all are joined to the footage as stretches of their own', () => {
	const footage = footageOf([window(1, 0, 1), window(1, 1, 2)], ['patch']);
	const joined = withWindows(footage, [window(4, 7, 3), window(4, 8, 4), window(5, 0, 5)]);
	assert.equal(joined.windows, 5);
	assert.deepEqual([...joined.steps], [0, 1, 0, 1, 0]);
	assert.deepEqual([...joined.channels.get('patch')!], [1, 2, 3, 4, 5]);
	assert.deepEqual([joined.from, joined.to], [footage.from, footage.to]);
	assert.equal(withWindows(footage, []), footage);
	assert.throws(() => withWindows(footage, [{ ...window(1, 2, 3), channels: new Map() }]), RangeError);
});
