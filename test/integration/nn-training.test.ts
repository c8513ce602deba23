import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { readWeights, writeWeights } from '../../src/nn/weights.ts';
import { train, trainableNetwork } from '../support/nn-network.ts';

test('a network that is trained as one ONNX run per step learns, and its weights file predicts the same', async () => {
	const network = trainableNetwork({ clipNorm: 10 });
	const rates = Array.from({ length: 150 }, (_, step) => (step < 149 ? 5e-3 : 0));
	const { losses, feeds, carried } = await train(network, rates);
	assert.ok(losses.at(-1)! < losses[0]! / 3, `the loss went from ${losses[0]} to ${losses.at(-1)}`);
	// The last step had the rate 0, so that its loss belongs to the weights it left.
	const tensors = new Map(
		[...network.graph.parameters].map(([name, { tensor }]) => [
			name,
			{ shape: tensor.shape, data: carried[name]!.data as Float32Array },
		]),
	);
	const stored = readWeights(writeWeights({ tensors, metadata: {} }));
	const parameters = new Map([...stored.tensors].map(([name, { data }]) => [name, data as Float32Array]));
	const session = await InferenceSession.create(emitOnnx(network.graph, { parameters, outputs: ['loss'] }));
	const results = await session.run(feeds);
	assert.ok(Math.abs(Number(results['loss']!.data[0]) - losses.at(-1)!) < 1e-6);
	await session.release();
});
