import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../../src/core/frame.ts';
import { seeInfrared } from '../../../src/ingest/simulate/effects/tone.ts';
import { openScene } from '../../../src/ingest/simulate/scene/scene.ts';
import { Regimes } from '../../../src/score/regimes.ts';

const [WIDTH, HEIGHT, FPS] = [256, 144, 5];

for (const seed of [1, 12]) {
	test(`day and the camera's lamp are told apart, at once when both are known (walkway ${seed})`, () => {
		const camera = watched(seed);
		assert.deepEqual(camera.see(100, 'day'), { first: 96 });
		assert.equal(camera.regimes.name(), 'day');
		const met = camera.see(120, 'night');
		// Ten seconds, and the windows that span the switch.
		assert.ok(met['between']! >= 50 && met['between']! <= 56, JSON.stringify(met));
		assert.equal(met['second'], 120 - met['between']!);
		assert.equal(camera.regimes.name(), 'night');
		assert.deepEqual(camera.see(60, 'day'), { between: 4, first: 56 });
		assert.deepEqual(camera.see(60, 'night'), { between: 4, second: 56 });
		assert.equal(camera.regimes.met, 2);
	});
}

test('clouds and people over hours, exposure by steps of a tenth and somebody near are the same day', () => {
	const camera = watched(11);
	camera.see(50, 'day');
	for (let step = 0; step < 40; step++) assert.deepEqual(camera.see(10, 'day', { leap: 211 }), { first: 6 });
	for (const gain of [1.1, 1.2, 1.1, 1, 0.9, 0.8, 0.9, 1])
		assert.deepEqual(camera.see(20, 'day', { gain }), { first: 20 });
	assert.deepEqual(camera.see(30, 'day', { near: true }), { first: 30 });
	assert.equal(camera.regimes.met, 1);
});

test('what is known of the lights survives a restart', () => {
	const camera = watched(1);
	camera.see(40, 'day');
	camera.see(120, 'night');
	const again = watched(1);
	assert.equal(again.regimes.load(camera.regimes.save()), true);
	assert.deepEqual(again.see(30, 'night'), { second: 26 });
	assert.equal(again.regimes.name(), 'night');
	assert.equal(again.regimes.load(new TextEncoder().encode('{"current":"first","known":[]}')), false);
	assert.equal(again.regimes.load(new Uint8Array(3)), false);
	assert.equal(again.regimes.name(), 'night');
});

function watched(seed: number) {
	const scene = openScene({ seed, width: WIDTH, height: HEIGHT, framesPerSecond: FPS });
	const regimes = new Regimes(FPS);
	const frames: Frame[] = [];
	let index = 0;
	const render = (light: 'day' | 'night', gain: number, near: boolean): Frame => {
		const picture = new Uint8Array(WIDTH * HEIGHT);
		scene.render(index, picture);
		const luma = new Uint8ClampedArray(picture.buffer);
		if (light === 'night') seeInfrared({ luma, u: null, v: null }, WIDTH, index);
		for (let at = 0; at < luma.length; at++) luma[at] = gain * luma[at]!;
		// A third of the picture, from one moment to the next.
		if (near) for (let y = 0; y < HEIGHT; y++) luma.fill(200, y * WIDTH, y * WIDTH + WIDTH / 3);
		return { luma: picture, width: WIDTH, height: HEIGHT } as Frame;
	};
	const see = (count: number, light: 'day' | 'night', { gain = 1, near = false, leap = 1 } = {}) => {
		const tally: Record<string, number> = {};
		if (leap > 1) frames.length = 0;
		index += leap - 1;
		for (let i = 0; i < count; i++) {
			frames.push(render(light, gain, near));
			index++;
			if (frames.length > FPS) frames.shift();
			if (frames.length < FPS) continue;
			const [first, ...others] = frames;
			const verdict = regimes.see({ frames: [first!, ...others], target: others.at(-1)!, run: 1 });
			const key = verdict.kind === 'between' ? 'between' : verdict.regime;
			tally[key] = (tally[key] ?? 0) + 1;
		}
		return tally;
	};
	return { regimes, see };
}
