/**
 * What a mask costs and what leaks through it, by what is done with the pixels beneath it:
 * `node bench/masks.ts [--minutes N] [--json]`. The simulated walkway, a mask across the path that people walk behind.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mask, maskOf, PIXEL } from '../src/core/mask.ts';
import type { Polygon } from '../src/core/polygon.ts';
import type { Channel, Prediction } from '../src/core/prediction.ts';
import { cameraId } from '../src/core/units.ts';
import { findModel } from '../src/detect/mnad/find-model.ts';
import { openMnad } from '../src/detect/mnad/mnad.ts';
import { openScene } from '../src/ingest/simulate/scene/scene.ts';
import type { Schedule } from '../src/ingest/simulate/scene/schedule.ts';
import { areaUnder } from '../src/learn/exam-figures.ts';
import { openInference } from '../src/onnx/inference.ts';
import { windowOf } from '../test/support/window.ts';
import { printTable } from './support.ts';

const { values } = parseArgs({
	options: { minutes: { type: 'string', default: '2' }, json: { type: 'boolean', default: false } },
});
const SIZE = { width: 256, height: 144 };
const RATE = 5;
/** Windows of the oddities begin after as many normal ones, which the memory has learned from by then. */
const COUNT = Number(values.minutes) * 60 * RATE;
const STRIP: Polygon = [
	[0.38, 0.2],
	[0.58, 0.2],
	[0.58, 1],
	[0.38, 1],
];
/** Pixels around the strip in which a cell lies at its edge. */
const EDGE = 12;
const CHANNELS = ['patch', 'motion', 'oddity'] as const satisfies readonly Channel[];

const KINDS = ['cyclist', 'runner', 'on-grass', 'cart', 'wrong-way'] as const;
const ODDITIES: Schedule = Array.from({ length: Math.floor(COUNT / RATE / 15) }, (_, n) => ({
	kind: KINDS[n % KINDS.length]!,
	startSeconds: 5 + 15 * n,
}));

const mask = maskOf({ hidden: [STRIP], only: null }, SIZE)!;
/** The pixels are seen and do not count. */
const passed: Mask = { ...mask, pixels: mask.pixels.map((pixel) => (pixel === PIXEL.hidden ? PIXEL.passed : pixel)) };
type Fill = (frames: readonly Uint8Array[]) => Uint8Array[];
const asTheyAre: Fill = (frames) => [...frames];
const inGrey: Fill = (frames) =>
	frames.map((luma) => luma.map((value, at) => (mask.pixels[at] === PIXEL.hidden ? 128 : value)));
/** The window's first frame throughout: nothing moves, but something else stands there in every window. */
const byFirst: Fill = (frames) =>
	frames.map((luma) => luma.map((value, at) => (mask.pixels[at] === PIXEL.hidden ? frames[0]![at]! : value)));

const WAYS: readonly { readonly way: string; readonly mask: Mask | null; readonly fill: Fill }[] = [
	{ way: 'no mask', mask: null, fill: asTheyAre },
	{ way: 'painted in the mean (in use)', mask, fill: asTheyAre },
	{ way: 'painted grey', mask: passed, fill: inGrey },
	{ way: 'held at the first frame', mask: passed, fill: byFirst },
	{ way: 'seen, not counted', mask: passed, fill: asTheyAre },
];

const calm = drawn(1, 'none');
const odd = drawn(2, ODDITIES);
await using inference = await openInference(
	{ provider: 'cpu', threads: 1, batchMax: 1, batchDeadlineMs: 0 },
	{ observe: () => {} },
);
const model = await findModel('mnad-compact', RATE, join(import.meta.dirname, '../models'));
await using detector = openMnad({ model, memory: 'online', inference });
await detector.prepare(SIZE);

const rows = [];
for (const { way, mask: of, fill } of WAYS) {
	const camera = detector.camera(cameraId('yard'), of);
	const said = async (frames: readonly Uint8Array[], freezeMemory: boolean) => {
		const found: Prediction[] = [];
		for (let last = 4; last < frames.length; last++) {
			const window = windowOf(fill(frames.slice(last - 4, last + 1)), SIZE, RATE);
			found.push(await camera.detect(window, { freezeMemory }));
		}
		return found;
	};
	const normal = await said(calm.frames, false);
	const tried = await said(odd.frames, true);
	const hidden = await said(odd.frames.map(withBlock), true);
	const q99 = (channel: Channel) =>
		quantile(
			normal.map(({ channels }) => channels.get(channel)!),
			0.99,
		);
	const auc = (channel: Channel) => {
		const of = (label: string) =>
			tried.filter((_, at) => odd.labels[at + 4] === label).map(({ channels }) => channels.get(channel)!);
		return areaUnder(of('normal'), of('outside'));
	};
	const leak = Math.max(
		...CHANNELS.map((channel) => {
			const [low, high] = [0.05, 0.95].map((share) =>
				quantile(
					normal.map(({ channels }) => channels.get(channel)!),
					share,
				),
			);
			const moved = hidden.map(({ channels }, at) =>
				Math.abs(channels.get(channel)! - tried[at]!.channels.get(channel)!),
			);
			return Math.max(...moved) / (high! - low!);
		}),
	);
	rows.push({
		way,
		'99 % of normal: patch': q99('patch'),
		motion: q99('motion'),
		oddity: q99('oddity'),
		'heat at the edge': quantile(normal.map(edgeHeat), 0.99),
		'AUC outside: patch': auc('patch'),
		'motion ': auc('motion'),
		'oddity ': auc('oddity'),
		'leak of what is beneath': leak,
	});
}
if (values.json) console.log(JSON.stringify({ windows: COUNT, rows }));
else printTable(rows);

function drawn(seed: number, oddities: Schedule) {
	const scene = openScene({ ...SIZE, framesPerSecond: RATE, seed, oddities });
	const frames = Array.from({ length: COUNT }, (_, index) => {
		const luma = new Uint8Array(SIZE.width * SIZE.height);
		scene.render(index, luma);
		return luma;
	});
	const labels = frames.map((_, index) => {
		const { oddities: seen } = scene.labels(index);
		if (seen.length === 0) return 'normal';
		// In pixels to either side of the strip, with some room.
		const isOutside = seen.some(({ bbox: { left, right } }) => right < 0.34 * SIZE.width || left > 0.62 * SIZE.width);
		return isOutside ? 'outside' : 'behind';
	});
	return { frames, labels };
}

/** A block of stripes that jumps about beneath the mask. */
function withBlock(luma: Uint8Array, index: number): Uint8Array {
	const changed = luma.slice();
	const left = Math.ceil(0.4 * SIZE.width) + ((index * 7) % 20);
	const top = Math.ceil(0.3 * SIZE.height) + ((index * 13) % 50);
	for (let y = top; y < top + 24; y++) {
		for (let x = left; x < left + 16; x++) changed[y * SIZE.width + x] = x % 4 < 2 ? 250 : 5;
	}
	return changed;
}

/** Most heat in cells that are watched and lie along the mask. */
function edgeHeat({ heatMap }: Prediction): number {
	const [left, right] = [0.38 * SIZE.width, 0.58 * SIZE.width];
	let most = 0;
	for (const [cell, value] of heatMap.values.entries()) {
		const x = ((cell % heatMap.width) + 0.5) * heatMap.cellPixels;
		if ((x < left && x > left - EDGE) || (x > right && x < right + EDGE)) most = Math.max(most, value);
	}
	return most;
}

function quantile(numbers: readonly number[], share: number): number {
	const sorted = numbers.toSorted((a, b) => a - b);
	return sorted[Math.floor(share * (sorted.length - 1))]!;
}
