import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangesOf } from '../../../../src/ingest/simulate/dataset.ts';

test('flags become ranges with both ends included', () => {
	assert.deepEqual(rangesOf([false, true, true, false, true]), [
		[1, 2],
		[4, 4],
	]);
	assert.deepEqual(rangesOf([]), []);
	assert.deepEqual(rangesOf([false]), []);
});
