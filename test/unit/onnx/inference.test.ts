import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeframeError } from '../../../src/core/errors.ts';
import { openInference } from '../../../src/onnx/inference.ts';
import type { InferenceThread } from '../../../src/onnx/inference-thread.ts';
import { inferenceOptions } from '../../../src/onnx/options.ts';

const OPTIONS = inferenceOptions.parse({ provider: 'cpu', threads: 2 });

const thread: InferenceThread = {
	open: () => assert.fail('nothing is opened'),
	run: () => assert.fail('nothing is run'),
	close: () => assert.fail('nothing is closed'),
	[Symbol.asyncDispose]: async () => {},
};

test('the death of any thread is told to who watches, however late', async () => {
	const deaths: ((error: ForeframeError) => void)[] = [];
	await using inference = await openInference(OPTIONS, {
		observe: () => {},
		startThread: (onDeath) => {
			deaths.push(onDeath);
			return thread;
		},
	});
	const watching = inference.watch(new AbortController().signal);
	deaths[1]!(new ForeframeError('INFERENCE_FAILED', 'An inference thread crashed'));
	await assert.rejects(watching, /An inference thread crashed/);
	await assert.rejects(inference.watch(new AbortController().signal), { code: 'INFERENCE_FAILED' });
});

test('watching ends with its signal', async () => {
	await using inference = await openInference(OPTIONS, { observe: () => {}, startThread: () => thread });
	const stop = new AbortController();
	const watching = inference.watch(stop.signal);
	stop.abort();
	await watching;
});
