import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/learn/random.ts';
import { type SampleOptions, sampleBatch } from '../../../src/learn/sampler.ts';
import { type Scene, sceneOf } from '../../../src/learn/scene.ts';

const OPTIONS: SampleOptions = {
	inputs: 4,
	seen: true,
	crop: 32,
	skipShare: 1 / 3,
	strideMax: 4,
	patchShare: 0,
	transplantShare: 0,
	glideShare: 0,
};
const PIXELS = 32 * 32;

/** Its frames are of one grey each, brighter or darker by `step` from one to the next. */
function ramp(name: string, first: number, step: number, frames = 18): Scene {
	const luma = (frame: number) => new Uint8Array(PIXELS).fill(first + step * frame);
	return sceneOf({ name, size: { width: 32, height: 32 }, frames: Array.from({ length: frames }, (_, t) => luma(t)) });
}

/** Mean grey of every frame of every window. */
function greys(clips: readonly Scene[], count: number, options: SampleOptions, seed: number) {
	const { frames, plain } = sampleBatch(clips, count, options, seededRandom(seed));
	const mean = (at: number) => frames.subarray(at, at + PIXELS).reduce((sum, value) => sum + value, 0) / PIXELS;
	return Array.from({ length: count }, (_, sample) => ({
		plain: plain[sample] === 1,
		grey: Array.from({ length: options.inputs + 2 }, (_, t) => mean((sample * (options.inputs + 2) + t) * PIXELS)),
	}));
}

test('a seed decides the batch', () => {
	const clips = [ramp('up', 30, 10), ramp('down', 220, -10)];
	const batch = (seed: number) => sampleBatch(clips, 8, OPTIONS, seededRandom(seed));
	assert.deepEqual(batch(1), batch(1));
	assert.notDeepEqual(batch(1).frames, batch(2).frames);
});

test('a plain window is of consecutive frames; one that skips frames has the next at normal speed as its target', () => {
	const samples = greys([ramp('up', 30, 10)], 400, OPTIONS, 3);
	const strides = samples.map(({ grey, plain }) => {
		const inputs = (grey[3]! - grey[0]!) / 3;
		const last = grey[4]! - grey[3]!;
		const stride = Math.min(4, Math.round(inputs / 10));
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
	const clips = [ramp('up', 30, 10), ramp('down', 220, -10), ramp('short', 100, 0, 4)];
	const rising = greys(clips, 200, OPTIONS, 4).map(({ grey }) => {
		const steps = grey.slice(1).map((value, t) => value - grey[t]!);
		assert.ok(steps.slice(0, 4).every((step) => step > 3) || steps.slice(0, 4).every((step) => step < -3), `${grey}`);
		return steps[0]! > 0;
	});
	const share = rising.filter(Boolean).length / rising.length;
	assert.ok(Math.abs(share - 0.5) < 0.12, `${share} of the windows are of the first of two equal clips`);
});

test('clips too short for a window are a mistake', () => {
	assert.throws(
		() => sampleBatch([ramp('short', 40, 1, 4)], 1, OPTIONS, seededRandom(1)),
		/a window of (5|9|13|17) frames: every clip is shorter/,
	);
});

test('squares lie in the picture, as they are or mirrored', () => {
	const [width, height] = [64, 48];
	const picture = Uint8Array.from({ length: width * height }, (_, index) => {
		return 60 + (index % width) + 2 * Math.floor(index / width);
	});
	const clip = sceneOf({ name: 'slope', size: { width, height }, frames: Array.from({ length: 18 }, () => picture) });
	const { frames } = sampleBatch([clip], 100, OPTIONS, seededRandom(5));
	let mirrored = 0;
	for (let sample = 0; sample < 100; sample++) {
		const square = frames.subarray(sample * 6 * PIXELS, (sample * 6 + 1) * PIXELS);
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
	const frames = Array.from({ length: 18 }, (_, t) => {
		const frame = still.slice();
		for (let y = 0; y < 32; y++) frame.fill(t % 2 === 0 ? 160 : 40, y * width + 100, y * width + 128);
		return frame;
	});
	const clip = sceneOf({ name: 'right', size: { width, height }, frames });
	const batch = sampleBatch([clip], 200, { ...OPTIONS, skipShare: 0 }, seededRandom(6));
	let moving = 0;
	for (let sample = 0; sample < 200; sample++) {
		const at = (t: number) => (sample * 6 + t) * PIXELS;
		const [a, b] = [batch.frames.subarray(at(3), at(3) + PIXELS), batch.frames.subarray(at(4), at(4) + PIXELS)];
		if (a.some((value, index) => Math.abs(value - b[index]!) > 60)) moving++;
	}
	// By chance 28 of 97 places show it, at least one of three 64 %.
	assert.ok(moving / 200 > 0.45 && moving / 200 < 0.75, `${moving} of 200`);
});

test('what is doubted is left open where and when it is, and teaches nothing; played too fast it is odd', () => {
	const size = { width: 64, height: 32 };
	const frames = Array.from({ length: 18 }, (_, t) => new Uint8Array(64 * 32).fill(20 + 10 * t));
	const second = Uint8Array.from({ length: 32 }, (_, cell) => (cell % 8 === 1 ? 1 : 0));
	const batchOf = (doubted: (Uint8Array | null)[]) => {
		const { odd, plain, position } = sampleBatch(
			[sceneOf({ name: 'ramp', size, frames, doubted })],
			200,
			OPTIONS,
			seededRandom(7),
		);
		return Array.from({ length: 200 }, (_, sample) => ({
			marks: odd.subarray(sample * 16, (sample + 1) * 16),
			plain: plain[sample],
			// From -1..1 across 64 pixels.
			centres: [...position.subarray(sample * 32, sample * 32 + 4)].map((x) => (x + 1) * 32),
		})).filter(({ marks }) => marks[0] !== 1);
	};
	const always = batchOf(frames.map(() => second));
	for (const { marks, plain, centres } of always) {
		for (const [cell, mark] of marks.entries()) {
			// The second column is from 8 to 16: cells that begin from 0 to before 16 touch it, or border on it.
			const left = Math.round(centres[cell % 4]! - 4);
			assert.equal(mark, left < 16 ? 0.5 : 0, `a cell from ${left}`);
		}
		assert.equal(plain, marks.includes(0.5) ? 0 : 1);
	}
	const open = (batch: typeof always) => batch.filter(({ marks }) => marks.includes(0.5)).length;
	const late = open(batchOf(frames.map((_, t) => (t < 9 ? null : second))));
	assert.ok(open(always) > 30 && late < 0.9 * open(always) && late > 0.4 * open(always), `${late} of ${open(always)}`);
	assert.ok(always.length < 160, 'some are played too fast');
});

test('nothing that is doubted is shown again, in its window or another', () => {
	const scene = walk();
	const cells = (scene.size.width * scene.size.height) / 64;
	const options = { ...OPTIONS, crop: 64, skipShare: 0, patchShare: 0.5, transplantShare: 0.5, glideShare: 1 };
	const all = { ...scene, doubted: scene.frames.map(() => new Uint8Array(cells).fill(1)) };
	const { frames, odd, plain } = sampleBatch([all], 60, options, seededRandom(8));
	const believed = sampleBatch([scene], 60, options, seededRandom(8));
	assert.ok(odd.every((mark) => mark === 0.5));
	assert.ok(plain.every((value) => value === 0));
	assert.ok(believed.odd.includes(0) && believed.odd.includes(1));
	// A second block in the square would be as bright as the first: no more than one 14 pixels wide is there.
	const wide = (of: Uint8Array) =>
		Array.from({ length: 60 }, (_, sample) => {
			const seen = of.subarray((sample * 6 + 5) * 4096, (sample * 6 + 6) * 4096);
			return Array.from({ length: 64 }, (_, x) => x).filter((x) =>
				Array.from({ length: 64 }, (_, y) => seen[y * 64 + x]!).some((luma) => luma > 115),
			).length;
		});
	assert.ok(Math.max(...wide(frames)) <= 14, `${Math.max(...wide(frames))} columns are bright`);
	assert.ok(Math.max(...wide(believed.frames)) > 14);
});

const WIDE = { width: 96, height: 64 };
const [COLUMN, ROW] = [40, 25];

/** A dark wall with a bright line down and one across, that stand still. */
function cross(): Scene {
	const picture = Uint8Array.from({ length: WIDE.width * WIDE.height }, (_, index) => {
		const [x, y] = [index % WIDE.width, Math.floor(index / WIDE.width)];
		return x === COLUMN || y === ROW ? 200 : 60;
	});
	return sceneOf({ name: 'cross', size: WIDE, frames: Array.from({ length: 18 }, () => picture) });
}

/** A bright textured block that walks to the right before a wall, two pixels a frame. */
function walk(): Scene {
	const size = { width: 160, height: 128 };
	const frames = Array.from({ length: 24 }, (_, t) =>
		Uint8Array.from({ length: size.width * size.height }, (_, index) => {
			const [x, y] = [(index % size.width) - 10 - 2 * t, Math.floor(index / size.width) - 20];
			const inside = x >= 0 && x < 14 && y >= 0 && y < 26;
			return inside ? 160 + 60 * Math.sin(1.3 * x + 0.4 * y) * Math.cos(0.9 * y) : 60;
		}),
	);
	return sceneOf({ name: 'walk', size, frames });
}

test('positions are those of the cells in the whole picture, mirrored where the square is', () => {
	const { frames, position } = sampleBatch([cross()], 60, OPTIONS, seededRandom(7));
	const seen = { columns: 0, rows: 0, mirrored: 0 };
	for (let sample = 0; sample < 60; sample++) {
		const square = frames.subarray(sample * 6 * PIXELS, sample * 6 * PIXELS + PIXELS);
		const at = position.subarray(sample * 32, (sample + 1) * 32);
		const bright = (place: (along: number, n: number) => number) =>
			[...Array(32).keys()].find((along) => [3, 11, 17, 30].every((n) => square[place(along, n)]! > 110));
		const column = bright((x, y) => y * 32 + x);
		const row = bright((y, x) => y * 32 + x);
		// Centres of cells are 8 pixels apart, the first 4 from the edge; pixels have their centres half a pixel on.
		if (column !== undefined) {
			seen.columns++;
			const here = at[0]! + ((column + 0.5 - 4) / 8) * (at[1]! - at[0]!);
			assert.ok(Math.abs(here - ((2 * COLUMN + 1) / WIDE.width - 1)) < 1e-5, `${here}`);
		}
		if (row !== undefined) {
			seen.rows++;
			const here = at[16]! + ((row + 0.5 - 4) / 8) * (at[20]! - at[16]!);
			assert.ok(Math.abs(here - ((2 * ROW + 1) / WIDE.height - 1)) < 1e-5, `${here}`);
		}
		if (at[1]! < at[0]!) seen.mirrored++;
		assert.ok(at.every((value) => value > -1 && value < 1));
	}
	assert.ok(seen.columns > 20 && seen.rows > 30 && seen.mirrored > 15 && seen.mirrored < 45, JSON.stringify(seen));
});

test('all of a window that is played too fast is odd, nothing of one that is as it was recorded', () => {
	const { plain, odd } = sampleBatch([ramp('up', 30, 10)], 100, OPTIONS, seededRandom(8));
	for (const [sample, isPlain] of plain.entries()) {
		const marks = odd.subarray(sample * 16, (sample + 1) * 16);
		assert.ok(marks.every((mark) => mark === 1 - isPlain));
	}
	assert.ok(plain.includes(0) && plain.includes(1));
});

test('a batch that does not show what is seen is the same batch without that frame', () => {
	const options = { ...OPTIONS, patchShare: 0.3, transplantShare: 0.3, glideShare: 0.5 };
	const whole = sampleBatch([walk()], 20, options, seededRandom(9));
	const without = sampleBatch([walk()], 20, { ...options, seen: false }, seededRandom(9));
	assert.equal(without.frames.length, 20 * 5 * PIXELS);
	for (let sample = 0; sample < 20; sample++) {
		assert.deepEqual(
			without.frames.subarray(sample * 5 * PIXELS, (sample + 1) * 5 * PIXELS),
			whole.frames.subarray(sample * 6 * PIXELS, (sample * 6 + 5) * PIXELS),
		);
	}
	assert.deepEqual({ ...without, frames: null }, { ...whole, frames: null });
});

test('pseudo-oddities are drawn by their shares', () => {
	const COUNT = 100;
	const shares = (options: Partial<SampleOptions>) => {
		const drawn = { ...OPTIONS, crop: 64, skipShare: 0, ...options };
		const { plain, odd } = sampleBatch([walk()], COUNT, drawn, seededRandom(10));
		const isMarked = (sample: number) => odd.subarray(sample * 64, (sample + 1) * 64).some((mark) => mark > 0);
		const samples = [...plain.keys()];
		return {
			changed: plain.filter((value) => value === 0).length / COUNT,
			marked: samples.filter(isMarked).length / COUNT,
			markedPlain: samples.filter((sample) => plain[sample] === 1 && isMarked(sample)).length,
		};
	};
	const near = (actual: number, expected: number) => Math.abs(actual - expected) < 0.13;
	assert.deepEqual(shares({}), { changed: 0, marked: 0, markedPlain: 0 });
	// Of the parts of another time half are played too fast.
	const patched = shares({ patchShare: 0.6 });
	assert.ok(near(patched.changed, 0.6) && near(patched.marked, 0.3), JSON.stringify(patched));
	// Not every square shows something that moves, and some of the places are where things do move.
	const transplanted = shares({ transplantShare: 1 });
	assert.ok(transplanted.changed > 0.2, JSON.stringify(transplanted));
	assert.ok(transplanted.marked > 0.05 && transplanted.marked < transplanted.changed, JSON.stringify(transplanted));
	const half = shares({ transplantShare: 0.5 });
	assert.ok(near(half.changed, transplanted.changed / 2), JSON.stringify(half));
	const gliding = shares({ glideShare: 1 });
	assert.ok(gliding.changed > 0.2 && near(gliding.marked, gliding.changed / 2), JSON.stringify(gliding));
	for (const { markedPlain } of [patched, transplanted, half, gliding]) assert.equal(markedPlain, 0);
});
