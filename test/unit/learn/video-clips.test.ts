import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinParts, type VideoPart } from '../../../src/learn/video-clips.ts';

function part(start: number, frames: number, goesOn: boolean): VideoPart {
	const pictures = Array.from({ length: frames }, (_, index) => Uint8Array.of(start + index));
	return { start, goesOn, clips: [{ name: 'a.mp4', size: { width: 1, height: 1 }, frames: pictures }] };
}

test('parts that go on from each other become one clip; a hole, a break and a part left out begin another', () => {
	const parts = [
		part(0, 4, false),
		part(4, 4, true),
		// Part 8 to 12 was left out.
		part(12, 4, true),
		part(16, 2, true),
		// The stream broke here.
		part(18, 3, false),
	];
	const joined = joinParts(parts, 2).map(({ name, frames }) => [name, frames.map(([value]) => value)]);
	assert.deepEqual(joined, [
		['a.mp4', [0, 1, 2, 3, 4, 5, 6, 7]],
		['a.mp4 from 6 s', [12, 13, 14, 15, 16, 17]],
		['a.mp4 from 9 s', [18, 19, 20]],
	]);
});
