import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSchedule } from '../../../../../src/ingest/simulate/scene/plan-text.ts';

test('a plan is none, the demonstration, or kinds with their times', () => {
	assert.equal(readSchedule('none'), 'none');
	assert.equal(readSchedule('demo'), 'demo');
	assert.deepEqual(readSchedule('left-object@90/60, open-door@200s'), [
		{ kind: 'left-object', startSeconds: 90, durationSeconds: 60 },
		{ kind: 'open-door', startSeconds: 200 },
	]);
});

test('what is no kind, or has no time, is no plan', () => {
	for (const text of ['', 'left-object', 'bag@10', 'cyclist@-1', 'cyclist@5/', 'cyclist@5,demo']) {
		assert.equal(readSchedule(text), null, text);
	}
});
