import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { isForeframeError } from '../../src/core/errors.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import type { Window } from '../../src/core/frame.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import { cameraId } from '../../src/core/units.ts';
import { openMnad } from '../../src/detect/mnad/mnad.ts';
import { buildStep } from '../../src/detect/mnad/step.ts';
import { openRuntimes } from '../../src/inference.ts';
import { writePortable } from '../../src/nn/interpret/portable.ts';
import { openInference } from '../../src/onnx/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import { findInstallation } from '../../src/tensorflow/installation.ts';
import type { TensorFlowProcess } from '../../src/tensorflow/process.ts';
import { startTensorFlow, type TensorFlowContext } from '../../src/tensorflow/tensorflow.ts';
import { assertClose } from '../support/close.ts';
import { manualClock } from '../support/manual-clock.ts';
import { smallModel } from '../support/mnad-model.ts';
import { untilGone } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { walkingWindows } from '../support/walks.ts';

const SIZE = { width: 48, height: 32 };
const OPTIONS = inferenceOptions.parse({ provider: 'tensorflow', batchMax: 2, batchDeadlineMs: 50 });
/** The machine's own, an older one than the project's, as on a box with the compiled packages. */
const OTHER_NODE = '/usr/bin/node';
const model = smallModel(5, { gate: 10 });

function otherNode(): string | null {
	if (!existsSync(OTHER_NODE)) return null;
	const major = Number.parseInt(execFileSync(OTHER_NODE, ['--version'], { encoding: 'utf8' }).slice(1), 10);
	return major >= 20 && major < 26 ? OTHER_NODE : null;
}

for (const task of ['prediction', 'reconstruction'] as const)
	test(`${task}: two cameras are told by TensorFlow.js what ONNX Runtime tells them, memory and batches included`, async () => {
		const asked = task === 'prediction' ? model : smallModel(6, { gate: 10, task, inputs: 1 });
		const scenes = [31, 32].map((seed) => walkingWindows(seed, 6, SIZE));
		const windowFor = (window: Window): Window => {
			const [first, ...rest] = window.frames.slice(-(asked.manifest.inputs + 1));
			return { ...window, frames: [first!, ...rest] };
		};
		const follow = async (provider: 'cpu' | 'tensorflow') => {
			const events: DaemonEvent[] = [];
			await using inference = await openRuntimes({ ...OPTIONS, provider }, (event) => events.push(event));
			await using detector = openMnad({ model: asked, memory: 'online', inference });
			// A size is opened when it is first wanted; nothing is learned meanwhile.
			const early = scenes.map((_, scene) => detector.camera(cameraId(`early-${scene}`)));
			for (let largest = 1, round = 0; largest < 2; round++) {
				assert.ok(round < 500, 'batches of two are never opened');
				const both = early.map((camera, scene) => camera.detect(windowFor(scenes[scene]![0]!), { freezeMemory: true }));
				largest = Math.max(...(await Promise.all(both)).map(({ batchSize }) => batchSize));
			}
			const told = await Promise.all(
				scenes.map(async (windows, scene) => {
					const camera = detector.camera(cameraId(`camera-${scene}`));
					const predictions: Prediction[] = [];
					for (const window of windows)
						predictions.push(await camera.detect(windowFor(window), { freezeMemory: false }));
					return predictions;
				}),
			);
			assert.equal(events.find((event) => event.kind === 'provider-chosen')?.provider, provider);
			return told.flat();
		};
		const [found, expected] = [await follow('tensorflow'), await follow('cpu')];
		assert.ok(new Set(found.map(({ batchSize }) => batchSize)).has(2));
		for (const [index, prediction] of found.entries()) {
			assertClose([...prediction.channels.values()], [...expected[index]!.channels.values()], 1e-3, 'channels');
			assertClose(prediction.heatMap.values, expected[index]!.heatMap.values, 1e-5, 'error map');
			assertClose(prediction.memory!.usage, expected[index]!.memory!.usage, 1e-5, 'usage');
			assert.equal(prediction.memory!.updated, true);
			assert.ok(prediction.inferenceMs > 0);
			for (const [pixel, grey] of expected[index]!.predicted.entries()) {
				assert.ok(Math.abs(prediction.predicted[pixel]! - grey) <= 1);
			}
		}
	});

/** A network with TensorFlow.js, and every process that was started for it. */
async function openSmall(options: { node?: string } = {}, context: TensorFlowContext = {}) {
	const processes: TensorFlowProcess[] = [];
	const thread = startTensorFlow(options, { ...context, started: (process) => processes.push(process) });
	const file = writePortable(buildStep(model.manifest, 1, SIZE, 'online'), model.parameters);
	const frames = walkingWindows(31, 1, SIZE)[0]!.frames.flatMap(({ luma }) => [...luma]);
	const sight = new Uint8Array(SIZE.width * SIZE.height).fill(1);
	const inputs = { frames: Uint8Array.from(frames), sight, memory: model.memory, gamma: Float32Array.of(1) };
	const shapes = await thread.open('small', { name: 'small', provider: 'tensorflow', file });
	return { thread, inputs, shapes, processes, [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose]() };
}

test('it runs in a process of its own, on another Node.js where one is named, and leaves nothing behind', {
	skip: otherNode() === null ? `${OTHER_NODE} is not there, or no Node.js from 20 to 25` : false,
}, async () => {
	await using folder = await temporaryFolder();
	process.env['TMPDIR'] = folder.path;
	let pid = 0;
	{
		await using small = await openSmall({ node: otherNode()! });
		const [{ pid: own, found }] = small.processes as [TensorFlowProcess];
		pid = own;
		assert.equal(readlinkSync(`/proc/${pid}/exe`).startsWith('/usr/'), true);
		assert.notEqual(found.node, process.versions.node);
		// The second where a compiled package is installed.
		assert.ok(['cpu', 'tensorflow'].includes(found.backend), found.backend);
		assert.deepEqual(small.shapes.inputs['frames'], { type: 'uint8', shape: [1, 5, 32, 48] });
		const { outputs, inferenceMs } = await small.thread.run('small', small.inputs);
		assert.equal(outputs['predicted']!.length, 48 * 32);
		assert.ok(inferenceMs > 0);
	}
	await untilGone(pid, 10_000);
	delete process.env['TMPDIR'];
	assert.deepEqual(readdirSync(folder.path), []);
});

test('when it is killed what it was asked fails, then all fails at once for a while, then it is there again', async () => {
	const clock = manualClock();
	const backoff = { firstMs: 1000, maxMs: 4000, jitter: 0 };
	await using small = await openSmall({}, { clock, backoff });
	const expected = await small.thread.run('small', small.inputs);
	const failed = (wanted: RegExp) => (error: unknown) =>
		isForeframeError(error, 'INFERENCE_FAILED') && wanted.test(error.message);
	const [first] = small.processes as [TensorFlowProcess];

	const asked = small.thread.run('small', small.inputs);
	process.kill(first.pid, 'SIGKILL');
	await assert.rejects(asked, failed(/process ended with SIGKILL/));
	await first.ended;
	await assert.rejects(small.thread.run('small', small.inputs), failed(/started again in 1 s: .*SIGKILL/));
	await clock.advance(1000);
	// It knows the network again without being told.
	const again = await small.thread.run('small', small.inputs);
	assert.equal(small.processes.length, 2);
	assert.deepEqual(again.outputs, expected.outputs);

	process.kill(small.processes[1]!.pid, 'SIGKILL');
	await small.processes[1]!.ended;
	await clock.advance(1000);
	await assert.rejects(
		small.thread.run('small', small.inputs),
		failed(/started again in 1 s/),
		'the pause has doubled',
	);
});

test('a network it cannot read, or inputs it does not have, are an answer and not its end', async () => {
	await using small = await openSmall();
	const failed = (error: unknown) => isForeframeError(error, 'INFERENCE_FAILED');
	const request = { name: 'broken', provider: 'tensorflow', file: Uint8Array.of(1, 2, 3) } as const;
	await assert.rejects(small.thread.open('broken', request), failed);
	await assert.rejects(small.thread.run('nobody', small.inputs), failed);
	await assert.rejects(small.thread.run('small', {}), failed);
	assert.ok((await small.thread.run('small', small.inputs)).inferenceMs > 0);
	assert.equal(small.processes.length, 1);
	await small.thread.close('small');
	await assert.rejects(small.thread.run('small', small.inputs), failed);
});

test('where it is not installed the provider is refused, with what to do', async () => {
	const context: TensorFlowContext = { find: (options) => findInstallation(options, { folder: tmpdir() }) };
	await using inference = await openInference(OPTIONS, {
		observe: () => {},
		startTensorFlow: (options) => startTensorFlow(options, context),
	});
	await using detector = openMnad({ model, memory: 'online', inference });
	await assert.rejects(
		detector.prepare(SIZE),
		(error) => isForeframeError(error, 'PROVIDER_REFUSED') && /tensorflow.*none of .*installed/.test(error.message),
	);
});

test('a Node.js that ends at once is told with its last words', async () => {
	const thread = startTensorFlow(
		{},
		{ find: async () => ({ folder: '/', packageName: '@tensorflow/tfjs-node-gpu', node: process.execPath }) },
	);
	const request = { name: 'small', provider: 'tensorflow', file: new Uint8Array() } as const;
	await assert.rejects(
		thread.open('small', request),
		(error) => isForeframeError(error, 'INFERENCE_FAILED') && /Cannot find module '@tensorflow/.test(error.message),
	);
	await thread[Symbol.asyncDispose]();
});
