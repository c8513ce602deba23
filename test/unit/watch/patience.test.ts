import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from '../../../src/watch/patience.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('while a network is being loaded and shortly after, windows may wait; else only one', async () => {
	const clock = manualClock();
	const patience = new Patience(clock);
	assert.equal(patience.room(5), 1);
	const loading = Promise.withResolvers<string>();
	const during = patience.during(() => loading.promise);
	assert.equal(patience.room(5), 100);
	loading.resolve('loaded');
	assert.equal(await during, 'loaded');
	await clock.advance(9000);
	assert.equal(patience.room(2.5), 50);
	await clock.advance(1000);
	assert.equal(patience.room(5), 1);
});

test('a network that cannot be loaded leaves nothing behind', async () => {
	const clock = manualClock();
	const patience = new Patience(clock);
	await assert.rejects(
		patience.during(async () => {
			throw new Error('damaged');
		}),
		/damaged/,
	);
	await clock.advance(10_000);
	assert.equal(patience.room(5), 1);
});
