import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeedbackAction, verdictInForce } from '../../../src/core/feedback.ts';

for (const [actions, verdict] of [
	[[], null],
	[['false-alarm'], 'false-alarm'],
	[['false-alarm', 'true-alarm'], 'true-alarm'],
	[['false-alarm', 'true-alarm', 'undo'], 'false-alarm'],
	[['false-alarm', 'true-alarm', 'undo', 'undo'], null],
	[['normal', 'undo', 'undo', 'true-alarm'], 'true-alarm'],
] as const satisfies readonly (readonly [readonly FeedbackAction[], string | null])[]) {
	test(`after [${actions.join(', ')}] ${verdict ?? 'nothing'} holds`, () => {
		assert.equal(verdictInForce(actions), verdict);
	});
}
