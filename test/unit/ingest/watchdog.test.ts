import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchdog } from '../../../src/ingest/watchdog.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('The watchdog barks once, when it was not fed for its time and not before', async () => {
	const clock = manualClock();
	let barks = 0;
	await using dog = watchdog(clock, 8000, () => {
		barks += 1;
	});
	for (let n = 0; n < 20; n++) {
		await clock.advance(7000);
		dog.feed();
	}
	await clock.advance(7999);
	assert.equal(barks, 0);
	await clock.advance(1);
	assert.equal(barks, 1);
	await clock.advance(60_000);
	assert.equal(barks, 1);
});

test('A watchdog that was let go does not bark', async () => {
	const clock = manualClock();
	let barks = 0;
	{
		await using _dog = watchdog(clock, 8000, () => {
			barks += 1;
		});
	}
	await clock.advance(20_000);
	assert.equal(barks, 0);
});
