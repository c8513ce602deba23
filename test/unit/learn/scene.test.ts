import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyAt, type Clip, type Scene, sceneOf, scenesOfCamera } from '../../../src/learn/scene.ts';
import { assertClose } from '../../support/close.ts';

const SIZE = { width: 32, height: 16 };

/** A wall before which a square of `side` pixels is at (x, y) in the frames that are named. */
function flashes(frames: number, { x, y, side }: { x: number; y: number; side: number }, when: number[]): Clip {
	const pictures = Array.from({ length: frames }, (_, t) => {
		const picture = new Uint8Array(SIZE.width * SIZE.height).fill(50);
		if (!when.includes(t)) return picture;
		for (let row = y; row < y + side; row++) picture.fill(120, row * 32 + x, row * 32 + x + side);
		return picture;
	});
	return { name: 'flashes', size: SIZE, frames: pictures };
}

test('a scene knows what stands still, and in what share of the time each cell moves', () => {
	// Every other frame is looked at: 10 changes between 11 frames, of which the square makes two, from 4 to 6 and from 6 to 8.
	const scene = sceneOf(flashes(21, { x: 8, y: 0, side: 8 }, [6, 7, 13]));
	assert.ok(scene.background.every((value) => value === 50));
	assertClose(scene.busy, [0, 0.2, 0, 0, 0, 0, 0, 0], 1e-6);
	assert.equal(scene.name, 'flashes');
});

test('a few pixels that change are noise', () => {
	// Of every other row: two pixels of a square of two, eight of one of four.
	assert.ok(sceneOf(flashes(9, { x: 10, y: 2, side: 2 }, [4])).busy.every((share) => share === 0));
	assert.equal(sceneOf(flashes(9, { x: 10, y: 2, side: 4 }, [4])).busy[1], 0.5);
});

test('a clip of one frame is a scene in which nothing moves', () => {
	assert.ok(sceneOf(flashes(1, { x: 0, y: 0, side: 8 }, [0])).busy.every((share) => share === 0));
});

test('what moves in one clip of a camera moves in all', () => {
	const clips = [flashes(9, { x: 8, y: 0, side: 8 }, [4]), flashes(9, { x: 16, y: 8, side: 8 }, [4])];
	for (const [index, scene] of scenesOfCamera(clips).entries()) {
		assertClose(scene.busy, [0, 0.25, 0, 0, 0, 0, 0.25, 0], 1e-6);
		assert.equal(scene.frames, clips[index]!.frames);
	}
});

test('the cells of a square are busy where those of the picture that they lie on are, mirrored too', () => {
	const busy = new Float32Array(8);
	busy[3] = 0.01;
	busy[0] = 0.001;
	const scene: Scene = { ...flashes(1, { x: 0, y: 0, side: 1 }, []), background: new Uint8Array(), busy };
	// Pixels 12 to 28: its right cell lies on the picture's last one, partly. What moves a thousandth of the time is still.
	assert.deepEqual([...busyAt(scene, { x: 12, y: 0 }, 16, false)], [0, 1, 0, 0]);
	assert.deepEqual([...busyAt(scene, { x: 12, y: 0 }, 16, true)], [1, 0, 0, 0]);
	assert.deepEqual([...busyAt(scene, { x: 3, y: 0 }, 16, false)], [0, 0, 0, 0]);
});
