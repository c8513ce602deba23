import assert from 'node:assert/strict';
import { test } from 'node:test';
import { surprise } from '../../../../src/core/units.ts';
import { wordsOf } from '../../../../src/watch/explain/words.ts';
import { sampleExplanation } from '../../../support/alarms.ts';

const box = (x: number, y: number) => ({ x: x - 0.05, y: y - 0.05, width: 0.1, height: 0.1 });

for (const [x, y, place] of [
	[0.1, 0.5, 'At the left of the picture'],
	[0.5, 0.5, 'In the middle of the picture'],
	[0.9, 0.9, 'At the bottom right of the picture'],
	[0.5, 0.1, 'At the top of the picture'],
] as const) {
	test(`a place at ${x}, ${y} is told as: ${place}`, () => {
		assert.ok(wordsOf(sampleExplanation({ regions: [box(x, y)] })).startsWith(place));
	});
}

for (const [hours, rarity] of [
	[0.4, 'more than once an hour'],
	[1.2, 'once in an hour'],
	[30, 'once in 30 hours'],
	[72, 'once in 3 days'],
	[24 * 365, 'once in 12 months'],
	[1e9, 'less than once in ten years'],
] as const) {
	test(`${hours} hours are told as: ${rarity}`, () => {
		const text = wordsOf(sampleExplanation({ onceInHours: hours, nearest: null }));
		assert.ok(text.includes(`as strange ${rarity}.`), text);
	});
}

test('other channels are told where they are rare too', () => {
	const [motion] = sampleExplanation().channels;
	const text = wordsOf(
		sampleExplanation({
			channels: [
				motion!,
				{ channel: 'patch', raw: 1, surprise: surprise(4.9), onceInHours: 4.4 },
				{ channel: 'distance', raw: 1, surprise: surprise(1), onceInHours: 0.01 },
			],
		}),
	);
	assert.match(text, /Also rare: patch \(once in 4 hours\)\./);
	assert.doesNotMatch(text, /distance/);
});
