import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../../../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../../../../src/core/units.ts';
import { View } from '../../../../src/watch/learning/view.ts';

const SIZE = { width: 128, height: 96 };
const SECOND = 1000;

/** A place with walls and poles, some of which is hidden by somebody who walks by; `at` in seconds. */
function place(
	at: number,
	{
		shift = 0,
		gain = 1,
		dark = false,
		seed = 0,
	}: { shift?: number; gain?: number; dark?: boolean; seed?: number } = {},
): Frame {
	const luma = new Uint8Array(SIZE.width * SIZE.height);
	const walker = (at * 7) % SIZE.width;
	for (let y = 0; y < SIZE.height; y++) {
		for (let x = 0; x < SIZE.width; x++) {
			const column = x + shift + seed * 1000;
			const pole = Math.sin(column * 0.31) + Math.sin(column * 0.097 + 1) > 0.6 ? 70 : 0;
			const wall = y > 40 + 8 * Math.sin((x + shift) * 0.05 + seed) ? 60 : 0;
			const person = Math.abs(x - walker) < 6 && y > 30 && y < 70 ? -40 : 0;
			const noise = ((x * 7919 + y * 104729 + at * 1299709) % 13) - 6;
			luma[y * SIZE.width + x] = dark
				? 4 + (noise & 1)
				: Math.min(255, Math.max(0, gain * (60 + pole + wall + person) + noise));
		}
	}
	return {
		camera: cameraId('yard'),
		run: 1,
		index: Math.round(at * 5),
		...SIZE,
		luma,
		capturedAt: utcMs(at * SECOND),
		arrivedAt: monotonicMs(at * SECOND),
		damage: null,
	};
}

/** Shows the place for some seconds and says when it was found to have moved. */
function show(
	view: View,
	from: number,
	seconds: number,
	change: (at: number) => Parameters<typeof place>[1],
): number[] {
	const found: number[] = [];
	for (let at = from; at < from + seconds; at += 2) if (view.look(place(at, change(at)))) found.push(at - from);
	return found;
}

test('walkers, noise, a light that changes at once, and the night are no move', () => {
	const view = new View();
	assert.deepEqual(
		show(view, 0, 300, () => ({})),
		[],
	);
	assert.deepEqual(
		show(view, 300, 200, () => ({ gain: 0.5 })),
		[],
	);
	assert.deepEqual(
		show(view, 500, 200, () => ({ dark: true })),
		[],
	);
	assert.deepEqual(
		show(view, 700, 200, () => ({ gain: 1.3 })),
		[],
	);
});

test('a camera that was turned is found to have moved after a minute, once', () => {
	const view = new View();
	show(view, 0, 300, () => ({}));
	const found = show(view, 300, 600, () => ({ shift: 17 }));
	assert.equal(found.length, 1);
	assert.ok(found[0]! >= 50 && found[0]! <= 100, `after ${found[0]} s`);
});

test('a camera that shows another place is found to have moved', () => {
	const view = new View();
	show(view, 0, 300, () => ({}));
	assert.equal(show(view, 300, 150, () => ({ seed: 3 })).length, 1);
});

test('a camera that was turned while the daemon did not run is found to have moved', () => {
	const before = new View();
	assert.equal(before.save(), null);
	show(before, 0, 300, () => ({}));
	const saved = before.save()!;
	const same = new View();
	same.restore(saved);
	assert.deepEqual(
		show(same, 300, 200, () => ({})),
		[],
	);
	const turned = new View();
	turned.restore(saved);
	assert.equal(show(turned, 300, 200, () => ({ shift: 17 })).length, 1);
	const spoiled = new View();
	spoiled.restore(new TextEncoder().encode('{"v":1}'));
	assert.deepEqual(
		show(spoiled, 300, 200, () => ({ shift: 17 })),
		[],
	);
});

test('half a minute of something else, and a camera that sweeps to and fro, are no move', () => {
	const view = new View();
	show(view, 0, 300, () => ({}));
	assert.deepEqual(
		show(view, 300, 30, () => ({ seed: 3 })),
		[],
	);
	assert.deepEqual(
		show(view, 330, 200, () => ({})),
		[],
	);
	assert.deepEqual(
		show(view, 530, 300, (at) => ({ shift: 17 + Math.floor(at / 4) * 9 })),
		[],
	);
});

test('a place that somebody accepts is the known one at once, and is not found to be another a minute later', () => {
	const view = new View();
	const elsewhere = () => ({ seed: 3 });
	show(view, 0, 300, () => ({}));
	view.forget();
	assert.deepEqual(show(view, 300, 300, elsewhere), []);
	assert.equal(show(view, 600, 300, () => ({})).length, 1);
});
