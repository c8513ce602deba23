import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	buildNetwork,
	type NetworkSpec,
	networkInputs,
	predict,
	queryLength,
	type Task,
} from '../../../../src/detect/mnad/network.ts';
import { Graph, multiply } from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../../src/onnx/session.ts';
import { runGraph } from '../../../support/run-graph.ts';

const SIDE = 32;
const NETWORKS: readonly NetworkSpec[] = [
	{ kind: 'compact', widths: [8, 16] },
	{ kind: 'paper', width: 4 },
];

/** Inputs of the network where the memory always answers the same and passes no query on. */
async function inputsWithDeafMemory(spec: NetworkSpec, task: Task): Promise<readonly string[]> {
	const graph = new Graph();
	const inputs = graph.input('inputs', [1, task === 'prediction' ? 4 : 1, SIDE, SIDE]);
	const c = 2 * queryLength(spec);
	const answer = graph.constant(new Float32Array(c * 16).fill(0.5), [1, c, 4, 4]);
	const { prediction } = predict(buildNetwork(graph, spec, task, 'inference'), inputs, () => answer);
	assert.deepEqual(prediction.shape, [1, 1, SIDE, SIDE]);
	graph.output('prediction', prediction);
	await using session = await openSession(emitOnnx(graph, { parameters: graph.initialParameters(1) }), {
		name: spec.kind,
	});
	return Object.keys(session.inputs);
}

for (const spec of NETWORKS)
	test(`the ${spec.kind} network has a way past the memory to predict, and none to reconstruct`, async () => {
		assert.deepEqual(await inputsWithDeafMemory(spec, 'prediction'), ['inputs']);
		assert.deepEqual(await inputsWithDeafMemory(spec, 'reconstruction'), []);
	});

test('to predict the network is shown the frames before the target, to reconstruct the target itself', async () => {
	const frames = Float32Array.from({ length: 5 * 4 }, (_, index) => Math.floor(index / 4));
	const shown = async (task: Task, count: number, length: number) => {
		const graph = new Graph();
		const window = graph.input('frames', [1, length, 2, 2]);
		graph.output('shown', multiply(networkInputs(window, task, count), 2));
		const outputs = await runGraph(graph, { frames: frames.slice(0, 4 * length) });
		return [...outputs['shown']!].filter((_, index) => index % 4 === 0).map((value) => value / 2);
	};
	assert.deepEqual(await shown('prediction', 4, 5), [0, 1, 2, 3]);
	assert.deepEqual(await shown('reconstruction', 1, 2), [1]);
	assert.deepEqual(await shown('reconstruction', 2, 3), [1, 2]);
});
