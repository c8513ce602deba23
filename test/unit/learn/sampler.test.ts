import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/learn/random.ts';
import { type Clip, type SampleOptions, sampleBatch } from '../../../src/learn/sampler.ts';

const OPTIONS: SampleOptions = { frames: 5, crop: 32, skipShare: 1 / 3, strideMax: 4 };
const PIXELS = 32 * 32;

/** Its frames are of one grey each, brighter or darker by `step` from one to the next. */
function ramp(name: string, first: number, step: number, frames = 14): Clip {
	const luma = (frame: number) => new Uint8Array(PIXELS).fill(first + step * frame);
	return { name, size: { width: 32, height: 32 }, frames: Array.from({ length: frames }, (_, t) => luma(t)) };
}

/** Mean grey of every frame of every window. */
function greys(clips: readonly Clip[], count: number, options: SampleOptions, seed: number) {
	const { frames, plain } = sampleBatch(clips, count, options, seededRandom(seed));
	const mean = (at: number) => frames.subarray(at, at + PIXELS).reduce((sum, value) => sum + value, 0) / PIXELS;
	return Array.from({ length: count }, (_, sample) => ({
		plain: plain[sample] === 1,
		grey: Array.from({ length: options.frames }, (_, t) => mean((sample * options.frames + t) * PIXELS)),
	}));
}

test('a seed decides the batch', () => {
	const clips = [ramp('up', 40, 12), ramp('down', 200, -12)];
	const batch = (seed: number) => sampleBatch(clips, 8, OPTIONS, seededRandom(seed));
	assert.deepEqual(batch(1), batch(1));
	assert.notDeepEqual(batch(1).frames, batch(2).frames);
});

test('a plain window is of consecutive frames; one that skips frames has the next at normal speed as its target', () => {
	const samples = greys([ramp('up', 40, 12)], 400, OPTIONS, 3);
	const strides = samples.map(({ grey, plain }) => {
		const inputs = (grey[3]! - grey[0]!) / 3;
		const last = grey[4]! - grey[3]!;
		const stride = Math.min(4, Math.round(inputs / 12));
		// Gain changes steps by 15 %, flicker by about 1.
		assert.ok(last > 5 && last < 19, `the target is ${last} brighter than the last input`);
		assert.equal(plain, stride === 1, `${inputs} an input`);
		return stride;
	});
	const share = strides.filter((stride) => stride > 1).length / strides.length;
	assert.ok(Math.abs(share - 1 / 3) < 0.08, `${share} skip`);
	assert.deepEqual([...new Set(strides)].toSorted(), [1, 2, 3, 4]);
});

test('no window goes from one clip into the next, and each clip gives its share', () => {
	const clips = [ramp('up', 40, 12), ramp('down', 200, -12), ramp('short', 100, 0, 4)];
	const rising = greys(clips, 200, OPTIONS, 4).map(({ grey }) => {
		const steps = grey.slice(1).map((value, t) => value - grey[t]!);
		assert.ok(steps.every((step) => step > 3) || steps.every((step) => step < -3), `${grey}`);
		return steps[0]! > 0;
	});
	const share = rising.filter(Boolean).length / rising.length;
	assert.ok(Math.abs(share - 0.5) < 0.12, `${share} of the windows are of the first of two equal clips`);
});

test('clips too short for a window are a mistake', () => {
	assert.throws(
		() => sampleBatch([ramp('short', 40, 1, 4)], 1, OPTIONS, seededRandom(1)),
		/a window of (5|8|11|14) frames: every clip is shorter/,
	);
});

test('squares lie in the picture, as they are or mirrored', () => {
	const [width, height] = [64, 48];
	const picture = Uint8Array.from({ length: width * height }, (_, index) => {
		return 60 + (index % width) + 2 * Math.floor(index / width);
	});
	const clip = { name: 'slope', size: { width, height }, frames: Array.from({ length: 14 }, () => picture) };
	const { frames } = sampleBatch([clip], 100, OPTIONS, seededRandom(5));
	let mirrored = 0;
	for (let sample = 0; sample < 100; sample++) {
		const square = frames.subarray(sample * 5 * PIXELS, (sample * 5 + 1) * PIXELS);
		const across = Array.from({ length: 32 }, (_, y) => square[y * 32 + 31]! - square[y * 32]!);
		const mean = across.reduce((sum, value) => sum + value, 0) / 32;
		// A row that ran on into the next would come back by a whole width.
		assert.ok(Math.abs(Math.abs(mean) - 31) < 8, `${mean} from left to right`);
		const down = Array.from({ length: 32 }, (_, x) => square[31 * 32 + x]! - square[x]!);
		assert.ok(Math.abs(down.reduce((sum, value) => sum + value, 0) / 32 - 62) < 14);
		if (mean < 0) mirrored++;
	}
	assert.ok(mirrored > 30 && mirrored < 70, `${mirrored} of 100 are mirrored`);
});

test('squares in which something moves are preferred', () => {
	const [width, height] = [128, 32];
	const still = new Uint8Array(width * height).fill(100);
	const frames = Array.from({ length: 14 }, (_, t) => {
		const frame = still.slice();
		for (let y = 0; y < 32; y++) frame.fill(t % 2 === 0 ? 160 : 40, y * width + 100, y * width + 128);
		return frame;
	});
	const clip = { name: 'right', size: { width, height }, frames };
	const batch = sampleBatch([clip], 200, { ...OPTIONS, skipShare: 0 }, seededRandom(6));
	let moving = 0;
	for (let sample = 0; sample < 200; sample++) {
		const at = (t: number) => (sample * 5 + t) * PIXELS;
		const [a, b] = [batch.frames.subarray(at(3), at(3) + PIXELS), batch.frames.subarray(at(4), at(4) + PIXELS)];
		if (a.some((value, index) => Math.abs(value - b[index]!) > 60)) moving++;
	}
	// By chance 28 of 97 places show it, at least one of three 64 %.
	assert.ok(moving / 200 > 0.45 && moving / 200 < 0.75, `${moving} of 200`);
});
