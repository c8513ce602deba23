import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrackLinker } from '../../../../src/evaluate/regions/tracks.ts';

const SIZE = { width: 8, height: 1 };

/** Tracks of the parts, from the left, picture by picture; a picture is a row of pixels, null one without a mask. */
function tracks(...pictures: readonly (string | null)[]): number[][] {
	const linker = new TrackLinker();
	return pictures.map((picture) => {
		const mask = picture === null ? null : Uint8Array.from(picture, (pixel) => (pixel === '#' ? 1 : 0));
		return linker.next(mask, SIZE).map(({ track }) => track);
	});
}

test('a part goes on the track of the part before that it shares pixels with', () => {
	assert.deepEqual(tracks('##......', '.##.....', '..##..#.', '...#...#'), [[0], [0], [0, 1], [0, 2]]);
});

test('a picture without anything ends all tracks', () => {
	assert.deepEqual(tracks('##......', null, '##......', '........', '##......'), [[0], [], [1], [], [2]]);
});

test('where two meet the one that shares more goes on, and where they part a new track begins', () => {
	assert.deepEqual(tracks('##..###.', '#######.', '###..##.'), [[0, 1], [1], [1, 2]]);
	assert.deepEqual(tracks('######..', '#..###..'), [[0], [1, 0]]);
});

test('each part and each track is linked once, the largest overlaps first', () => {
	// The long part shares one pixel with the left one, three with the middle; the right part finds nobody left.
	assert.deepEqual(tracks('##.#####', '.#.##.##'), [
		[0, 1],
		[0, 1, 2],
	]);
});

test('boxes are shares of the picture', () => {
	const linker = new TrackLinker();
	const mask = Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 0);
	assert.deepEqual(linker.next(mask, { width: 4, height: 2 }), [
		{ x: 0.25, y: 0.5, width: 0.5, height: 0.5, track: 0 },
	]);
});

test('pieces closer than two hundredths of the width are one part, with the box around its own pixels', () => {
	const size = { width: 100, height: 3 };
	const boxes = (...set: readonly number[]) => {
		const mask = new Uint8Array(300);
		for (const column of set) mask[100 + column] = 1;
		return new TrackLinker()
			.next(mask, size)
			.map(({ x, y, width, height }) => [
				Math.round(100 * x),
				Math.round(3 * y),
				Math.round(100 * width),
				Math.round(3 * height),
			]);
	};
	assert.deepEqual(boxes(10, 13), [[10, 1, 4, 1]]);
	assert.deepEqual(boxes(10, 14), [
		[10, 1, 1, 1],
		[14, 1, 1, 1],
	]);
	assert.deepEqual(boxes(0, 99), [
		[0, 1, 1, 1],
		[99, 1, 1, 1],
	]);
});
