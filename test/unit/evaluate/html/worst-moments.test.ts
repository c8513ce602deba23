import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorstMoments } from '../../../../src/evaluate/html/worst-moments.ts';
import { sampleMoment, sampleWindow } from '../../../support/evaluation.ts';

const LIMITS = { most: 3, mostPerClip: 2, apartSeconds: 1 };

function worst(offers: readonly (readonly [clip: string, picture: number, badness: number])[]): string[] {
	const moments = new WorstMoments(LIMITS);
	for (const [clip, picture, badness] of offers) moments.offer(sampleMoment(clip, sampleWindow(picture)), badness);
	return moments.moments.map(({ clip, window }) => `${clip} ${window.picture}`);
}

test('of moments next to each other the worst is kept', () => {
	assert.deepEqual(
		worst([
			['a', 0, 1],
			['a', 5, 3],
			['a', 9, 2],
			['a', 30, 1],
		]),
		['a 5', 'a 30'],
	);
});

test('a clip has no more than its share, and the worst of it', () => {
	assert.deepEqual(
		worst([
			['a', 0, 4],
			['a', 20, 5],
			['a', 40, 3],
			['a', 60, 6],
			['b', 0, 1],
		]),
		['a 60', 'a 20', 'b 0'],
	);
});

test('of all clips together the worst are kept, the worst first', () => {
	assert.deepEqual(
		worst([
			['a', 0, 4],
			['b', 0, 1],
			['c', 0, 2],
			['d', 0, 3],
			['e', 0, 0],
		]),
		['a 0', 'd 0', 'c 0'],
	);
});
