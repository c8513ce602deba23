// Which channels tell synthetic oddities from held-out normal footage, alone and together: what the weights in a model's
// manifest were chosen on. No labels of any test set are looked at.
//
//   node bench/channel-weights.ts --dataset ../shared/data/ped2 --model models/mnad-compact/10fps [--windows 150] [--seed 5] [--json]
import { parseArgs } from 'node:util';
import type { Channel } from '../src/core/prediction.ts';
import { readModel } from '../src/detect/mnad/model.ts';
import { buildStep, STEP_CHANNELS } from '../src/detect/mnad/step.ts';
import { areaUnderRoc } from '../src/evaluate/metrics.ts';
import { readDataset } from '../src/ingest/dataset.ts';
import { readClips } from '../src/learn/clips.ts';
import { type Random, seededRandom } from '../src/learn/random.ts';
import type { Clip } from '../src/learn/sampler.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { openSession } from '../src/onnx/session.ts';

const { values: options } = parseArgs({
	options: {
		dataset: { type: 'string', default: '../shared/data/ped2' },
		model: { type: 'string', default: 'models/mnad-compact/10fps' },
		windows: { type: 'string', default: '150' },
		seed: { type: 'string', default: '5' },
		json: { type: 'boolean', default: false },
	},
});

const COMBINATIONS: Readonly<Record<string, Partial<Record<Channel, number>>>> = {
	patch: { patch: 1 },
	motion: { motion: 1 },
	'patch + motion': { patch: 1, motion: 1 },
	'patch + 2 motion': { patch: 1, motion: 2 },
	'patch + motion + .2 distance': { patch: 1, motion: 1, distance: 0.2 },
	'patch + motion + distance': { patch: 1, motion: 1, distance: 1 },
};

type Oddity = (window: readonly Uint8Array[], clip: Clip, at: number, random: Random) => Uint8Array[];

/** What is put into normal windows. */
const ODDITIES: Readonly<Record<string, Oddity>> = {
	'sped up in place': spedUp,
	'small and fast': (window, clip, _at, random) => pasted(window, clip, random, [14, 26], 4 + 3 * random.uniform()),
	'large and brisk': (window, clip, _at, random) => pasted(window, clip, random, [34, 22], 2 + 2 * random.uniform()),
};

const model = await readModel(options.model);
const dataset = await readDataset(options.dataset);
const signal = new AbortController().signal;
const all = await readClips(dataset, model.manifest.framesPerSecond, signal, () => {});
const heldOut = all.filter(({ name }) => model.manifest.training.heldOut.includes(`${dataset.name}/${name}`));
if (heldOut.length === 0) throw new Error(`${options.model} holds out no clip of ${dataset.name}`);
const { size } = heldOut[0]!;
const random = seededRandom(Number(options.seed));
await using session = await openSession(
	emitOnnx(buildStep(model.manifest, 1, size, 'frozen'), { parameters: model.parameters, outputs: ['channels'] }),
	{ name: 'channels' },
);

const rows: Record<string, Float32Array[]> = { normal: [] };
for (let index = 0; index < Number(options.windows); index++) {
	const clip = heldOut[index % heldOut.length]!;
	const at = 16 + random.integer(clip.frames.length - 16);
	const window = clip.frames.slice(at - model.manifest.inputs, at + 1);
	rows['normal']!.push(await channelsOf(window));
	for (const [name, oddity] of Object.entries(ODDITIES)) {
		rows[name] ??= [];
		rows[name].push(await channelsOf(oddity(window, clip, at, random)));
	}
}

const scale = STEP_CHANNELS.map((_, channel) => spread(rows['normal']!.map((row) => logOf(row, channel))));
const table = Object.keys(ODDITIES).map((oddity) => {
	const figures: Record<string, string | number> = { oddity };
	for (const [name, weights] of Object.entries(COMBINATIONS)) {
		const score = (row: Float32Array) =>
			Object.entries(weights).reduce((sum, [channel, weight]) => {
				const place = STEP_CHANNELS.indexOf(channel as Channel);
				return sum + weight * ((logOf(row, place) - scale[place]!.median) / scale[place]!.deviation);
			}, 0);
		const labelled = [
			...rows['normal']!.map((row) => ({ score: score(row), anomalous: false })),
			...rows[oddity]!.map((row) => ({ score: score(row), anomalous: true })),
		];
		figures[name] = Math.round(1000 * (areaUnderRoc(labelled) ?? 0)) / 10;
	}
	return figures;
});
if (options.json) console.log(JSON.stringify({ ...options, table }));
else console.table(table);

async function channelsOf(window: readonly Uint8Array[]): Promise<Float32Array> {
	const frames = new Uint8Array(window.length * window[0]!.length);
	window.forEach((frame, index) => {
		frames.set(frame, index * frame.length);
	});
	const given = Object.entries({ frames, memory: model.memory, gamma: Float32Array.of(-1) });
	const { channels } = await session.run(Object.fromEntries(given.filter(([name]) => name in session.inputs)));
	return channels as Float32Array;
}

/** The place with most change, two or three times as fast: its inputs and target lie further apart in time. */
function spedUp(window: readonly Uint8Array[], { frames }: Clip, at: number, random: Random): Uint8Array[] {
	const stride = 2 + random.integer(2);
	const [w, h] = [48, 56];
	const places = Array.from(
		{ length: 12 },
		() => [random.integer(size.width - w), random.integer(size.height - h)] as const,
	);
	const change = ([x, y]: readonly [number, number]) => {
		let sum = 0;
		for (let row = y; row < y + h; row += 2) {
			for (let column = x; column < x + w; column += 2) {
				const place = row * size.width + column;
				if (Math.abs(window.at(-1)![place]! - window.at(-2)![place]!) > 15) sum++;
			}
		}
		return sum;
	};
	const [x, y] = places.reduce((best, next) => (change(next) > change(best) ? next : best));
	return window.map((frame, index) => {
		const changed = Uint8Array.from(frame);
		const source = frames[at - (window.length - 1 - index) * stride]!;
		for (let row = y; row < y + h; row++) {
			const from = row * size.width + x;
			changed.set(source.subarray(from, from + w), from);
		}
		return changed;
	});
}

/** An ellipse of another place's texture that crosses the picture, pixels a frame. */
function pasted(
	window: readonly Uint8Array[],
	{ frames }: Clip,
	random: Random,
	[w, h]: readonly [number, number],
	speed: number,
): Uint8Array[] {
	const donor = frames[random.integer(frames.length)]!;
	const [fromX, fromY] = [random.integer(size.width - w), random.integer(size.height - h)];
	const [x0, y0] = [30 + random.integer(size.width - 60 - w), 30 + random.integer(size.height - 60 - h)];
	const direction = random.uniform() < 0.5 ? -1 : 1;
	return window.map((frame, index) => {
		const changed = Uint8Array.from(frame);
		const shift = Math.round(direction * speed * (index - 2));
		for (let y = 0; y < h; y++) {
			for (let x = 0; x < w; x++) {
				const column = x0 + x + shift;
				const inside = ((2 * x) / w - 1) ** 2 + ((2 * y) / h - 1) ** 2 < 1;
				if (!inside || column < 0 || column >= size.width) continue;
				changed[(y0 + y) * size.width + column] = donor[(fromY + y) * size.width + fromX + x]!;
			}
		}
		return changed;
	});
}

function logOf(row: Float32Array, channel: number): number {
	return Math.log(Math.max(row[channel]!, 1e-9));
}

function spread(sample: readonly number[]): { readonly median: number; readonly deviation: number } {
	const median = sample.toSorted((a, b) => a - b)[sample.length >> 1]!;
	return {
		median,
		deviation: Math.sqrt(sample.reduce((sum, value) => sum + (value - median) ** 2, 0) / sample.length),
	};
}
