import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from '../../../src/inspect/look.ts';
import { Stillness } from '../../../src/inspect/stillness.ts';
import { DRAWN, normal } from '../../support/drawn-camera.ts';

/** Shows pictures five times a second from a time on; returns what was found of each. */
function show(stillness: Stillness, from: number, seconds: number, picture: (at: number) => Uint8Array) {
	return Array.from({ length: seconds * 5 }, (_, index) => {
		const at = from + index / 5;
		const luma = picture(at);
		return stillness.next(luma, look(luma, DRAWN).means, at);
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
	const coded = (at: number) => still.map((level, place) => level + ((place + Math.round(at * 5)) % 10 === 0 ? 1 : 0));
	const stillness = new Stillness();
	show(stillness, 0, 10, normal);
	assert.ok(show(stillness, 10, 10, coded).at(-1)!.frozen);
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
