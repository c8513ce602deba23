import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import * as nn from '../../../src/nn/nn.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';

const START = [3, -2, 0.5];
const AIM = [1, 1, 0.4];
const STEPS = 30;

type Settings = Partial<Pick<nn.AdamOptions, 'beta1' | 'beta2' | 'weightDecay' | 'clipNorm'>>;

for (const [name, settings] of [
	['by itself', {}],
	['with other decay rates', { beta1: 0.5, beta2: 0.9 }],
	['with weight decay', { weightDecay: 0.1 }],
	['with its gradients clipped', { clipNorm: 0.7 }],
] as [string, Settings][])
	test(`thirty steps of Adam ${name} go where the formulas go in double precision (1e-5)`, async () => {
		const found = await run(settings);
		const expected = reference(settings);
		for (const [index, value] of expected.entries()) assert.ok(Math.abs(found[index]! - value) < 1e-5, `${found}`);
		assert.ok(Math.abs(expected[0]! - START[0]!) > 0.1);
	});

test('the gradients of several parameters may come as one vector', async () => {
	const step = async (asVector: boolean) => {
		const graph = new nn.Graph();
		const parameters = [graph.parameter('a', [2, 2], nn.ones()), graph.parameter('b', [3], nn.zeros())];
		const gradients = [graph.constant([1, -2, 3, 4], [2, 2]), graph.constant([-5, 6, 7])];
		nn.adam(graph, { parameters, gradients: asVector ? nn.flatten(gradients) : gradients, learningRate: 0.1 });
		const zero = (size: number[]) => new Value('float32', new Float32Array(size.reduce((a, b) => a * b, 1)), size);
		const session = await InferenceSession.create(emitOnnx(graph, { parameters: graph.initialParameters(0) }));
		const moments = { 'adam.correction1': zero([]), 'adam.correction2': zero([]) };
		const results = await session.run({ ...moments, 'adam.mean': zero([7]), 'adam.variance': zero([7]) });
		await session.release();
		return ['a', 'b'].map((name) => [...(results[`next:${name}`]!.data as Float32Array)]);
	};
	const found = await step(true);
	assert.deepEqual(found, await step(false));
	assert.ok(Math.abs(found[0]![1]! - 1.1) < 1e-5 && Math.abs(found[1]![0]! - 0.1) < 1e-5, `${found}`);
});

test('a gradient of another shape is refused', () => {
	const graph = new nn.Graph();
	const weight = graph.parameter('weight', [3], nn.zeros());
	const options = { parameters: [weight], gradients: [graph.constant([1, 2])], learningRate: 0.1 };
	assert.throws(() => nn.adam(graph, options), /adam got the gradient \[2\] for weight \[3\]/);
	assert.throws(() => nn.adam(graph, { ...options, gradients: [] }), /adam got the gradient nothing/);
	const vector = graph.constant([1, 2, 3, 4]);
	assert.throws(() => nn.adam(graph, { ...options, gradients: vector }), /got the gradient \[4\]; wanted \[3\]/);
	assert.throws(() => nn.adam(graph, { ...options, parameters: [nn.relu(weight)] }), /got a unary; wanted a parameter/);
});

/** Minimises the squared distance to AIM, the rate falling from step to step. */
async function run(settings: Settings): Promise<number[]> {
	const graph = new nn.Graph();
	const weight = graph.parameter('weight', [3], () => Float32Array.from(START));
	const loss = nn.reduceSum(nn.square(nn.subtract(weight, graph.constant(AIM))));
	const training = nn.adam(graph, {
		parameters: [weight],
		gradients: nn.differentiate(graph, loss, [weight]),
		learningRate: graph.input('learningRate', []),
		...settings,
	});
	const session = await InferenceSession.create(emitOnnx(graph, { parameters: 'inputs' }));
	const values = new Map([...graph.initialParameters(0), ...training.initialState()]);
	let feeds: Record<string, Value> = Object.fromEntries(
		training.carried.map(({ name, shape }) => [name, new Value('float32', values.get(name)!, shape)]),
	);
	for (let step = 0; step < STEPS; step++) {
		const learningRate = new Value('float32', [rateAt(step)], []);
		const results = await session.run({ ...feeds, learningRate });
		feeds = Object.fromEntries(training.carried.map(({ name, next }) => [name, results[next] as Value]));
	}
	await session.release();
	return [...(feeds['weight']!.data as Float32Array)];
}

function reference({ beta1 = 0.9, beta2 = 0.999, weightDecay = 0, clipNorm = Infinity }: Settings): number[] {
	const weights = [...START];
	const mean = [0, 0, 0];
	const variance = [0, 0, 0];
	for (let step = 0; step < STEPS; step++) {
		const gradients = weights.map((value, i) => 2 * (value - AIM[i]!));
		const norm = Math.hypot(...gradients);
		for (const [i, raw] of gradients.entries()) {
			const gradient = raw * Math.min(1, clipNorm / (norm + 1e-6));
			mean[i] = beta1 * mean[i]! + (1 - beta1) * gradient;
			variance[i] = beta2 * variance[i]! + (1 - beta2) * gradient ** 2;
			const corrected = mean[i]! / (1 - beta1 ** (step + 1));
			const deviation = Math.sqrt(variance[i]! / (1 - beta2 ** (step + 1))) + 1e-8;
			weights[i] = weights[i]! - rateAt(step) * (weightDecay * weights[i]! + corrected / deviation);
		}
	}
	return weights;
}

function rateAt(step: number): number {
	return 0.1 / (1 + step / 10);
}
