import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import * as nn from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { modelMessage } from '../../../../src/nn/onnx/schema.ts';

function network() {
	const graph = new nn.Graph();
	const x = graph.input('x', [2]);
	const weight = graph.parameter('weight', [2], nn.ones());
	const product = nn.multiply(x, weight);
	graph.output('product', product);
	graph.output('same', product);
	graph.output('input again', x);
	graph.output('seven', graph.constant([7]));
	graph.output('loss', nn.reduceSum(nn.subtract(product, graph.input('target', [2]))));
	return graph;
}

const values = (...numbers: number[]) => new Value('float32', numbers, [numbers.length]);

test('parameters are inputs of a training file and initialisers of an inference file', async () => {
	const training = await InferenceSession.create(emitOnnx(network(), { parameters: 'inputs' }));
	assert.deepEqual(training.inputNames, ['x', 'weight', 'target']);
	const weight = new Map([['weight', Float32Array.of(10, -1)]]);
	const inference = await InferenceSession.create(emitOnnx(network(), { parameters: weight }));
	assert.deepEqual(inference.inputNames, ['x', 'target']);
	const feeds = { x: values(2, 3), target: values(0, 1) };
	const fromInitialiser = await inference.run(feeds);
	const fromInput = await training.run({ ...feeds, weight: values(10, -1) });
	assert.deepEqual(fromInitialiser['product']!.data, Float32Array.of(20, -3));
	assert.deepEqual(fromInput['product']!.data, Float32Array.of(20, -3));
	assert.deepEqual(fromInput['loss']!.data, Float32Array.of(16));
});

test('a value may have two names, and an input or a constant may be an output', async () => {
	const session = await InferenceSession.create(emitOnnx(network(), { parameters: 'inputs' }));
	const results = await session.run({ x: values(2, 3), weight: values(1, 2), target: values(0, 0) });
	assert.deepEqual(results['same']!.data, Float32Array.of(2, 6));
	assert.deepEqual(results['input again']!.data, Float32Array.of(2, 3));
	assert.deepEqual(results['seven']!.data, Float32Array.of(7));
});

test('what only outputs that are left out need is left out', async () => {
	const file = emitOnnx(network(), { parameters: 'inputs', outputs: ['product'] });
	const session = await InferenceSession.create(file);
	assert.deepEqual(session.inputNames, ['x', 'weight']);
	assert.deepEqual(session.outputNames, ['product']);
	const { graph } = modelMessage().toObject(modelMessage().decode(file)) as { graph: { node: unknown[] } };
	assert.equal(graph.node.length, 1);
});

test('metadata and versions are written', () => {
	const file = emitOnnx(network(), { parameters: 'inputs', metadata: { method: 'mnad', inputs: '4' } });
	const model = modelMessage().toObject(modelMessage().decode(file), { longs: Number });
	assert.deepEqual(model['metadataProps'], [
		{ key: 'method', value: 'mnad' },
		{ key: 'inputs', value: '4' },
	]);
	assert.equal(model['irVersion'], 8);
	assert.deepEqual(model['opsetImport'], [{ domain: '', version: 17 }]);
});

test('the same graph gives the same bytes', () => {
	const parameters = network().initialParameters(3);
	assert.deepEqual(emitOnnx(network(), { parameters }), emitOnnx(network(), { parameters }));
});

test('unknown outputs and missing or odd parameter values are named', () => {
	assert.throws(
		() => emitOnnx(network(), { parameters: 'inputs', outputs: ['score'] }),
		/no output score; it has product, same/,
	);
	assert.throws(() => emitOnnx(network(), { parameters: new Map() }), /The parameter weight has no value/);
	const odd = new Map([['weight', new Float32Array(3)]]);
	assert.throws(() => emitOnnx(network(), { parameters: odd }), /weight got 3 values; wanted \[2\]/);
	assert.throws(() => emitOnnx(new nn.Graph(), { parameters: 'inputs' }), /no output to emit/);
});
