import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildStep } from '../../../../src/detect/mnad/step.ts';
import { GraphError } from '../../../../src/nn/graph-error.ts';
import { readPortable, writePortable } from '../../../../src/nn/interpret/portable.ts';
import { clip, Graph, multiply, relu } from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { WeightsError } from '../../../../src/nn/weights.ts';
import { smallModel } from '../../../support/mnad-model.ts';

for (const kind of ['compact', 'paper'] as const)
	test(`a whole step of the ${kind} network comes back as the same network: its ONNX file is the same to the byte`, () => {
		const network = kind === 'compact' ? { kind, widths: [8, 12] as [number, number] } : { kind, width: 4 };
		const { manifest, parameters } = smallModel(1, { network });
		const graph = buildStep(manifest, 2, { width: 32, height: 48 }, 'online');
		const read = readPortable(writePortable(graph, parameters));
		assert.deepEqual(new Map(read.parameters), new Map(parameters));
		assert.deepEqual(emitOnnx(read.graph, read), emitOnnx(graph, { parameters }));
	});

test('limits without end survive, what no output needs is left out', () => {
	const graph = new Graph();
	const x = graph.input('x', [3]);
	multiply(
		x,
		graph.parameter('unused', [3], () => Float32Array.of(1, 2, 3)),
	);
	graph.output('y', relu(clip(x, Number.NEGATIVE_INFINITY, 4)));
	const { graph: read, parameters } = readPortable(writePortable(graph, new Map()));
	assert.equal(parameters.size, 0);
	assert.deepEqual(
		read.nodes.map(({ operation }) => operation),
		[
			{ kind: 'input', name: 'x' },
			{ kind: 'clip', low: Number.NEGATIVE_INFINITY, high: 4 },
			{ kind: 'unary', name: 'relu' },
		],
	);
});

test('a parameter without a value, and bytes of something else, are refused', () => {
	const graph = new Graph();
	graph.output('y', relu(graph.parameter('w', [1], () => Float32Array.of(1))));
	assert.throws(() => writePortable(graph, new Map()), GraphError);
	assert.throws(() => readPortable(Uint8Array.of(1, 2, 3)), WeightsError);
});
