import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as nn from '../../../src/nn/nn.ts';
import { gridSample } from '../../../src/nn/ops/pool.ts';

test('only the way from the parameters to the loss is differentiated', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [1, 4, 8, 8]);
	const w = graph.input('w', [4, 4, 3, 3]);
	const loss = nn.reduceMean(nn.conv2d(x, w, { padding: 1 }));
	const before = graph.nodes.length;
	nn.differentiate(graph, loss, [w]);
	const kinds = graph.nodes.slice(before).map(({ operation }) => operation.kind);
	assert.ok(kinds.includes('matmul'));
	assert.ok(!kinds.includes('convolution') && !kinds.includes('transposedConvolution'));
});

test('of what was joined before a convolution only the part that is learned through is sent back', () => {
	const graph = new nn.Graph();
	const scale = graph.parameter('scale', [1, 3, 1, 1], nn.ones());
	const learned = nn.multiply(graph.input('x', [1, 3, 8, 8]), scale);
	const weight = graph.input('w', [4, 8, 3, 3]);
	const joined = nn.concat([graph.input('given', [1, 5, 8, 8]), learned], 1);
	const loss = nn.reduceSum(nn.square(nn.conv2d(joined, weight, { padding: 1 })));
	graph.output('gradient', nn.differentiate(graph, loss, [scale])[0]!);
	const reached = new Set([graph.outputs.get('gradient')!]);
	for (const node of graph.nodes.toReversed())
		if (node.outputs.some((output) => reached.has(output))) for (const input of node.inputs) reached.add(input);
	const channels = graph.nodes
		.filter(({ operation, outputs }) => operation.kind === 'convolution' && reached.has(outputs[0]!))
		.map(({ outputs }) => outputs[0]!.shape[1]);
	assert.deepEqual(channels, [4, 3]);
});

test('a loss that is no scalar is refused', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [2]);
	assert.throws(() => nn.differentiate(graph, nn.relu(x), [x]), /got a loss float32\[2\]; wanted a float32 scalar/);
});

test('a parameter that the loss does not depend on is named', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [2]);
	const unused = graph.parameter('unused.weight', [2], nn.zeros());
	const loss = nn.reduceSum(nn.multiply(x, nn.detach(unused)));
	assert.throws(() => nn.differentiate(graph, loss, [unused]), /does not depend on the parameter unused.weight \[2\]/);
});

test('an operation without a gradient is refused by name, and not when it is detached', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [1, 1, 4, 4]);
	const sampled = gridSample(x, graph.input('grid', [1, 4, 4, 2]));
	assert.throws(() => nn.differentiate(graph, nn.reduceSum(sampled), [x]), /gridSample has no gradient/);
	const loss = nn.reduceSum(nn.multiply(x, nn.detach(sampled)));
	assert.equal(nn.differentiate(graph, loss, [x]).length, 1);
});
