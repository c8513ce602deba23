import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStandingState, writeStandingState } from '../../../../src/detect/standing/state.ts';
import {
	AFTER_SECONDS,
	between,
	block,
	type Drawing,
	ground,
	KNOWN_SECONDS,
	openStandingPlace,
	PLACE,
	type Show,
	type Told,
	texture,
	watched,
} from '../../../support/drawn-place.ts';

const BAG = block(60, 50, 10, 8, texture(2, 50, 20));
const NO_PLACES = { hours: 0, counts: new Array(40).fill(0), places: new Array(256).fill(0) };

function seen(show: Show): Told[] {
	return watched(openStandingPlace(), show);
}

function words(told: readonly Told[]): string[] {
	return told.map(({ change }) => `${change.thing.kind} ${change.kind}`);
}

test('a bag that is put down is told once it has stood for the time that was asked for, and so is that it is gone', () => {
	const told = seen({ seconds: 160, drawings: [between(80, 140, BAG)] });
	assert.deepEqual(words(told), ['left stands', 'left gone']);
	const [stands, gone] = told;
	assert.ok(stands!.second >= 80 + AFTER_SECONDS && stands!.second <= 84 + AFTER_SECONDS, `told at ${stands!.second}`);
	assert.ok(gone!.second > 140 && gone!.second < 150, `gone at ${gone!.second}`);
	const { region, since } = stands!.change.thing;
	assert.ok(Math.abs(since - Date.UTC(2026, 10, 22, 12, 1, 20)) <= 2000);
	const overlap = (from: number, to: number, start: number, length: number) =>
		Math.max(0, Math.min(to, start + length) - Math.max(from, start));
	const shared =
		overlap(60, 70, region.x * 160, region.width * 160) * overlap(50, 58, region.y * 96, region.height * 96);
	assert.equal(shared, 80, 'all of it lies in the region');
	assert.ok(region.width * 160 * region.height * 96 < 80 * 3, 'and little else does');
});

test('what has always stood there and is taken away is told as removed, and as gone when it is back', () => {
	const told = seen({ seconds: 180, drawings: [between(0, 80, BAG), between(140, 200, BAG)] });
	assert.deepEqual(words(told), ['removed stands', 'removed gone']);
});

test('a door that opens, strange before as after, is told as a change', () => {
	const door = block(100, 10, 12, 24, texture(3, 40, 8));
	const hall = block(100, 10, 12, 24, texture(4, 210, 8));
	const told = seen({ seconds: 130, drawings: [between(80, 200, hall), door] });
	assert.deepEqual(words(told), ['changed stands']);
});

test('light that drifts, and light that changes within seconds, is nothing that stands', () => {
	const drifts = (second: number) => 1 + 0.3 * Math.sin(second / 30);
	assert.deepEqual(words(seen({ seconds: 300, light: drifts })), []);
	const dims = (second: number) => 1 - 0.4 * Math.min(1, Math.max(0, (second - 100) / 3));
	assert.deepEqual(words(seen({ seconds: 220, light: dims })), []);
});

test('a bag is found while the light changes', () => {
	const light = (second: number) => 1 + 0.25 * Math.sin(second / 20);
	assert.deepEqual(words(seen({ seconds: 160, drawings: [between(90, 200, BAG)], light })), ['left stands']);
});

test('a cloud that comes within seconds changes sunny places and shades unlike, and tells nothing', () => {
	const dapple = texture(11, 0, 1);
	const light = (second: number, x: number, y: number) => {
		const sunny = x > 80 || dapple(x * 0.6, y * 0.6) > 0 ? 1 : 0.15;
		const cloud = Math.min(1, Math.max(0, (second - 90) / 3));
		return 0.5 + 0.5 * sunny * (1 - 0.7 * cloud);
	};
	assert.deepEqual(words(seen({ seconds: 180, light })), []);
	const bag = block(110, 50, 10, 8, texture(2, 50, 20));
	const told = seen({ seconds: 140, light, drawings: [between(92, 200, bag)] });
	assert.deepEqual(words(told), ['left stands'], 'a bag that is put down meanwhile is told');
});

test('a shadow that stays keeps the structure of the ground, a thing of the same brightness does not', () => {
	const inside = (x: number, y: number) => x >= 40 && x < 80 && y >= 30 && y < 50;
	const shadow = (second: number, x: number, y: number) => (second >= 80 && inside(x, y) ? 0.6 : 1);
	assert.deepEqual(words(seen({ seconds: 180, light: shadow })), []);
	const box = block(40, 30, 40, 20, texture(5, 120 * 0.6, 40 * 0.6));
	assert.deepEqual(words(seen({ seconds: 180, drawings: [between(80, 200, box)] })), ['left stands']);
});

test('a shadow whose edge creeps on with the sun, two pixels a minute, is no thing', () => {
	const light = (second: number, x: number, y: number) =>
		0.55 + 0.45 * Math.min(1, Math.max(0, (x - 30 - second / 30 + 0.3 * y) / 2));
	assert.deepEqual(words(seen({ seconds: 300, light })), []);
});

test('somebody who stands and shifts from foot to foot is nobody that was left, a dummy of the same looks is', () => {
	const cloth = texture(6, 60, 60);
	const figure =
		(sway: (second: number) => number): Drawing =>
		(x, y, second) => {
			const shift = sway(second);
			const body = block(70 + shift, 30, 8, 30, (px, py) => cloth(px - shift, py));
			const arm = block(78 + shift, 36 + Math.abs(shift) * 2, 4, 10, (px, py) => cloth(px - shift, py + 50));
			return body(x, y, second) ?? arm(x, y, second);
		};
	const person = figure((second) => Math.round(2.4 * Math.sin(second * 0.9)));
	assert.deepEqual(words(seen({ seconds: 240, drawings: [between(80, 240, person)] })), []);
	assert.deepEqual(
		words(
			seen({
				seconds: 140,
				drawings: [
					between(
						80,
						240,
						figure(() => 0),
					),
				],
			}),
		),
		['left stands'],
	);
});

test('a car that stops for less than the time and drives on is not told, one that stays is', () => {
	const car = (arrives: number, leaves: number): Drawing => {
		const paint = texture(7, 200, 30);
		return (x, y, second) => {
			const away = second < arrives ? arrives - second : second > leaves ? leaves - second : 0;
			const left = 60 - 14 * away;
			return Math.abs(away) > 12 ? null : block(left, 60, 36, 16, (px, py) => paint(px - left, py))(x, y, second);
		};
	};
	assert.deepEqual(words(seen({ seconds: 160, drawings: [car(90, 90 + AFTER_SECONDS - 4)] })), []);
	assert.deepEqual(words(seen({ seconds: 190, drawings: [car(90, 150)] })), ['left stands', 'left gone']);
});

test('a bag is told although people walk past in front of it', () => {
	const cloth = texture(8, 90, 80);
	const passer: Drawing = (x, y, second) => {
		const left = (second * 13) % 52;
		return second < 80 ? null : block(30 + left, 40, 12, 30, (px, py) => cloth(px + second * 7, py))(x, y, second);
	};
	const told = seen({ seconds: 160, drawings: [passer, between(82, 200, BAG)] });
	assert.deepEqual(words(told), ['left stands']);
});

test('a part of the picture that is not looked at tells nothing', () => {
	const standing = openStandingPlace();
	const ignored = new Uint8Array(PLACE.width * PLACE.height);
	for (let y = 40; y < 70; y++) ignored.fill(1, y * PLACE.width + 50, y * PLACE.width + 80);
	standing.ignore(ignored);
	assert.deepEqual(watched(standing, { seconds: 140, drawings: [between(80, 200, BAG)] }), []);
});

test('damaged pictures say nothing', () => {
	const drawings = [between(80, 120, BAG)];
	assert.deepEqual(words(seen({ seconds: 120, drawings })), ['left stands']);
	assert.deepEqual(
		words(seen({ seconds: 120, drawings, damaged: (second) => (second >= 80 ? 'concealed' : null) })),
		[],
	);
});

test('a camera that shows another place tells nothing of it, and gets to know it', () => {
	const other = texture(9, 90, 60);
	const elsewhere = between(120, 400, (x, y) => other(x, y));
	const standing = openStandingPlace();
	const drawings = [between(230, 400, BAG), elsewhere, between(80, 120, BAG)];
	const told = watched(standing, { seconds: 270, drawings });
	assert.deepEqual(words(told), ['left stands', 'left lost', 'left stands']);
	assert.ok(told[2]!.second >= 250);
});

test('what has stood for long belongs there, and that it is taken away then is no news', () => {
	const told = watched(openStandingPlace(60), { seconds: 260, drawings: [between(80, 200, BAG)] });
	assert.deepEqual(words(told), ['left stands', 'left absorbed']);
	assert.equal(told[1]!.second, 140);
});

test('told to, it takes a thing for normal at once', () => {
	const standing = openStandingPlace();
	const show = { drawings: [between(80, 200, BAG)] };
	const [stands] = watched(standing, { ...show, seconds: 110 });
	assert.deepEqual(
		standing.absorb(stands!.change.thing.number).map(({ kind }) => kind),
		['absorbed'],
	);
	assert.deepEqual(standing.things, []);
	assert.deepEqual(watched(standing, { ...show, from: 110, seconds: 240 }), []);
});

test('after a restart a bag that came meanwhile is told, and one that stood there is not, nor that it is taken away', () => {
	const other = block(20, 70, 10, 8, texture(10, 200, 20));
	const first = openStandingPlace();
	assert.deepEqual(words(watched(first, { seconds: 130, drawings: [between(80, 400, BAG)] })), ['left stands']);
	const stored = writeStandingState(first.kept, [], NO_PLACES, PLACE);
	assert.ok(stored.length < 40_000, `${stored.length} bytes`);
	const second = openStandingPlace();
	second.resume(readStandingState(stored, PLACE).kept);
	const told = watched(second, { from: 200, seconds: 300, drawings: [between(0, 260, BAG), between(150, 400, other)] });
	// The one that is gone is the first: it stood over the restart.
	assert.deepEqual(words(told), ['left stands', 'left gone']);
	assert.deepEqual([...new Set(told.map(({ change }) => change.thing.number))], [2, 1]);
	assert.ok(told[0]!.change.thing.region.y > 0.7);
	assert.throws(() => readStandingState(stored, { width: 64, height: 64 }), /it was kept for 160x96/);
});

test('nothing is told before the place is known: what stands there by then belongs there', () => {
	const told = seen({ seconds: KNOWN_SECONDS + 60, drawings: [between(15, 400, BAG)] });
	assert.deepEqual(words(told), []);
});

test('an empty place under drifting light and noise tells nothing', () => {
	const light = (second: number, x: number) => 1 + 0.2 * Math.sin(second / 40 + x / 60);
	assert.deepEqual(words(seen({ seconds: 600, light, drawings: [(x, y) => ground(x, y)] })), []);
});
