import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPattern, writePattern } from '../../../../src/watch/feedback/pattern.ts';
import { assertClose } from '../../../support/close.ts';
import { samplePattern } from '../../../support/feedback.ts';

test('a pattern is the same after it was put away, but for the last bits of its features', () => {
	const pattern = samplePattern();
	const read = readPattern(writePattern(pattern))!;
	const bare = (one: typeof pattern) => ({
		...one,
		windows: one.windows.map((window) => ({
			...window,
			things: window.things.map(({ feature: _feature, ...thing }) => thing),
		})),
	});
	assert.deepEqual(bare(read), bare(pattern));
	for (const [place, window] of pattern.windows.entries()) {
		for (const [which, { feature }] of window.things.entries()) {
			assertClose(read.windows[place]!.things[which]!.feature, feature, 1e-3, 'feature');
		}
	}
});

test('what is no pattern is none', () => {
	for (const text of ['', '{', '[]', '{"v":2}', writePattern(samplePattern()).replace('"v":1', '"v":9')]) {
		assert.equal(readPattern(text), null);
	}
});
