import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { isForeframeError } from '../../src/core/errors.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import { type InferenceContext, openInference } from '../../src/onnx/inference.ts';
import { startInferenceThread } from '../../src/onnx/inference-thread.ts';
import type { InferenceOptions } from '../../src/onnx/options.ts';
import { openSession } from '../../src/onnx/session.ts';
import { allocateShared, type TensorShapes } from '../../src/onnx/tensors.ts';
import { smallNetwork, smallNetworkOnnx, smallSample } from '../support/small-network.ts';

const CPU: InferenceOptions = { provider: 'cpu', threads: 1, batchMax: 8, batchDeadlineMs: 5 };
const ICD = '/usr/lib/chromium/vk_swiftshader_icd.json';

function telling(): { readonly events: DaemonEvent[]; readonly context: InferenceContext } {
	const events: DaemonEvent[] = [];
	return { events, context: { observe: (event) => events.push(event) } };
}

function close(actual: ArrayLike<unknown>, expected: ArrayLike<unknown>, tolerance: number): void {
	assert.equal(actual.length, expected.length);
	for (let index = 0; index < expected.length; index++) {
		const difference = Math.abs(Number(actual[index]) - Number(expected[index]));
		assert.ok(difference <= tolerance, `${actual[index]} at ${index}, expected ${expected[index]}`);
	}
}

test('a sample gives in an inference thread what it gives in this process', async () => {
	await using session = await openSession(smallNetworkOnnx(1), { name: 'small' });
	const { events, context } = telling();
	await using inference = await openInference(CPU, context);
	await using model = await inference.load(smallNetwork());
	const { outputs, inferenceMs, batchSize } = await model.run(smallSample(3));
	assert.deepEqual(outputs, await session.run(smallSample(3)));
	assert.equal(batchSize, 1);
	assert.ok(inferenceMs > 0);
	assert.deepEqual(
		events.find(({ kind }) => kind === 'provider-chosen'),
		{ kind: 'provider-chosen', provider: 'cpu', model: 'small', size: '16x16' },
	);
});

test('samples of many callers share batches and get the results they would get alone', async () => {
	await using session = await openSession(smallNetworkOnnx(1), { name: 'small' });
	const { events, context } = telling();
	await using inference = await openInference({ ...CPU, threads: 2 }, context);
	await using model = await inference.load(smallNetwork());
	const seeds = Array.from({ length: 23 }, (_, seed) => seed);
	const alone = [];
	for (const seed of seeds) alone.push(await session.run(smallSample(seed)));
	const sizes = new Set<number>();
	// The first rounds open the larger sizes.
	for (let round = 0; round < 10; round++) {
		const together = await Promise.all(seeds.map((seed) => model.run(smallSample(seed))));
		for (const [index, { outputs, batchSize }] of together.entries()) {
			sizes.add(batchSize);
			for (const name of Object.keys(alone[index]!)) close(outputs[name]!, alone[index]![name]!, 1e-5);
		}
	}
	assert.ok(sizes.has(8), `batches of ${[...sizes]}`);
	const lengths = events.flatMap((event) => (event.kind === 'inference-queue' ? [event.length] : []));
	assert.ok(Math.max(...lengths) > 8);
	assert.equal(lengths.at(-1), 0);
});

test('networks of different shapes run side by side', async () => {
	await using inference = await openInference({ ...CPU, batchDeadlineMs: 20 }, telling().context);
	await using first = await inference.load(smallNetwork('first'));
	await using second = await inference.load(smallNetwork('second', [1]));
	const results = await Promise.all([first, second, first, second].map((model) => model.run(smallSample(1))));
	for (const { outputs } of results) assert.deepEqual(outputs['memoryNext'], results[0]!.outputs['memoryNext']);
});

test('a network that is not what it says is refused with tensor, shape and what was wanted', async () => {
	await using inference = await openInference(CPU, telling().context);
	const network = smallNetwork();
	const outputs = { ...network.outputs, mean: { type: 'float32', shape: [2] } } as const;
	await assert.rejects(
		inference.load({ ...network, outputs }),
		/The outputs of small \(16x16, batch 1\) has float32 \[1, 1, 1, 1\] as "mean": expected float32 \[1, 2\]/,
	);
	await assert.rejects(inference.load({ ...network, onnx: () => Uint8Array.of(1, 2, 3) }), (error) =>
		isForeframeError(error, 'MODEL_INVALID'),
	);
	await using model = await inference.load(network);
	await assert.rejects(
		model.run({ ...smallSample(1), memory: new Float32Array(5) }),
		/small got 5 values of float32 for "memory": expected float32 \[3, 4\] \(MODEL_INVALID\)/,
	);
	// A refusal harms nobody else.
	assert.equal((await model.run(smallSample(1))).batchSize, 1);
});

test('a provider asked for by name that cannot be used is an error, and auto says why and goes on', async () => {
	await using asked = await openInference({ ...CPU, provider: 'tensorrt' }, telling().context);
	await assert.rejects(
		asked.load(smallNetwork()),
		(error) => isForeframeError(error, 'PROVIDER_REFUSED') && /tensorrt.*not installed/.test(error.message),
	);
	const { events, context } = telling();
	const env = { VK_ICD_FILENAMES: '/somewhere/lvp_icd.x86_64.json' };
	const machine = { platform: 'linux', env, gpuDrivers: ['i915'], hasLibrary: () => false };
	await using auto = await openInference({ ...CPU, provider: 'auto' }, { ...context, machine });
	await using model = await auto.load(smallNetwork('a'));
	await using again = await auto.load(smallNetwork('b'));
	assert.equal(model.provider, 'cpu');
	assert.equal(again.provider, 'cpu');
	const refused = events.filter((event) => event.kind === 'provider-refused');
	// Once, however many networks there are.
	assert.deepEqual(
		refused.map(({ provider }) => provider),
		['cuda', 'webgpu'],
	);
});

test('when its thread dies a request is rejected, and so is every later one', async () => {
	const deaths: unknown[] = [];
	const thread = startInferenceThread((error) => deaths.push(error));
	await thread.open('s', { name: 'small', provider: 'cpu', file: smallNetworkOnnx(1) });
	const failed = (error: unknown) => isForeframeError(error, 'INFERENCE_FAILED');
	// Nothing asks for a session that is not open: the thread takes it for a bug and dies.
	await assert.rejects(thread.run('none', {}), failed);
	await assert.rejects(thread.run('s', {}), failed);
	assert.equal(deaths.length, 1);
	await thread[Symbol.asyncDispose]();
});

test('arrays of shared memory stay with who sends them and are written into', async () => {
	await using session = await openSession(smallNetworkOnnx(1), { name: 'small' });
	await using thread = startInferenceThread(() => {});
	const shapes = await thread.open('s', { name: 'small', provider: 'cpu', file: smallNetworkOnnx(1), threads: 2 });
	const shared = (tensors: TensorShapes) =>
		Object.fromEntries(Object.entries(tensors).map(([name, shape]) => [name, allocateShared(shape)]));
	const [inputs, into] = [shared(shapes.inputs), shared(shapes.outputs)];
	for (const seed of [3, 4]) {
		const sample = smallSample(seed);
		for (const [name, values] of Object.entries(sample)) inputs[name]!.set(values as never);
		const { outputs } = await thread.run('s', inputs, into);
		const expected = await session.run(sample);
		for (const name of Object.keys(expected)) {
			assert.deepEqual([...into[name]!], [...expected[name]!]);
			assert.equal(outputs[name]!.buffer.constructor, SharedArrayBuffer);
		}
		assert.deepEqual([...inputs['frames']!], [...sample['frames']!]);
	}
});

test('what waits when inference is closed is rejected', async () => {
	const inference = await openInference({ ...CPU, batchDeadlineMs: 1000 }, telling().context);
	const model = await inference.load(smallNetwork());
	const waiting = assert.rejects(model.run(smallSample(1)), (error) => isForeframeError(error, 'INFERENCE_FAILED'));
	await inference[Symbol.asyncDispose]();
	await waiting;
	await assert.rejects(model.run(smallSample(1)), /closed/);
});

test('outputs of a session are fed back as inputs without new arrays', async () => {
	await using session = await openSession(smallNetworkOnnx(1), { name: 'small' });
	const { frames, gate } = smallSample(1);
	let now = new Float32Array(12);
	let next = new Float32Array(12);
	for (let step = 0; step < 5; step++) {
		const { memoryNext } = await session.run({ frames, gate, memory: now }, { memoryNext: next });
		assert.equal(memoryNext, next);
		[now, next] = [next, now];
	}
	assert.deepEqual(now, new Float32Array(12).fill(5));
});

const noAdapter = existsSync(ICD) ? false : `${ICD} is missing: install Debian's package chromium`;

test('WebGPU on a software adapter agrees with the CPU, batches included', { skip: noAdapter }, async () => {
	process.env['VK_ICD_FILENAMES'] = ICD;
	await using cpu = await openInference(CPU, telling().context);
	await using expected = await cpu.load(smallNetwork());
	const { events, context } = telling();
	await using inference = await openInference({ ...CPU, provider: 'webgpu', threads: 2 }, context);
	await using model = await inference.load(smallNetwork());
	assert.equal(model.provider, 'webgpu');
	for (let round = 0; round < 4; round++) {
		const seeds = [0, 1, 2, 3, 4];
		const results = await Promise.all(seeds.map((seed) => model.run(smallSample(seed))));
		for (const seed of seeds) {
			const { outputs } = await expected.run(smallSample(seed));
			for (const name of Object.keys(outputs)) close(results[seed]!.outputs[name]!, outputs[name]!, 1e-4);
		}
	}
	assert.deepEqual(
		events.filter(({ kind }) => kind === 'provider-refused'),
		[],
	);
});

test('a provider that disagrees with the CPU is refused by name', { skip: noAdapter }, async () => {
	process.env['VK_ICD_FILENAMES'] = ICD;
	// So strict that rounding is a disagreement.
	const network = { ...smallNetwork(), tolerance: 0 };
	await using asked = await openInference({ ...CPU, provider: 'webgpu' }, telling().context);
	await assert.rejects(
		asked.load(network),
		(error) => isForeframeError(error, 'PROVIDER_REFUSED') && /webgpu.*relative difference/.test(error.message),
	);
	const { events, context } = telling();
	const machine = { platform: 'linux', env: {}, gpuDrivers: ['amdgpu'], hasLibrary: () => false };
	await using auto = await openInference({ ...CPU, provider: 'auto' }, { ...context, machine });
	await using model = await auto.load(network);
	assert.equal(model.provider, 'cpu');
	const refused = events.find((event) => event.kind === 'provider-refused' && event.provider === 'webgpu');
	assert.ok(refused?.kind === 'provider-refused' && /relative difference/.test(refused.reason));
});
