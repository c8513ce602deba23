import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EXAM_ODDITIES, firstPlace, type MadeOddity, makeOddity } from '../../../src/learn/oddities.ts';
import { type Place, windowAt } from '../../../src/learn/places.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import type { Clip } from '../../../src/learn/scene.ts';
import { surveyScenery } from '../../../src/learn/scenery.ts';

const SIZE = { width: 160, height: 96 };
const SPEED = 1.5;
/** The square is this wide and comes by again and again, in the lower half only. */
const SQUARE = { side: 10, top: 60, every: 100 };

/** A bright square crosses a grey texture at 1.5 pixels a frame; the upper half is always still. */
function squareClip(): Clip {
	const frames = Array.from({ length: 140 }, (_, t) => {
		const left = Math.round(SPEED * t) % SQUARE.every;
		return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) => {
			const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
			const inside = x >= left && x < left + SQUARE.side && y >= SQUARE.top && y < SQUARE.top + SQUARE.side;
			return inside ? 230 : 60 + ((x * 7 + y * 3) % 30);
		});
	});
	return { name: 'square', size: SIZE, frames };
}

const clip = squareClip();
const scenery = surveyScenery([clip], seededRandom(1));
const place = (at: number): Place => ({ clip, at, frames: 5, scenery });

/** Each of its kind at the first of some places that lends itself. */
function made(kind: (typeof EXAM_ODDITIES)[number], seed = 1): { readonly oddity: MadeOddity; readonly place: Place } {
	for (let trial = 0; trial < 40; trial++) {
		const where = place(firstPlace(5) + 20 + trial);
		const oddity = makeOddity(kind, where, seededRandom(seed * 1000 + trial));
		if (oddity !== null) return { oddity, place: where };
	}
	throw new Error(`No place lends itself to ${kind}`);
}

/** Where the square's bright pixels are in a frame, on average; NaN where there is none. */
function centre(frame: Uint8Array): number {
	let [sum, count] = [0, 0];
	frame.forEach((luma, pixel) => {
		if (luma < 200) return;
		sum += pixel % SIZE.width;
		count++;
	});
	return sum / count;
}

test('the footage is surveyed: the square is not of the background, its speed is known, the upper half is still', () => {
	assert.ok(scenery.background(clip).every((luma) => luma < 100));
	assert.ok(Math.abs(scenery.usualSpeed - SPEED) < 0.4, `${scenery.usualSpeed}`);
	const upper = scenery.activity.subarray(0, SIZE.width * (SQUARE.top - 10));
	assert.ok(upper.every((share) => share === 0));
	assert.ok(scenery.activity.some((share) => share > 0.05));
});

for (const kind of EXAM_ODDITIES) {
	test(`${kind}: outside the mask nothing changes, inside something does, in the odd window and in its control`, () => {
		const { oddity, place } = made(kind);
		const window = windowAt(place, place.at);
		const { odd, control } = oddity;
		assert.equal(odd.frames.length, 5);
		assert.equal(control.frames.length, 5);
		let changed = 0;
		const whole = kind === 'skipped' || kind === 'fast-forward';
		for (const [name, made] of Object.entries({ odd, control })) {
			if (whole) continue;
			made.frames.forEach((frame, index) => {
				frame.forEach((luma, pixel) => {
					if (luma === window[index]![pixel]) return;
					assert.equal(made.mask[pixel], 255, `${name}, frame ${index}, pixel ${pixel}`);
					changed++;
				});
			});
			assert.ok(made.mask.some((value) => value === 0));
		}
		assert.ok(whole || changed > 16);
		if (whole) assert.ok(odd.mask.every((value) => value === 255));
	});

	test(`${kind}: the same place and seed give the same pictures, another seed others`, () => {
		const hash = (seed: number) => {
			const { odd, control } = made(kind, seed).oddity;
			return createHash('sha256')
				.update(Buffer.concat([...odd.frames, ...control.frames]))
				.digest('hex');
		};
		assert.equal(hash(1), hash(1));
		assert.notEqual(hash(1), hash(4));
	});
}

test('what is fast-forwarded moves as many times as fast as is said, all of it', () => {
	const { oddity } = made('fast-forward');
	const centres = oddity.odd.frames.map(centre);
	const perFrame = (centres.at(-1)! - centres[0]!) / 4;
	assert.ok(Math.abs(perFrame - oddity.timesAsFast! * SPEED) < 0.3, `${perFrame} of ${oddity.timesAsFast}`);
	const control = oddity.control.frames.map(centre);
	assert.ok(Math.abs((control.at(-1)! - control[0]!) / 4 - SPEED) < 0.3);
});

test('skipped inputs lie as far apart as is said; their target is the next frame at normal speed', () => {
	const { oddity } = made('skipped');
	const centres = oddity.odd.frames.map(centre);
	assert.ok(Math.abs((centres[3]! - centres[0]!) / 3 - oddity.timesAsFast! * SPEED) < 0.4);
	assert.ok(Math.abs(centres[4]! - centres[3]! - SPEED) <= 0.5);
});

test('what is sped up at a place moves there as many times as fast as is said, and leaves nothing behind', () => {
	// Only where the whole square lies within the place over all of the window its centre tells.
	let told = 0;
	for (let trial = 0; trial < 200 && told < 5; trial++) {
		const where = place(firstPlace(5) + 20 + (trial % 60));
		const oddity = makeOddity('sped-up', where, seededRandom(trial));
		if (oddity === null) continue;
		const bright = oddity.odd.frames.map((frame) => frame.filter((luma) => luma > 200).length);
		if (bright.some((count) => count < 96 || count > 104)) continue;
		const centres = oddity.odd.frames.map(centre);
		const perFrame = (centres.at(-1)! - centres[0]!) / 4;
		assert.ok(Math.abs(perFrame - oddity.timesAsFast! * SPEED) < 0.4, `${perFrame} of ${oddity.timesAsFast}`);
		told++;
	}
	assert.ok(told >= 5, `${told}`);
});

test('what is reversed goes back the way it came', () => {
	let told = 0;
	for (let trial = 0; trial < 200 && told < 5; trial++) {
		const oddity = makeOddity('reversed', place(firstPlace(5) + 20 + (trial % 60)), seededRandom(trial));
		if (oddity === null) continue;
		const bright = oddity.odd.frames.map((frame) => frame.filter((luma) => luma > 200).length);
		if (bright.some((count) => count < 96 || count > 104)) continue;
		const centres = oddity.odd.frames.map(centre);
		assert.ok(Math.abs((centres.at(-1)! - centres[0]!) / 4 + SPEED) < 0.4);
		assert.equal(oddity.timesAsFast, -1);
		told++;
	}
	assert.ok(told >= 5, `${told}`);
});

for (const [kind, least, most] of [
	['pasted-fast', 3, 5],
	['pasted-large', 2, 3.5],
] as const) {
	test(`${kind} crosses the picture at the speed that is said, which is faster than what moves here`, () => {
		let told = 0;
		for (let seed = 1; seed < 60 && told < 6; seed++) {
			const { oddity, place } = made(kind, seed);
			const window = windowAt(place, place.at);
			const things = oddity.odd.frames.map((frame, index) => changed(window[index]!, frame));
			// Where it is partly out of the picture its middle is not the seen part's.
			const sizes = things.map(({ count }) => count);
			if (Math.min(...sizes) < 0.9 * Math.max(...sizes)) continue;
			const [first, last] = [things[0]!, things[4]!];
			const speed = Math.hypot(last.x - first.x, last.y - first.y) / 4;
			assert.ok(Math.abs(speed - oddity.pixelsPerFrame!) < 0.5, `${speed} where ${oddity.pixelsPerFrame} is said`);
			const times = oddity.pixelsPerFrame! / scenery.usualSpeed;
			assert.ok(times >= least && times <= most);
			told++;
		}
		assert.equal(told, 6);
	});
}

test('what is left stands still with the noise of the camera', () => {
	const noisy: Clip = {
		...clip,
		frames: clip.frames.map((frame, t) => frame.map((luma, pixel) => luma + ((t * 7919 + pixel * 104729) % 5))),
	};
	const where = { clip: noisy, at: 60, frames: 5, scenery: surveyScenery([noisy], seededRandom(1)) };
	const oddity = makeOddity('left-object', where, seededRandom(2))!;
	const core = [...oddity.odd.mask.keys()].filter((pixel) => oddity.odd.mask[pixel] === 255);
	const values = (pixel: number) => oddity.odd.frames.map((frame) => frame[pixel]!);
	assert.ok(core.every((pixel) => Math.max(...values(pixel)) - Math.min(...values(pixel)) <= 14));
	assert.ok(core.filter((pixel) => new Set(values(pixel)).size > 1).length > core.length / 2);
});

test('what is shown elsewhere is where nothing ever moves, its control where it came from', () => {
	const { oddity } = made('elsewhere');
	const activity = (mask: Uint8Array) => scenery.activity.filter((_, pixel) => mask[pixel] === 255);
	assert.ok(Math.max(...activity(oddity.odd.mask)) < 0.01);
	assert.ok(Math.max(...activity(oddity.control.mask)) > 0.05);
	const bright = oddity.odd.frames.map((frame) =>
		frame.filter((luma, at) => luma > 200 && scenery.activity[at]! < 0.01),
	);
	assert.ok(bright.every(({ length }) => length > 40));
});

test('footage in which nothing moves lends itself to no oddity of something that moves', () => {
	const still: Clip = { ...clip, frames: clip.frames.map(() => clip.frames[0]!) };
	const where = { clip: still, at: 60, frames: 5, scenery: surveyScenery([still], seededRandom(1)) };
	for (const kind of ['fast-forward', 'skipped', 'sped-up', 'reversed', 'elsewhere'] as const) {
		assert.equal(makeOddity(kind, where, seededRandom(1)), null, kind);
	}
	assert.notEqual(makeOddity('pasted-fast', where, seededRandom(1)), null);
});

/** The middle of what differs, and how many pixels do. */
function changed(
	before: Uint8Array,
	after: Uint8Array,
): { readonly x: number; readonly y: number; readonly count: number } {
	let [x, y, count] = [0, 0, 0];
	after.forEach((luma, pixel) => {
		if (Math.abs(luma - before[pixel]!) < 2) return;
		x += pixel % SIZE.width;
		y += Math.floor(pixel / SIZE.width);
		count++;
	});
	return { x: x / count, y: y / count, count };
}
