import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movingCorner, pickWindow, spanOf } from '../../../src/learn/pick.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import type { Scene } from '../../../src/learn/scene.ts';
import { scriptedRandom } from '../../support/scripted-random.ts';

const SIZE = { width: 64, height: 32 };

/** Frames that tell their number, and nothing else. */
function numbered(name: string, count: number): Scene {
	const frames = Array.from({ length: count }, (_, t) => Uint8Array.of(t));
	return { name, size: SIZE, frames, background: new Uint8Array(), busy: new Float32Array() };
}

test('inputs are a stride apart, then come the next frame and the one that goes on at that stride', () => {
	const random = scriptedRandom({ integers: [0, 3] });
	const { frames, seen } = pickWindow([numbered('a', 20)], 4, 3, random);
	assert.deepEqual(
		frames.map(([number]) => number),
		[3, 6, 9, 12, 13, 15],
	);
	assert.equal(seen, 15);
	const plain = pickWindow([numbered('a', 20)], 4, 1, scriptedRandom({ integers: [0, 3] })).frames;
	assert.deepEqual(
		plain.map(([number]) => number),
		[3, 4, 5, 6, 7, 7],
	);
	assert.equal(plain[4], plain[5]);
});

test('every start at which a window fits is drawn, and no other', () => {
	const random = seededRandom(1);
	const starts = new Set<number>();
	for (let draw = 0; draw < 200; draw++) {
		const { frames } = pickWindow([numbered('a', 16)], 4, 3, random);
		starts.add(frames[0]![0]!);
		assert.ok(frames.at(-1)![0]! < 16);
	}
	assert.equal(spanOf(4, 3), 13);
	assert.deepEqual([...starts].sort(), [0, 1, 2, 3]);
});

test('clips are drawn by their length, those too short for the window never', () => {
	const random = seededRandom(2);
	const scenes = [numbered('short', 12), numbered('long', 39), numbered('exact', 13)];
	const drawn = Array.from({ length: 400 }, () => pickWindow(scenes, 4, 3, random).scene.name);
	assert.ok(!drawn.includes('short'));
	const share = drawn.filter((name) => name === 'long').length / drawn.length;
	assert.ok(Math.abs(share - 0.75) < 0.07, `${share}`);
	assert.throws(() => pickWindow([numbered('short', 12)], 4, 3, random), {
		name: 'RangeError',
		message: /a window of 13 frames/,
	});
});

test('of three corners the one with most change is taken, and one time in five the first', () => {
	const still = new Uint8Array(SIZE.width * SIZE.height);
	const changed = still.slice();
	for (let row = 0; row < 32; row++) changed.fill(100, row * 64 + 36, row * 64 + 64);
	const picked = { scene: numbered('a', 1), frames: [still, still, still, still, changed, changed], seen: 5 };
	const places = [2, 0, 9, 1, 30, 2];
	const corner = (uniform: number) =>
		movingCorner(picked, SIZE, 24, scriptedRandom({ uniforms: [uniform], integers: places }));
	assert.deepEqual(corner(0.2), { x: 30, y: 2 });
	assert.deepEqual(corner(0.19), { x: 2, y: 0 });
	const nothing = { ...picked, frames: picked.frames.map(() => still) };
	const random = scriptedRandom({ uniforms: [0.9], integers: places });
	assert.deepEqual(movingCorner(nothing, SIZE, 24, random), { x: 2, y: 0 });
});
