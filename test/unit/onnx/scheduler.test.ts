import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/core/clock.ts';
import { ForeframeError, isForeframeError } from '../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { monotonicMs, utcMs } from '../../../src/core/units.ts';
import type { InferenceThread } from '../../../src/onnx/inference-thread.ts';
import type { Network } from '../../../src/onnx/network.ts';
import type { Placement } from '../../../src/onnx/placement.ts';
import { openScheduler } from '../../../src/onnx/scheduler.ts';
import type { Tensors } from '../../../src/onnx/tensors.ts';

/** Every look at this clock is a millisecond after the one before. */
function ticking(): Clock {
	let now = 0;
	return {
		utcNow: () => utcMs(0),
		monotonicNow: () => monotonicMs(now++),
		sleep: () => assert.fail('nobody sleeps'),
	};
}

const failed = (error: unknown) => isForeframeError(error, 'INFERENCE_FAILED');

/** A thread that doubles `x` when it is let go on. */
function doubler() {
	const runs: { readonly session: string; readonly x: readonly number[]; readonly done: PromiseWithResolvers<void> }[] =
		[];
	const thread: InferenceThread = {
		open: () => assert.fail('the placement opens'),
		run: async (session, inputs) => {
			const x = inputs['x'] as Float32Array;
			const done = Promise.withResolvers<void>();
			runs.push({ session, x: [...x], done });
			await done.promise;
			return { outputs: { y: x.map((value) => 2 * value) }, inferenceMs: 7 };
		},
		close: async () => {},
		[Symbol.asyncDispose]: async () => {},
	};
	return { thread, runs };
}

function setUp(threads: readonly InferenceThread[], open: (batchSize: number) => Promise<void> = async () => {}) {
	const events: DaemonEvent[] = [];
	const scheduler = openScheduler({ deadlineMs: 0, clock: ticking(), observe: (event) => events.push(event) });
	const add = (name: string) => {
		const network: Network = {
			name,
			size: '1x1',
			inputs: { x: { type: 'float32', shape: [] } },
			outputs: { y: { type: 'float32', shape: [] } },
			batchSizes: [1, 2, 4],
			onnx: () => assert.fail('the placement builds'),
			selfTest: {},
		};
		const closed: string[] = [];
		const placed: Placement = {
			provider: 'cpu',
			threads,
			open,
			session: (batchSize) => `${name}/${batchSize}`,
			close: async () => void closed.push(name),
		};
		return { model: scheduler.add(network, placed, 4), closed };
	};
	return { scheduler, add, events };
}

function sample(x: number): Tensors {
	return { x: Float32Array.of(x) };
}

type Run = ReturnType<typeof doubler>['runs'][number];

/** Lets each run end, one after the other, until there are no more. */
async function drain(runs: readonly Run[]): Promise<void> {
	for (let run = 0; run < runs.length; run++) {
		runs[run]!.done.resolve();
		await new Promise((resolve) => setImmediate(resolve));
	}
}

test('what waits while a thread is busy goes together, and each gets its own result', async () => {
	const { thread, runs } = doubler();
	const { add, events } = setUp([thread]);
	const { model } = add('a');
	const results = [1, 2, 3, 4, 5, 6].map((x) => model.run(sample(x)));
	await drain(runs);
	assert.deepEqual(
		runs.map(({ session, x }) => [session, x]),
		[
			['a/1', [1]],
			// Batches of four are wanted for the first time, and opened meanwhile.
			['a/1', [2]],
			['a/4', [3, 4, 5, 6]],
		],
	);
	const got = await Promise.all(results);
	assert.deepEqual(
		got.map(({ outputs }) => [...outputs['y']!]),
		[[2], [4], [6], [8], [10], [12]],
	);
	assert.deepEqual(
		got.map(({ batchSize }) => batchSize),
		[1, 1, 4, 4, 4, 4],
	);
	assert.deepEqual(
		events.map((event) => event.kind === 'inference-queue' && event.length),
		[1, 0, 1, 2, 3, 4, 5, 4, 0],
	);
});

test('a network whose samples came first is not overtaken by a busier one', async () => {
	const { thread, runs } = doubler();
	const { add } = setUp([thread]);
	const a = add('a').model;
	const b = add('b').model;
	const all = [a.run(sample(1)), b.run(sample(2)), a.run(sample(3)), a.run(sample(4)), b.run(sample(5))];
	await drain(runs);
	await Promise.all(all);
	assert.deepEqual(
		runs.flatMap(({ session, x }) => x.map((value) => [session[0], value])),
		[
			['a', 1],
			['b', 2],
			['a', 3],
			['a', 4],
			['b', 5],
		],
	);
});

test('two threads work at the same time', async () => {
	const first = doubler();
	const second = doubler();
	const { add } = setUp([first.thread, second.thread]);
	const { model } = add('a');
	const results = [model.run(sample(1)), model.run(sample(2))];
	assert.deepEqual([first.runs.length, second.runs.length], [1, 1]);
	second.runs[0]!.done.resolve();
	assert.deepEqual([...(await results[1]!).outputs['y']!], [4]);
	first.runs[0]!.done.resolve();
	assert.deepEqual([...(await results[0]!).outputs['y']!], [2]);
});

test('a failed run is told to those who were in it, and the next goes on', async () => {
	const { thread, runs } = doubler();
	const { add } = setUp([thread]);
	const { model } = add('a');
	const bad = model.run(sample(1));
	const good = model.run(sample(2));
	runs[0]!.done.reject(new ForeframeError('INFERENCE_FAILED', 'The device was lost'));
	await assert.rejects(bad, failed);
	runs[1]!.done.resolve();
	assert.deepEqual([...(await good).outputs['y']!], [4]);
});

test('a provider that disagrees at a larger batch is refused for it only', async () => {
	const { thread, runs } = doubler();
	const { add, events } = setUp([thread], async () => {
		throw new ForeframeError('PROVIDER_REFUSED', 'Running a on webgpu is wrong');
	});
	const { model } = add('a');
	const results = [1, 2, 3].map((x) => model.run(sample(x)));
	await drain(runs);
	await Promise.all(results);
	assert.deepEqual(
		runs.map(({ session }) => session),
		['a/1', 'a/1', 'a/1'],
	);
	assert.ok(events.some((event) => event.kind === 'provider-refused' && /webgpu is wrong/.test(event.reason)));
});

test('a device without room for a larger batch goes on with the smaller ones', async () => {
	for (const code of ['MODEL_INVALID', 'INFERENCE_FAILED'] as const) {
		const { thread, runs } = doubler();
		const { add, events } = setUp([thread], async () => {
			throw new ForeframeError(code, 'Loading a on cuda failed: out of memory');
		});
		const { model } = add('a');
		const results = [1, 2, 3].map((x) => model.run(sample(x)));
		await drain(runs);
		await Promise.all(results);
		assert.equal(events.filter((event) => event.kind === 'provider-refused').length, 1);
	}
});

test('a larger batch that cannot be opened for no known reason is a fault that everybody is told', async () => {
	const { thread, runs } = doubler();
	const { add } = setUp([thread], async () => {
		throw new Error('no such size');
	});
	const { model } = add('a');
	const running = model.run(sample(1));
	const waiting = [model.run(sample(2)), model.run(sample(3))];
	const rejections = Promise.all(waiting.map((result) => assert.rejects(result, failed)));
	runs[0]!.done.resolve();
	await running;
	runs[1]?.done.reject(new ForeframeError('INFERENCE_FAILED', 'closed'));
	await rejections;
	await assert.rejects(async () => model.run(sample(4)), failed);
});

test('when the threads have died all that waits and all that comes is rejected', async () => {
	const { thread } = doubler();
	const { add, scheduler } = setUp([thread]);
	const { model } = add('a');
	void model.run(sample(1));
	const waiting = model.run(sample(2));
	const death = new ForeframeError('INFERENCE_FAILED', 'An inference thread crashed');
	scheduler.fail(death);
	assert.equal(await scheduler.failed, death);
	await assert.rejects(waiting, /thread crashed/);
	await assert.rejects(async () => model.run(sample(3)), /thread crashed/);
});

test('more samples than there can be cameras are refused', async () => {
	const { thread } = doubler();
	const { add } = setUp([thread]);
	const { model } = add('a');
	for (let index = 0; index < 1 + 1024; index++) void model.run(sample(index));
	await assert.rejects(async () => model.run(sample(1)), /1024 samples wait already/);
});

test('a closed network rejects what waits for it and what comes after, and frees its sessions', async () => {
	const { thread } = doubler();
	const { add } = setUp([thread]);
	const { model, closed } = add('a');
	void model.run(sample(1));
	const waiting = assert.rejects(model.run(sample(2)), /a was closed/);
	await model[Symbol.asyncDispose]();
	await waiting;
	await assert.rejects(async () => model.run(sample(3)), /a was closed/);
	assert.deepEqual(closed, ['a']);
});
