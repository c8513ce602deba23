import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkSpec } from '../../../src/detect/mnad/network.ts';
import { mnadRecipe } from '../../../src/learn/mnad-recipe.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../src/onnx/session.ts';
import type { TensorData } from '../../../src/onnx/tensors.ts';
import { assertClose, assertNear } from '../../support/close.ts';
import { unitItems } from '../../support/mnad-model.ts';
import { seededRandom } from '../../support/random.ts';
import { firstGradient } from '../../support/recipe-steps.ts';

const [BATCH, INPUTS, CROP, ITEMS] = [2, 4, 16, 5];

async function openRecipe(network: NetworkSpec, query: number, memory = unitItems(ITEMS, query, 1)) {
	const recipe = mnadRecipe({
		task: 'prediction',
		network,
		inputs: INPUTS,
		head: { widths: [8, 8], position: true },
		memory: { items: ITEMS, temperature: 0.1 },
		batch: BATCH,
		crop: CROP,
	});
	const session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'recipe' });
	const random = seededRandom(4);
	const parameters = recipe.graph.initialParameters(2);
	// A network of three levels on so small pictures learns little unless its last layer begins with more.
	for (const [name, values] of parameters) {
		if (name.endsWith('.bias') || name.endsWith('.shift'))
			parameters.set(
				name,
				values.map(() => 0.3 * random()),
			);
	}
	const fixed: Record<string, TensorData> = {
		frames: Uint8Array.from({ length: BATCH * (INPUTS + 2) * CROP * CROP }, (_, index) => {
			return 128 + 80 * Math.sin(index / 5) + 40 * random();
		}),
		plain: Float32Array.of(1, 0),
		odd: Float32Array.of(0, 0, 0, 0, 1, 1, 1, 0.5),
		position: Float32Array.from({ length: 16 }, (_, index) => (index % 4) / 2 - 0.75),
		memory,
		learningRate: Float32Array.of(1e-3),
		...Object.fromEntries(recipe.training.initialState()),
	};
	return {
		recipe,
		parameters,
		fixed,
		run: async (changed: ReadonlyMap<string, Float32Array> = parameters) =>
			(await session.run({ ...fixed, ...Object.fromEntries(changed) })) as Record<string, Float32Array>,
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
	};
}

type Opened = Awaited<ReturnType<typeof openRecipe>>;

/** A parameter's gradient as a length, and the slope of the loss along it. */
async function slope({ recipe, run, parameters }: Opened, name: string) {
	const outputs = await run();
	const gradient = firstGradient(recipe, outputs, name);
	const norm = Math.hypot(...gradient);
	const values = parameters.get(name)!;
	const lossAt = async (step: number) => {
		const moved = values.map((value, index) => value + (step * gradient[index]!) / norm);
		return (await run(new Map([...parameters, [name, moved]])))['loss']![0]!;
	};
	// Small against the kinks of the network, large against single precision.
	const step = 3e-4;
	return { gradient: norm, measured: ((await lossAt(step)) - (await lossAt(-step))) / (2 * step) };
}

const PAPER: NetworkSpec = { kind: 'paper', width: 4 };
const COMPACT: NetworkSpec = { kind: 'compact', widths: [4, 8] };
const checked: [NetworkSpec, number, string[]][] = [
	[
		PAPER,
		32,
		[
			'encode.1.1.weight',
			'encode.2.1.norm.scale',
			'encode.4.2.weight',
			'decode.4.1.weight',
			'decode.3.up.weight',
			'decode.2.1.norm.shift',
			'decode.1.3.weight',
			'decode.1.3.bias',
		],
	],
	[
		COMPACT,
		8,
		[
			'encode.fine.1.weight',
			'encode.coarse.2.weight',
			'decode.coarse.2.weight',
			'decode.fine.3.weight',
			'head.1.weight',
			'head.3.bias',
		],
	],
];

for (const [network, query, names] of checked) {
	test(`the gradients of the ${network.kind} network agree with finite differences`, async () => {
		// With all items alike the answer does not depend on the similarity, through which no gradient flows on purpose.
		const one = unitItems(1, query, 1);
		const memory = Float32Array.from({ length: ITEMS * query }, (_, index) => one[index % query]!);
		await using opened = await openRecipe(network, query, memory);
		for (const name of names) {
			const { gradient, measured } = await slope(opened, name);
			assertNear(measured, gradient, 0.03, name);
		}
	});
}

test('no gradient flows through the read: the encoder is moved by another one than the loss has', async () => {
	await using opened = await openRecipe(COMPACT, 8);
	// The decoder listens to the answer more than to the query: `[8, 16, 3, 3]`, the answer in the second eight.
	const weight = opened.parameters.get('decode.coarse.1.weight')!;
	weight.forEach((value, index) => {
		if (Math.floor(index / 9) % 16 >= 8) weight[index] = 16 * value;
	});
	const decoder = await slope(opened, 'decode.fine.3.weight');
	assertNear(decoder.measured, decoder.gradient, 0.03);
	const encoder = await slope(opened, 'encode.coarse.2.weight');
	assert.ok(Math.abs(encoder.measured / encoder.gradient - 1) > 0.2, `${encoder.measured} and ${encoder.gradient}`);
});

test('the running statistics move a tenth of the way to those of the batch', async () => {
	await using opened = await openRecipe(PAPER, 32);
	const { recipe, run, parameters, fixed } = opened;
	const before = Float32Array.of(1, 2, 3, 4);
	const outputs = await run(new Map([...parameters, ['encode.1.1.norm.mean', before]]));
	const frames = fixed['frames'] as Uint8Array;
	const [weight, bias] = [parameters.get('encode.1.1.weight')!, parameters.get('encode.1.1.bias')!];
	const pixel = (b: number, t: number, y: number, x: number) =>
		x < 0 || y < 0 || x >= CROP || y >= CROP ? 0 : frames[((b * (INPUTS + 2) + t) * CROP + y) * CROP + x]! / 127.5 - 1;
	const statistics = Array.from({ length: 4 }, (_, channel) => {
		const values: number[] = [];
		for (let b = 0; b < BATCH; b++) {
			for (let place = 0; place < CROP * CROP; place++) {
				const [x, y] = [place % CROP, Math.floor(place / CROP)];
				let sum = bias[channel]!;
				for (let tap = 0; tap < INPUTS * 9; tap++) {
					const [t, dy, dx] = [Math.floor(tap / 9), (Math.floor(tap / 3) % 3) - 1, (tap % 3) - 1];
					sum += weight[channel * INPUTS * 9 + tap]! * pixel(b, t, y + dy, x + dx);
				}
				values.push(sum);
			}
		}
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
	});
	assertClose(
		outputs['next:encode.1.1.norm.mean']!,
		statistics.map(({ mean }, channel) => 0.9 * before[channel]! + 0.1 * mean),
		1e-4,
	);
	assertClose(
		outputs['next:encode.1.1.norm.variance']!,
		statistics.map(({ variance }) => 0.9 + 0.1 * variance),
		1e-4,
	);
	const learned = recipe.training.carried.filter(({ name }) => recipe.graph.parameters.has(name));
	assert.ok(
		learned.every(({ name }) => !name.endsWith('.norm.mean')),
		'statistics are not learned by gradient',
	);
});

test('a window that skips frames teaches the memory nothing and is not counted in the error', async () => {
	await using opened = await openRecipe(COMPACT, 8);
	const { run, fixed } = opened;
	const [both, first] = [await run(), { ...fixed }];
	assert.ok(both['error']![0]! > 0);
	fixed['plain'] = Float32Array.of(0, 0);
	const none = await run();
	assert.equal(none['error']![0], 0);
	assertClose(none['newMemory']!, first['memory'] as Float32Array, 1e-6);
	assert.ok(both['newMemory']!.some((value, index) => Math.abs(value - none['newMemory']![index]!) > 1e-4));
	assert.deepEqual(none['loss'], both['loss'], 'it counts in what is learned all the same');
});

test('items of which each answers equally often cost nothing, one that answers always costs 1', async () => {
	const query = 8;
	const one = unitItems(1, query, 1);
	const alike = Float32Array.from({ length: ITEMS * query }, (_, index) => one[index % query]!);
	await using opened = await openRecipe(COMPACT, query, alike);
	const { balance } = await opened.run();
	assert.ok(Math.abs(balance![0]!) < 1e-5, `${balance![0]}`);
	const { queries } = await opened.run();
	const mean = Array.from({ length: query }, (_, c) =>
		queries!.reduce((sum, value, index) => sum + (index % query === c ? value : 0), 0),
	);
	const length = Math.hypot(...mean);
	// One where the queries are, four on the other side.
	opened.fixed['memory'] = Float32Array.from({ length: ITEMS * query }, (_, index) => {
		return ((index < query ? 1 : -1) * mean[index % query]!) / length;
	});
	const uneven = await opened.run();
	assert.ok(uneven['balance']![0]! > 0.5, `${uneven['balance']![0]}`);
});
