import { ForeframeError } from '../../core/errors.ts';
import type { Size, Window } from '../../core/frame.ts';
import { type Mask, PIXEL } from '../../core/mask.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import type { Channel, Prediction } from '../../core/prediction.ts';
import { type RawScore, rawScore } from '../../core/units.ts';
import { writePortable } from '../../nn/interpret/portable.ts';
import { emitOnnx } from '../../nn/onnx/emit.ts';
import type { Inference, Model } from '../../onnx/inference.ts';
import type { CameraDetector, DetectOptions, Detector } from '../detector.ts';
import { PATCHES, patchStarts } from '../parts/patch-error.ts';
import { CameraMemory } from './camera-memory.ts';
import { type Forgiven, forgive } from './forgive.ts';
import type { MnadModel } from './model.ts';
import { QUERY_STRIDE, queryLength } from './network.ts';
import { buildStep, type MemoryMode, STEP_CHANNELS } from './step.ts';
import { type Cells, thingsIn } from './things.ts';

const CHANNELS = ['patch', 'psnr', 'regular', 'distance', 'motion', 'oddity'] as const satisfies readonly Channel[];
const BATCH_SIZES = [1, 2, 4, 8];
/** More odd things than these are a crowd, which nobody knows again. */
const THINGS_MOST = 8;

export interface MnadOptions {
	readonly model: MnadModel;
	readonly memory: MemoryMode;
	readonly inference: Inference;
}

/** Future-frame prediction with MNAD's memory and a motion channel. One network per picture size, one memory per camera. */
export function openMnad({ model, memory: mode, inference }: MnadOptions): Detector {
	const { manifest } = model;
	const channels = channelsOf(model);
	const networks = new Map<string, Promise<Model>>();
	const networkFor = (size: Size): Promise<Model> => {
		const key = `${size.width}x${size.height}`;
		const known = networks.get(key);
		if (known !== undefined) return known;
		const opening = inference.load(describeNetwork(model, mode, size));
		networks.set(key, opening);
		// A failed start is tried again by the next window.
		opening.catch(() => networks.delete(key));
		return opening;
	};
	return {
		name: 'mnad',
		model: { id: manifest.id, version: `${manifest.sha256.slice(0, 12)}-${mode}` },
		expects: { frames: manifest.inputs + 1, framesPerSecond: manifest.framesPerSecond },
		channels,
		guardsMemory: mode !== 'paper',
		weights: new Map(channels.map((channel) => [channel, manifest.weights[channel] ?? 0])),
		prepare: async (size) => void (await networkFor(size)),
		camera: (_camera, mask = null) => cameraDetector(model, mode, networkFor, sightOf(mask)),
		[Symbol.asyncDispose]: async () => {
			const opened = await Promise.allSettled(networks.values());
			for (const result of opened) {
				if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
			}
		},
	};
}

function cameraDetector(
	model: MnadModel,
	mode: MemoryMode,
	networkFor: (size: Size) => Promise<Model>,
	sight: (size: Size) => Uint8Array,
): CameraDetector {
	const memory = new CameraMemory(model);
	let gamma = model.manifest.gate;
	let known: readonly OddThing[] = [];
	return {
		detect: (window, options) => detect({ model, mode, networkFor, sight, memory, gamma, known }, window, options),
		saveState: () => memory.save(),
		loadState: (state) => memory.load(state),
		driftFrom: (state) => memory.driftFrom(state),
		forgive: (things) => {
			known = things;
		},
		setGate: (value) => {
			gamma = value;
		},
	};
}

interface Parts {
	readonly model: MnadModel;
	readonly mode: MemoryMode;
	readonly networkFor: (size: Size) => Promise<Model>;
	readonly sight: (size: Size) => Uint8Array;
	readonly memory: CameraMemory;
	readonly gamma: number;
	readonly known: readonly OddThing[];
}

async function detect(
	{ model, mode, networkFor, sight, memory, gamma, known }: Parts,
	window: Window,
	{ freezeMemory }: DetectOptions,
): Promise<Prediction> {
	const { target } = window;
	const { items } = memory;
	// No regular score is below zero, so that nothing passes this gate.
	const highest = freezeMemory ? -1 : gamma;
	const { outputs, inferenceMs, batchSize } = await run({ model, networkFor, sight, memory }, window, highest);
	const values = outputs['channels'] as Float32Array;
	const usage = outputs['usage'] as Float32Array;
	const updated = (outputs['updated'] as Float32Array)[0] === 1 && memory.items === items;
	if (updated) {
		const farthest = mode === 'paper' ? null : (outputs['farthest'] as Float32Array);
		memory.learn(outputs['newMemory'] as Float32Array, usage, farthest);
	}
	const channels = new Map<Channel, RawScore>(
		channelsOf(model).map((channel) => [channel, rawScore(values[STEP_CHANNELS.indexOf(channel)]!)]),
	);
	const heat = outputs['heatMap'] as Float32Array;
	const cells = cellsOf(outputs, target, sight(target));
	const found = model.manifest.head === null ? [] : thingsIn(cells);
	const forgiven = known.length === 0 ? null : forgive(found, known, cells);
	const without = (left: Forgiven | null): ReadonlyMap<Channel, RawScore> =>
		left === null
			? channels
			: new Map([...channels, ['oddity', rawScore(left.oddity)], ['motion', rawScore(left.motion)]]);
	return {
		window,
		channels: without(forgiven),
		heatMap: {
			width: target.width / QUERY_STRIDE,
			height: target.height / QUERY_STRIDE,
			cellPixels: QUERY_STRIDE,
			values: forgiven === null ? heat : heat.map((value, cell) => (forgiven.out[cell] === 1 ? 0 : value)),
		},
		predicted: outputs['predicted'] as Uint8Array,
		things: (forgiven?.things ?? found).slice(0, THINGS_MOST).map(({ thing }) => thing),
		rest: without(
			forgive(
				found,
				found.map(({ thing }) => thing),
				cells,
			),
		),
		memory: {
			usage,
			nearest: outputs['nearest'] as Float32Array,
			similarity: outputs['similarity'] as Float32Array,
			updated,
		},
		inferenceMs,
		batchSize,
	};
}

async function run(
	{ model, networkFor, sight, memory }: Omit<Parts, 'mode' | 'gamma' | 'known'>,
	window: Window,
	gamma: number,
) {
	const network = await networkFor(window.target);
	return network.run({
		frames: pack(window, model.manifest.inputs + 1),
		sight: sight(window.target),
		memory: memory.items,
		gamma: Float32Array.of(gamma),
	});
}

function cellsOf(
	outputs: Readonly<Record<string, ArrayBufferView>>,
	{ width, height }: Size,
	sight: Uint8Array,
): Cells {
	const columns = width / QUERY_STRIDE;
	const counted = new Uint8Array(columns * (height / QUERY_STRIDE));
	const cells = counted.map((_, cell) => {
		const first = Math.floor(cell / columns) * QUERY_STRIDE * width + (cell % columns) * QUERY_STRIDE;
		let seen = 0;
		for (let y = 0; y < QUERY_STRIDE; y++) {
			for (let x = 0; x < QUERY_STRIDE; x++) if (sight[first + y * width + x] === PIXEL.watched) seen++;
		}
		return seen > QUERY_STRIDE ** 2 / 2 ? 1 : 0;
	});
	return {
		width: columns,
		height: height / QUERY_STRIDE,
		logits: outputs['logits'] as Float32Array,
		queries: outputs['queries'] as Float32Array,
		speeds: outputs['speeds'] as Float32Array,
		watched: cells,
	};
}

/** What is done with each pixel of a picture of the size; the same array for the same size. `[H, W]` */
function sightOf(mask: Mask | null): (size: Size) => Uint8Array {
	let pixels = mask?.pixels ?? new Uint8Array(0);
	return ({ width, height }) => {
		if (mask === null && pixels.length !== width * height) pixels = everything({ width, height });
		if (mask === null || (mask.width === width && mask.height === height)) return pixels;
		throw new RangeError(`A mask of ${mask.width}x${mask.height} does not fit windows of ${width}x${height}`);
	};
}

function everything({ width, height }: Size): Uint8Array {
	return new Uint8Array(width * height).fill(PIXEL.watched);
}

/** The window's frames one after the other. `[T+1, H, W]` */
function pack({ camera, frames, target }: Window, count: number): Uint8Array {
	const pixels = target.width * target.height;
	if (frames.length !== count || frames.some(({ luma }) => luma.length !== pixels)) {
		throw new ForeframeError(
			'WINDOW_SHAPE',
			`MNAD got ${frames.length} frames of ${target.width}x${target.height} from camera ${camera}: expected ${count} of one size`,
		);
	}
	const packed = new Uint8Array(count * pixels);
	frames.forEach(({ luma }, index) => {
		packed.set(luma, index * pixels);
	});
	return packed;
}

/** A model without a head says nothing of oddity. */
function channelsOf({ manifest }: MnadModel): readonly Channel[] {
	return manifest.head === null ? CHANNELS.filter((channel) => channel !== 'oddity') : CHANNELS;
}

/** Patches of the grid of `parts/patch-error`, P. */
function patchCount({ width, height }: Size): number {
	const along = (length: number) => patchStarts(length, PATCHES.side, PATCHES.step).length;
	return along(width) * along(height);
}

function describeNetwork(model: MnadModel, mode: MemoryMode, size: Size) {
	const { inputs, memory, network } = model.manifest;
	const { width, height } = size;
	const c = queryLength(network);
	const float = (...shape: number[]) => ({ type: 'float32' as const, shape });
	const uint8 = (...shape: number[]) => ({ type: 'uint8' as const, shape });
	return {
		name: model.manifest.id,
		size: `${width}x${height}`,
		inputs: {
			frames: uint8(inputs + 1, height, width),
			sight: uint8(1, height, width),
			memory: float(memory.items, c),
			gamma: float(),
		},
		outputs: {
			predicted: uint8(1, height, width),
			heatMap: float(1, height / QUERY_STRIDE, width / QUERY_STRIDE),
			channels: float(STEP_CHANNELS.length),
			logits: float(1, height / QUERY_STRIDE, width / QUERY_STRIDE),
			queries: float((height / QUERY_STRIDE) * (width / QUERY_STRIDE), c),
			speeds: float(patchCount(size)),
			usage: float(memory.items),
			nearest: float((height / QUERY_STRIDE) * (width / QUERY_STRIDE)),
			similarity: float((height / QUERY_STRIDE) * (width / QUERY_STRIDE)),
			updated: float(),
			newMemory: float(memory.items, c),
			farthest: float(c),
		},
		batchSizes: BATCH_SIZES,
		onnx: (batchSize: number) =>
			emitOnnx(buildStep(model.manifest, batchSize, size, mode), { parameters: model.parameters }),
		portable: (batchSize: number) => writePortable(buildStep(model.manifest, batchSize, size, mode), model.parameters),
		selfTest: {
			frames: movingBars(inputs + 1, size),
			sight: everything(size),
			memory: model.memory,
			gamma: Float32Array.of(1),
		},
	};
}

/** A picture with edges that moves by two pixels a frame: every part of the network has something to do. */
function movingBars(frames: number, { width, height }: Size): Uint8Array {
	const picture = new Uint8Array(frames * width * height);
	for (let index = 0; index < picture.length; index++) {
		const frame = Math.floor(index / (width * height));
		const x = (index % width) + 2 * frame;
		const y = Math.floor(index / width) % height;
		picture[index] = 128 + 60 * Math.sin(x / 7) + 50 * Math.sin((x + 2 * y) / 13);
	}
	return picture;
}
