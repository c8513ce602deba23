import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../../src/evaluate/events.ts';
import { ShownMoments } from '../../../../src/evaluate/html/shown-moments.ts';
import { sampleMoment, sampleWindow } from '../../../support/evaluation.ts';

const event: Event = { first: 30, last: 79, kinds: [], beginSeconds: 3, endSeconds: 7.9 };

/** A clip of 150 pictures with one event. */
function shown(surpriseOf: (picture: number) => number, own = event): ShownMoments {
	const moments = new ShownMoments();
	for (let picture = 0; picture < 150; picture++) {
		const anomalous = picture >= own.first && picture <= own.last;
		const window = sampleWindow(picture, { anomalous, surprise: surpriseOf(picture) });
		moments.see(sampleMoment('01', window), [own], 3);
	}
	return moments;
}

test('a miss is an odd picture that scored low once the event had lasted a second', () => {
	// Lowest as the event begins, which is the time to detect, and again at picture 60.
	const { misses } = shown((picture) => (picture < 40 ? 0 : picture === 60 ? 1 : 5));
	assert.equal(misses[0]?.window.picture, 60);
	assert.ok(misses.every(({ window }) => window.anomalous && window.picture >= 40));
});

test('an event shorter than that counts from its first picture', () => {
	const short = { ...event, last: 34, endSeconds: 3.4 };
	const { misses } = shown((picture) => (picture === 31 ? 0 : 5), short);
	assert.deepEqual(
		misses.map(({ window }) => window.picture),
		[31],
	);
});

test('a false alarm is a normal picture that scored high, but for the tail of an event', () => {
	const { falseAlarms } = shown((picture) => (picture === 85 ? 9 : picture === 120 ? 7 : picture === 10 ? 6 : 0));
	assert.deepEqual(
		falseAlarms.map(({ window }) => window.picture),
		[120, 10],
	);
});
