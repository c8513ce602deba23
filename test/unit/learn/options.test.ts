import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyMs, learningOptions } from '../../../src/learn/options.ts';

test('the time between learnings is read in minutes, hours and days, or there is none', () => {
	assert.equal(everyMs('7 days'), 7 * 86_400_000);
	assert.equal(everyMs('1 hour'), 3_600_000);
	assert.equal(everyMs('1.5 minutes'), 90_000);
	assert.equal(everyMs('never'), null);
	for (const every of ['weekly', '0 days', '7', '-1 days', 'days']) {
		assert.equal(learningOptions.safeParse({ every }).success, false, every);
	}
	assert.equal(learningOptions.parse({}).every, '7 days');
});
