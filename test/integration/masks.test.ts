import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Mask, type MaskPlan, maskOf, PIXEL } from '../../src/core/mask.ts';
import type { Polygon } from '../../src/core/polygon.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import { cameraId } from '../../src/core/units.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { openLinearExtrapolation } from '../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { findModel } from '../../src/detect/mnad/find-model.ts';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import { plainInference } from '../support/mnad-model.ts';
import { seededRandom } from '../support/random.ts';
import { walkwayClips } from '../support/walkway.ts';
import { windowOf } from '../support/window.ts';

const MODELS = join(import.meta.dirname, '../../models');
const CLIP = walkwayClips(1, 24, 5)[0]!;
const SIZE = CLIP.size;
/** The lower left corner. */
const CORNER: Polygon = [
	[0, 0.6],
	[0.4, 0.6],
	[0.4, 1],
	[0, 1],
];
const HIDDEN: MaskPlan = { hidden: [CORNER], only: null };

const detectors: Record<string, Detector> = {};
before(async () => {
	const model = await findModel('mnad-compact', 5, MODELS);
	for (const memory of ['online', 'paper'] as const) {
		detectors[`mnad, memory ${memory}`] = openMnad({ model, memory, inference: plainInference() });
	}
	detectors['linear-extrapolation'] = openLinearExtrapolation();
});
after(async () => {
	for (const detector of Object.values(detectors)) await detector[Symbol.asyncDispose]();
});

/** A block of noise that rushes through a box, drawn into the frames. */
function withOddity(frames: readonly Uint8Array[], { left, top, right, bottom }: Box): Uint8Array[] {
	const random = seededRandom(5);
	return frames.map((luma, index) => {
		const drawn = luma.slice();
		const [side, step] = [20, 9];
		const room = right - left - side;
		const x0 = left + ((index * step) % Math.max(1, room));
		for (let y = top; y < Math.min(bottom, top + side); y++) {
			for (let x = x0; x < x0 + side; x++) drawn[y * SIZE.width + x] = 255 * random();
		}
		return drawn;
	});
}

interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** Pixels: within the corner that is hidden; and far from it, in the upper right. */
const WITHIN: Box = {
	left: 0,
	top: Math.ceil(0.6 * SIZE.height),
	right: Math.floor(0.4 * SIZE.width),
	bottom: SIZE.height,
};
const FAR: Box = { left: Math.ceil(0.65 * SIZE.width), top: 8, right: SIZE.width, bottom: SIZE.height / 2 };

async function show(detector: Detector, frames: readonly Uint8Array[], mask: Mask | null) {
	await detector.prepare(SIZE);
	const camera = detector.camera(cameraId('yard'), mask);
	camera.setGate(10);
	const { frames: length } = detector.expects;
	const said: Prediction[] = [];
	for (let last = length - 1; last < frames.length; last++) {
		const window = windowOf(frames.slice(last - length + 1, last + 1), SIZE, 5);
		said.push(await camera.detect(window, { freezeMemory: false }));
	}
	return { said, memory: camera.saveState() };
}

const scoresOf = ({ channels, heatMap, memory, things }: Prediction) => ({
	channels: [...channels],
	heat: [...heatMap.values],
	usage: memory === null ? null : [...memory.usage],
	things,
});

for (const name of ['mnad, memory online', 'mnad, memory paper', 'linear-extrapolation']) {
	test(`${name}: an oddity within a mask changes no score, no heat and no memory, to the bit`, async () => {
		const detector = detectors[name]!;
		const mask = maskOf(HIDDEN, SIZE);
		const plain = await show(detector, CLIP.frames, mask);
		const odd = await show(detector, withOddity(CLIP.frames, WITHIN), mask);
		assert.ok(plain.said.length > 15);
		assert.deepEqual(odd.said.map(scoresOf), plain.said.map(scoresOf));
		assert.deepEqual(odd.memory, plain.memory);
		// Without the mask it is seen.
		const seen = await show(detector, withOddity(CLIP.frames, WITHIN), null);
		const patch = (said: readonly Prediction[]) => Math.max(...said.map(({ channels }) => channels.get('patch')!));
		assert.ok(patch(seen.said) > 3 * patch(plain.said), `${patch(seen.said)} against ${patch(plain.said)}`);
		// The picture is shown as it is where nothing is predicted.
		for (const [pixel, kind] of name === 'linear-extrapolation' ? [] : mask!.pixels.entries()) {
			if (kind === PIXEL.hidden)
				assert.equal(plain.said[0]!.predicted[pixel], plain.said[0]!.window.target.luma[pixel]);
		}
	});

	test(`${name}: an oddity far from a mask is scored as without one`, async () => {
		const detector = detectors[name]!;
		const frames = withOddity(CLIP.frames, FAR);
		const bare = await show(detector, frames, null);
		const masked = await show(detector, frames, maskOf(HIDDEN, SIZE));
		for (const [index, { channels }] of masked.said.entries()) {
			for (const channel of ['patch', 'motion', 'oddity'] as const) {
				const [here, there] = [channels.get(channel), bare.said[index]!.channels.get(channel)];
				if (here === undefined || there === undefined) continue;
				// The memories are not the same: the one is not taught by what is hidden.
				const apart = Math.abs(here - there) / Math.max(1e-3, Math.abs(there));
				assert.ok(apart < 0.02, `${channel} of window ${index}: ${here} with a mask, ${there} without`);
			}
		}
	});

	test(`${name}: where only a zone is watched, what is odd far outside it does not count, and in it it does`, async () => {
		const detector = detectors[name]!;
		const zone = maskOf({ hidden: [], only: [CORNER] }, SIZE);
		const highest = async (frames: readonly Uint8Array[]) => {
			const { said } = await show(detector, frames, zone);
			for (const { heatMap } of said) {
				const outside = heatMap.values.filter((_, cell) => cell % heatMap.width > 0.45 * heatMap.width);
				assert.ok(outside.every((value) => value === 0));
			}
			return Math.max(...said.map(({ channels }) => channels.get('patch')!));
		};
		const plain = await highest(CLIP.frames);
		const outside = await highest(withOddity(CLIP.frames, FAR));
		const inside = await highest(withOddity(CLIP.frames, WITHIN));
		assert.ok(Math.abs(outside - plain) < 0.05 * plain, `${outside} against ${plain}`);
		assert.ok(inside > 3 * plain, `${inside} against ${plain}`);
	});
}

test('a mask of another size is a mistake', async () => {
	const detector = detectors['mnad, memory online']!;
	await assert.rejects(show(detector, CLIP.frames, maskOf(HIDDEN, { width: 64, height: 48 })), RangeError);
});
