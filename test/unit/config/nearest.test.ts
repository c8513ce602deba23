import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from '../../../src/config/nearest.ts';

test('The edit distance counts insertions, deletions, replacements and swaps of neighbours', () => {
	const cases: readonly (readonly [string, string, number])[] = [
		['', '', 0],
		['', 'abc', 3],
		['abc', '', 3],
		['kitten', 'sitting', 3],
		['camera', 'cmaera', 1],
		['ca', 'abc', 3],
		['same', 'same', 0],
	];
	for (const [from, to, distance] of cases) {
		assert.equal(editDistance(from, to), distance, `${from} → ${to}`);
		assert.equal(editDistance(to, from), distance, `${to} → ${from}`);
	}
});

test('A misspelt word finds the one it meant, also in another case or with other word marks', () => {
	const keys = ['framesPerSecond', 'source', 'size', 'score', 'enabled'];
	assert.equal(nearest('frames_per_secnd', keys), 'framesPerSecond');
	assert.equal(nearest('Soruce', keys), 'source');
	assert.equal(nearest('enable', keys), 'enabled');
});

test('A word that is like none finds nothing', () => {
	assert.equal(nearest('resolution', ['size', 'source', 'score']), null);
	assert.equal(nearest('x', []), null);
});
