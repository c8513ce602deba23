import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '../../../src/ingest/simulate/scene/random.ts';
import { gridOf } from '../../../src/inspect/grid.ts';
import { compare, type Look, look } from '../../../src/inspect/look.ts';
import { Stillness } from '../../../src/inspect/stillness.ts';
import { DRAWN, normal } from '../../support/drawn-camera.ts';

const GRID = gridOf(DRAWN, []);

/** Shows pictures five times a second from a time on; returns what was found of each. */
function show(stillness: Stillness, from: number, seconds: number, picture: (at: number) => Uint8Array) {
	let before: Look | null = null;
	return Array.from({ length: seconds * 5 }, (_, index) => {
		const at = from + index / 5;
		const seen = look(picture(at), GRID);
		const found = stillness.next(seen, before === null ? null : compare(seen, before, GRID).differences, at);
		before = seen;
		return found;
	});
}

const still = normal(50);
const nobody = (at: number) => normal(at, { walkers: 0, noise: 0.6 });

test('the same picture bit by bit is frozen after six seconds, and has thawed when it moves on by a leap', () => {
	const stillness = new Stillness();
	show(stillness, 0, 10, normal);
	const during = show(stillness, 10, 10, () => still);
	const first = during.findIndex(({ frozen }) => frozen);
	assert.ok(first >= 30 && first <= 32, String(first));
	assert.ok(during.slice(first).every(({ frozen }) => frozen));
	assert.deepEqual(
		show(stillness, 20, 1, normal).map(({ thawed }) => thawed),
		[true, false, false, false, false],
	);
});

test('a scene in which nobody moves is not frozen as long as there is noise', () => {
	const found = show(new Stillness(), 0, 120, nobody);
	assert.ok(found.every(({ frozen }) => !frozen));
});

test('a picture that is coded anew is frozen where it comes again bit by bit', () => {
	const alternating = (at: number) =>
		still.map((level, place) => level + ((place + Math.round(at * 5)) % 10 === 0 ? 1 : 0));
	const stillness = new Stillness();
	show(stillness, 0, 10, normal);
	assert.ok(show(stillness, 10, 10, alternating).at(-1)!.frozen);
});

/** As a coder under rate control does: each 8x8 block with one of three steps, which change twice a second. */
function coded(luma: Uint8Array, at: number): Uint8Array {
	return luma.map((level, place) => {
		const [row, column] = [Math.floor(place / DRAWN.width) >> 3, (place % DRAWN.width) >> 3];
		const step = 1 + (hash(row * 100 + column, Math.floor(at * 2)) % 3);
		return Math.min(255, Math.round(level / step) * step);
	});
}

test('a picture that is coded otherwise each time is frozen where blocks of it come again, though it never does', () => {
	const pictures = Array.from({ length: 50 }, (_, index) => coded(still, 10 + index / 5));
	const others = new Set(pictures.map((luma) => Buffer.from(luma).toString('base64')));
	assert.equal(others.size, 20);
	const stillness = new Stillness();
	show(stillness, 0, 10, normal);
	const during = show(stillness, 10, 10, (at) => pictures[Math.round((at - 10) * 5)]!);
	const first = during.findIndex(({ frozen }) => frozen);
	assert.ok(first >= 30 && first <= 40, String(first));
});

test('a still night that is coded so is not frozen: its noise leaves no block as it was', () => {
	const found = show(new Stillness(), 0, 120, (at) => coded(nobody(at), at));
	assert.ok(found.every(({ frozen }) => !frozen));
});

test('a few lamps that blink before a noiseless wall freeze nothing', () => {
	const lamps = (at: number) =>
		still.map((level, place) => {
			const [row, column] = [Math.floor(place / DRAWN.width), place % DRAWN.width];
			// A block's mean changes by less than a level.
			const isLamp = row % 32 < 6 && column % 64 < 6;
			return isLamp && Math.floor(at) % 2 === 0 && level < 250 ? level + 1 : level;
		});
	const counter = (at: number) => {
		const luma = lamps(at);
		// One pixel that is never the same, as in a camera with hardly any noise.
		luma[DRAWN.width * 40 + 30] = Math.round(at * 5) % 256;
		luma[DRAWN.width * 50 + 90] = Math.floor((at * 5) / 256);
		return luma;
	};
	assert.ok(show(new Stillness(), 0, 60, counter).every(({ frozen }) => !frozen));
});

test('a picture that stands still by itself now and then is given longer than it ever took', () => {
	const stillness = new Stillness();
	let at = 0;
	const pause = (seconds: number) => {
		const found = show(stillness, at, seconds, () => still);
		at += seconds;
		show(stillness, at, 2, normal);
		at += 2;
		return found.some(({ frozen }) => frozen);
	};
	assert.deepEqual([pause(4), pause(5), pause(8), pause(15)], [false, false, false, false]);
	assert.equal(pause(60), true);
});
