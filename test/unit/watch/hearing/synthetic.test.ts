import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticOddities, withOddity } from '../../../../src/watch/hearing/synthetic.ts';
import { seededRandom } from '../../../support/random.ts';

const SIZE = { width: 128, height: 80 };
const random = seededRandom(1);
const textured = Uint8Array.from({ length: SIZE.width * SIZE.height }, () => 50 + 150 * random());
const frames = Array.from({ length: 16 }, () => textured);

test('a trial has every kind of thing at several places, the same for the same seed and others for another', () => {
	const oddities = syntheticOddities(SIZE, 5, 1, null);
	assert.deepEqual(
		[...new Set(oddities.map(({ kind }) => kind))].map((kind) => oddities.filter((one) => one.kind === kind).length),
		[4, 4, 4],
	);
	assert.deepEqual(syntheticOddities(SIZE, 5, 1, null), oddities);
	assert.notDeepEqual(syntheticOddities(SIZE, 5, 2, null), oddities);
	const speeds = (framesPerSecond: number) =>
		syntheticOddities(SIZE, framesPerSecond, 1, null).map(({ dx, dy }) => Math.hypot(dx, dy) * framesPerSecond);
	for (const [index, speed] of speeds(10).entries()) assert.ok(Math.abs(speed - speeds(5)[index]!) < 1e-9);
});

test('a thing is seen in every picture, moves, stays within it and leaves the given pictures alone', () => {
	const before = Uint8Array.from(textured);
	for (const oddity of syntheticOddities(SIZE, 5, 3, null)) {
		const odd = withOddity(frames, SIZE, oddity);
		assert.equal(odd.length, frames.length);
		const places = odd.map((picture) => changedIn(picture));
		for (const [left, right] of places) assert.ok(right - left > oddity.width / 3 && right - left <= oddity.width);
		assert.ok(new Set(places.map(([left]) => left)).size > 4, 'it moves');
	}
	assert.deepEqual(textured, before);
});

test('where most of the picture is masked, things are where the camera watches', () => {
	// Only the right fifth counts.
	const pixels = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) =>
		pixel % SIZE.width >= 0.8 * SIZE.width ? 1 : 0,
	);
	const masked = syntheticOddities(SIZE, 5, 3, { pixels });
	assert.deepEqual(masked, syntheticOddities(SIZE, 5, 3, { pixels }));
	const begins = (oddities: typeof masked) => oddities.filter(({ x, width }) => x + width / 2 >= 0.7 * SIZE.width);
	assert.ok(begins(masked).length >= 9, `${begins(masked).length} of ${masked.length}`);
	assert.ok(begins(syntheticOddities(SIZE, 5, 3, null)).length <= 6);
});

test('of a camera that is covered nothing can be seen: the thing is made of what it shows', () => {
	const covered = Array.from({ length: 4 }, () => new Uint8Array(SIZE.width * SIZE.height).fill(12));
	for (const oddity of syntheticOddities(SIZE, 5, 3, null)) {
		assert.deepEqual(withOddity(covered, SIZE, oddity), covered);
	}
});

/** First and last column that differ from the picture without anything. */
function changedIn(picture: Uint8Array): readonly [number, number] {
	let [left, right] = [SIZE.width, -1];
	picture.forEach((luma, pixel) => {
		if (luma === textured[pixel]) return;
		[left, right] = [Math.min(left, pixel % SIZE.width), Math.max(right, pixel % SIZE.width)];
	});
	return [left, right];
}
