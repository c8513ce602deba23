import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeBase } from '../../../src/ingest/time-base.ts';

const SIZE = { width: 640, height: 360 };

/** The times that were taken; `!` before one that starts a run, `xN` after one that fills N places. */
function taken(pts: readonly number[], framesPerSecond: number, cameraFramesPerSecond: number | null): string[] {
	const base = timeBase(framesPerSecond, cameraFramesPerSecond);
	return pts.flatMap((time) => {
		const pick = base.take(time, SIZE);
		if (pick === null) return [];
		return [`${pick.startsRun === null ? '' : '!'}${+time.toFixed(3)}${pick.slots === 1 ? '' : `x${pick.slots}`}`];
	});
}

function every(interval: number, count: number, from = 0): number[] {
	return Array.from({ length: count }, (_, n) => from + n * interval);
}

const TABLE: readonly {
	readonly name: string;
	readonly pts: readonly number[];
	readonly rate: number;
	readonly camera: number | null;
	readonly want: readonly string[];
}[] = [
	{
		name: 'Every fifth frame of a camera with 25 a second is taken at 5 a second',
		pts: every(0.04, 16),
		rate: 5,
		camera: 25,
		want: ['!0', '0.2', '0.4', '0.6'],
	},
	{
		name: 'The same without being told the rate of the camera',
		pts: every(0.04, 16),
		rate: 5,
		camera: null,
		want: ['!0', '0.2', '0.4', '0.6'],
	},
	{
		name: 'Jitter of a camera neither skips a due time nor takes two frames for it',
		pts: [0, 0.043, 0.078, 0.121, 0.159, 0.197, 0.242, 0.281, 0.318, 0.362, 0.399, 0.44],
		rate: 5,
		camera: 25,
		want: ['!0', '0.197', '0.399'],
	},
	{
		name: 'Every frame is taken at the rate of the camera itself',
		pts: [0, 0.101, 0.199, 0.302, 0.4],
		rate: 10,
		camera: 10,
		want: ['!0', '0.101', '0.199', '0.302', '0.4'],
	},
	{
		name: 'At a rate that does not divide the rate of the camera the nearest frame is taken and no time is lost',
		pts: every(1 / 30, 31),
		rate: 8,
		camera: 30,
		want: ['!0', '0.133', '0.233', '0.367', '0.5', '0.633', '0.767', '0.867', '1'],
	},
	{
		name: 'A single frame that is missing is bridged by the next one',
		pts: [0, 0.04, 0.08, 0.12, 0.16, 0.24, 0.28, 0.32, 0.36, 0.4],
		rate: 5,
		camera: 25,
		want: ['!0', '0.24', '0.4'],
	},
	{
		name: 'One missing frame at the rate of the camera is filled with the next, so that indices have no hole',
		pts: [0, 0.2, 0.4, 0.8, 1],
		rate: 5,
		camera: 5,
		want: ['!0', '0.2', '0.4', '0.8x2', '1'],
	},
	{
		name: 'More than one and a half intervals beyond what the rate of the camera explains is a gap',
		pts: [...every(0.04, 11), 0.4 + 0.04 + 0.31, 0.95],
		rate: 5,
		camera: 25,
		want: ['!0', '0.2', '0.4', '!0.75', '0.95'],
	},
	{
		name: 'A little less is none',
		pts: [...every(0.04, 11), 0.4 + 0.04 + 0.29, 0.8],
		rate: 5,
		camera: 25,
		want: ['!0', '0.2', '0.4', '0.73', '0.8'],
	},
	{
		name: 'A camera slower than the time base fills the places between with the frame after them',
		pts: [0, 0.5, 1, 1.5, 2],
		rate: 4,
		camera: 2,
		want: ['!0', '0.5x2', '1x2', '1.5x2', '2x2'],
	},
	{
		name: 'A camera whose stream lies about its rate is believed by its times',
		pts: every(1, 8),
		rate: 2,
		camera: 25,
		want: ['!0', '!1', '!2', '!3', '4x2', '5x2', '6x2', '7x2'],
	},
	{
		name: 'A frame that is shown late (reordering) is passed over',
		pts: [0, 0.04, 0.12, 0.08, 0.16, 0.2, 0.28, 0.24, 0.4],
		rate: 5,
		camera: 25,
		want: ['!0', '0.2', '0.4'],
	},
	{
		name: 'A repeated time is passed over',
		pts: [0, 0.2, 0.2, 0.4],
		rate: 5,
		camera: 5,
		want: ['!0', '0.2', '0.4'],
	},
	{
		name: 'Time that jumps back starts a run',
		pts: [100, 100.2, 100.4, 3, 3.2, 3.4],
		rate: 5,
		camera: 5,
		want: ['!100', '100.2', '100.4', '!3', '3.2', '3.4'],
	},
];

for (const { name, pts, rate, camera, want } of TABLE) {
	test(name, () => assert.deepEqual(taken(pts, rate, camera), want));
}

for (const bits of [32, 33]) {
	test(`The 90 kHz counter of ${bits} bits wraps within a run`, () => {
		const wrap = 2 ** bits / 90_000;
		const pts = every(0.04, 51, wrap - 1).map((time) => (time >= wrap ? time - wrap : time));
		const picks = taken(pts, 5, 25);
		assert.equal(picks.length, 11);
		assert.equal(picks.filter((pick) => pick.startsWith('!')).length, 1);
	});
}

test('Another size of the picture starts a run and says so', () => {
	const base = timeBase(5, 5);
	assert.deepEqual(base.take(0, SIZE), { startsRun: 'connected', slots: 1 });
	assert.deepEqual(base.take(0.2, { width: 1280, height: 720 }), {
		startsRun: 'the picture changed from 640x360 to 1280x720',
		slots: 1,
	});
	assert.deepEqual(base.take(0.4, { width: 1280, height: 720 }), { startsRun: null, slots: 1 });
});

test('Over an hour of a camera with a crooked rate no due time is left out or filled twice', () => {
	const base = timeBase(5, 29.97);
	let places = 0;
	const seconds = 3600;
	for (let n = 0; n < seconds * 29.97; n++) places += base.take((n * 1001) / 30_000, SIZE)?.slots ?? 0;
	assert.equal(places, seconds * 5);
});
