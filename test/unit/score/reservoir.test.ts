import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reservoir } from '../../../src/score/reservoir.ts';
import { DRAWN_CHANNELS, DRAWN_FPS, drawnWindows } from '../../support/drawn-scores.ts';
import { seededRandom } from '../../support/random.ts';

test('within its bound it keeps every window as it was, and goes on where windows do', () => {
	const reservoir = reservoirOf({ capacity: 4096, fadeHours: 24 });
	const windows = [...drawnWindows({ hours: 0.05, seed: 1 })];
	for (const window of windows) reservoir.add(window);
	const { channels, steps, windows: kept } = reservoir.footage();
	assert.equal(kept, windows.length);
	assert.equal(steps[0], 0);
	assert.ok(steps.subarray(1).every((step) => step === 1));
	assert.deepEqual(
		channels.get('patch'),
		Float64Array.from(windows, ({ channels }) => Math.fround(channels.get('patch')!)),
	);
});

test('beyond its bound what is older by the fade is kept e times less often', () => {
	const fadeHours = 2;
	const shares: number[] = [];
	for (let seed = 1; seed <= 20; seed++) {
		const reservoir = reservoirOf({ capacity: 40 * 256, fadeHours }, seed);
		for (const window of drawnWindows({ hours: 8, seed })) reservoir.add(window);
		assert.ok(reservoir.windows <= 40 * 256);
		const ages = [...keptAges(reservoir)];
		const young = ages.filter((hours) => hours < fadeHours).length;
		const old = ages.filter((hours) => hours >= fadeHours && hours < 2 * fadeHours).length;
		shares.push(old / young);
	}
	const mean = shares.reduce((sum, share) => sum + share / shares.length, 0);
	// Drawn without replacement, the young ones run out a little: above 1/e = .37.
	assert.ok(mean > 0.3 && mean < 0.6, `${mean}`);
});

test('what was put away comes back as it was; what is something else is refused', () => {
	const reservoir = reservoirOf({ capacity: 1024, fadeHours: 24 });
	for (const window of drawnWindows({ hours: 0.2, seed: 3 })) reservoir.add(window);
	reservoir.leaveOut({ started: true, over: true });
	const bytes = reservoir.save();
	const back = reservoirOf({ capacity: 1024, fadeHours: 24 });
	back.load(bytes);
	assert.deepEqual(back.footage(), reservoir.footage());
	assert.deepEqual([back.seen, back.leftOut], [reservoir.seen, reservoir.leftOut]);
	// As a file is read: a Buffer, at an odd place.
	const read = reservoirOf({ capacity: 1024, fadeHours: 24 });
	read.load(Buffer.concat([Uint8Array.of(0), bytes]).subarray(1));
	assert.deepEqual(read.footage(), reservoir.footage());
	for (const spoiled of [
		bytes.subarray(0, 5),
		bytes.subarray(0, bytes.length - 1),
		Uint8Array.of(...bytes.subarray(1)),
	]) {
		assert.throws(() => reservoirOf({ capacity: 1024, fadeHours: 24 }).load(spoiled), { code: 'CALIBRATION_INVALID' });
	}
	const others = new Reservoir({
		channels: ['psnr'],
		framesPerSecond: 5,
		capacity: 1024,
		fadeHours: 24,
		random: () => 0.5,
	});
	assert.throws(() => others.load(bytes), { code: 'CALIBRATION_INVALID', message: /patch, regular, not psnr/ });
});

test('alarms that were left out are known by their rate and length, and break the stretch', () => {
	const reservoir = reservoirOf({ capacity: 4096, fadeHours: 1e6 });
	const windows = [...drawnWindows({ hours: 0.1, seed: 4 })];
	for (const window of windows.slice(0, 900)) reservoir.add(window);
	for (let i = 0; i < 20; i++) reservoir.leaveOut({ started: i === 5, over: i >= 5 && i < 15 });
	for (const window of windows.slice(920)) reservoir.add(window);
	const { perHour, windowsEach } = reservoir.leftOut;
	assert.ok(Math.abs(perHour - 10) < 1e-3, `${perHour} an hour`);
	assert.ok(Math.abs(windowsEach - 10) < 1e-3);
	assert.equal(reservoir.footage().steps[900], 0);
});

function reservoirOf(bound: { capacity: number; fadeHours: number }, seed = 1): Reservoir {
	return new Reservoir({ ...bound, channels: DRAWN_CHANNELS, framesPerSecond: DRAWN_FPS, random: seededRandom(seed) });
}

/** Of each kept stretch, in hours before the end, by the raw scores that mark it. */
function* keptAges(reservoir: Reservoir): Generator<number> {
	const bytes = reservoir.save();
	const length = new DataView(bytes.buffer).getUint32(4);
	const head = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as { stretches: { to: number }[] };
	const newest = head.stretches.at(-1)!.to;
	for (const { to } of head.stretches) yield (newest - to) / 3_600_000;
}
