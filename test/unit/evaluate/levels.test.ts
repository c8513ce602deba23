import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf } from '../../../src/evaluate/events.ts';
import { levelPoints } from '../../../src/evaluate/levels.ts';
import { labelsOf, scoresOf, windowsOf } from '../../support/series.ts';

test('each level is judged anew, from zero to the first that nothing reaches', () => {
	const labels = '....xxxx....';
	const surprises = [1, 1, 2, 2, 4, 4, 4, 1, 1, 1, 1, 1];
	const clip = {
		windows: windowsOf(labels, surprises),
		scores: scoresOf(surprises),
		events: eventsOf(labelsOf(labels), 1),
	};
	const options = { framesPerSecond: 1, minimumSeconds: 1, releaseSeconds: 1, model: { id: 'm', version: '1' } };
	const points = levelPoints([clip], { ...options, tailSeconds: 1 });
	assert.equal(points.length, 42);
	assert.deepEqual(
		points.map(({ level }) => level),
		Array.from({ length: 42 }, (_, step) => step / 10),
	);
	const at = (level: number) => points.find((point) => point.level === level)!;
	// Always open from the second window on, which is no way to find anything.
	assert.deepEqual([at(0.5).falseAlarms, at(0.5).eventsDetected, at(0.5).eventsUnderFalseAlarm], [1, 0, 1]);
	// Told at 3 s, before the event.
	assert.deepEqual([at(2).falseAlarms, at(2).eventsDetected], [1, 0]);
	assert.deepEqual([at(2.1).falseAlarms, at(2.1).eventsDetected, at(2.1).timeToDetect?.p50], [0, 1, 1]);
	assert.deepEqual([at(4).falseAlarms, at(4).eventsDetected], [0, 1]);
	assert.deepEqual([at(4.1).falseAlarms, at(4.1).eventsDetected], [0, 0]);
});

test('levels end where surprise has no meaning any more', () => {
	const clip = { windows: windowsOf('x', [1760]), scores: scoresOf([1760]), events: eventsOf(labelsOf('x'), 1) };
	const options = { framesPerSecond: 1, minimumSeconds: 0, releaseSeconds: 1, model: { id: 'm', version: '1' } };
	const points = levelPoints([clip], { ...options, tailSeconds: 1 });
	assert.deepEqual([points.length, points.at(-1)?.level, points.at(-1)?.eventsDetected], [201, 20, 1]);
});
