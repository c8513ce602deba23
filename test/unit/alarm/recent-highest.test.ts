import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentHighest } from '../../../src/alarm/recent-highest.ts';
import { seededRandom } from '../../support/random.ts';

test('it is the highest of the last seconds, as a look at all of them would find', () => {
	const random = seededRandom(5);
	const recent = new RecentHighest(10);
	const all: { at: number; value: number }[] = [];
	assert.equal(recent.highest, Number.NEGATIVE_INFINITY);
	for (let at = 0; at < 300; at += 0.2 + 3 * random()) {
		const value = Math.floor(20 * random());
		recent.note(at, value);
		all.push({ at, value });
		assert.equal(recent.highest, Math.max(...all.filter((one) => one.at >= at - 10).map((one) => one.value)));
	}
});
