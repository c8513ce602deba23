import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { interpret } from '../../src/nn/interpret/interpret.ts';
import type { Tensors } from '../../src/onnx/tensors.ts';
import { assertClose, assertNear } from '../support/close.ts';
import { FOUR_RECIPES, firstGradient, openSteps, type SmallRecipe, smallRecipe } from '../support/recipe-steps.ts';
import { tensorFlow } from '../support/tensorflow.ts';

const tf = await tensorFlow();
const STEPS = 12;
/** Of a central difference: small against the kinks of the network, large against single precision. */
const DIFFERENCE = 1e-4;

for (const [task, network] of FOUR_RECIPES)
	describe(`The ${task} recipe with the ${network.kind} network`, () => {
		const small = smallRecipe(task, network);

		test('has the loss and gradients that TensorFlow.js finds by itself, at the start and after some steps', async () => {
			await using steps = await openSteps(small);
			const trained = await learn(small, STEPS);
			// Over few pixels, rounding puts units that have learned to be near their kink on either side of it.
			for (const [state, share] of [
				[small.start(), 5e-3],
				[{ ...small.start(), ...trained.parameters }, 3e-2],
			] as const) {
				const { outputs } = await steps.step(state);
				const { loss, gradients } = tensorFlowGradients(small, state);
				assertNear(outputs['loss']![0]!, loss, 1e-4, 'loss');
				assert.ok(gradients.size > 10);
				for (const [name, expected] of gradients) {
					const scale = Math.max(2e-3, Math.hypot(...expected));
					const found = firstGradient(small.recipe, outputs, name);
					const off = Math.hypot(...found.map((value, index) => value - expected[index]!));
					assert.ok(off < share * scale, `${name}: ${off} off, its length is ${scale}`);
				}
			}
		});

		test('has the slope of its loss, by central differences along each gradient', async () => {
			// With all items alike the answer does not depend on the similarity, through which no gradient flows on purpose.
			const items = small.fixed['memory'] as Float32Array;
			const length = items.length / 5;
			const alike = { ...small, fixed: { ...small.fixed, memory: items.map((_, index) => items[index % length]!) } };
			await using steps = await openSteps(alike);
			const state = alike.start();
			const { outputs } = await steps.step(state);
			for (const name of [...small.recipe.graph.parameters.keys()].filter((known) => /\.[13]\.weight$/.test(known))) {
				const gradient = firstGradient(small.recipe, outputs, name);
				const norm = Math.hypot(...gradient);
				const lossAt = async (along: number) => {
					const moved = (state[name] as Float32Array).map((value, index) => value + (along * gradient[index]!) / norm);
					return (await steps.step({ ...state, [name]: moved })).outputs['loss']![0]!;
				};
				const slope = ((await lossAt(DIFFERENCE)) - (await lossAt(-DIFFERENCE))) / (2 * DIFFERENCE);
				assert.ok(Math.abs(slope - norm) < 0.03 * norm + 2e-3, `${name}: slope ${slope}, gradient ${norm}`);
			}
		});

		test(`lowers its loss on one batch in ${STEPS} steps`, async () => {
			const { losses } = await learn(small, STEPS);
			assert.ok(losses.at(-1)! < 0.9 * losses[0]!, `${losses}`);
		});

		test('moves its running statistics a tenth of the way to those of the batch at every step', async () => {
			const statistics = [...small.recipe.graph.parameters.keys()].filter((name) => /\.(mean|variance)$/.test(name));
			assert.equal(statistics.length > 0, network.kind === 'paper');
			await using steps = await openSteps(small, 'cpu');
			const state = small.start();
			const { outputs } = await steps.step(state);
			for (const name of statistics) {
				const ofBatch = outputs[`next:${name}`]!.map((value) => (value - (name.endsWith('mean') ? 0 : 0.9)) / 0.1);
				if (name.endsWith('variance'))
					assert.ok(
						ofBatch.every((value) => value > -1e-5),
						name,
					);
				// Another tenth from elsewhere, with the same weights and batch.
				const before = ofBatch.map((_, index) => 2 + index);
				const later = await steps.step({ ...state, [name]: before });
				assertClose(
					later.outputs[`next:${name}`]!,
					ofBatch.map((value, index) => 0.9 * before[index]! + 0.1 * value),
					1e-5,
					name,
				);
			}
		});
	});

async function learn(small: SmallRecipe, count: number) {
	await using steps = await openSteps(small);
	let state: Tensors = small.start();
	const losses: number[] = [];
	for (let index = 0; index < count; index++) {
		const { outputs, next } = await steps.step(state);
		losses.push(outputs['loss']![0]!);
		state = next;
	}
	const names = [...small.recipe.graph.parameters.keys()];
	return { losses, parameters: Object.fromEntries(names.map((name) => [name, state[name]!])) };
}

/** What TensorFlow.js finds by its own differentiation of the forward pass. */
function tensorFlowGradients({ recipe: { graph, training }, fixed }: SmallRecipe, state: Tensors) {
	const names = training.carried.map(({ name }) => name).filter((name) => graph.parameters.has(name));
	const shapes = new Map<string, readonly number[]>();
	for (const [name, { shape }] of graph.inputs) shapes.set(name, shape);
	for (const [name, { tensor }] of graph.parameters) shapes.set(name, tensor.shape);
	tf.engine().startScope();
	try {
		const given = new Map<string, Tensor>();
		for (const [name, data] of Object.entries({ ...state, ...fixed })) {
			if (!shapes.has(name)) continue;
			const type = data instanceof Float32Array ? 'float32' : 'int32';
			given.set(name, tf.tensor(Array.from(data, Number), [...shapes.get(name)!], type));
		}
		const loss = (...values: Tensor[]) => {
			const known = new Map(given);
			for (const [index, name] of names.entries()) known.set(name, values[index]!);
			return tf.reshape(interpret(tf, graph, [graph.outputs.get('loss')!], known)[0]!, []);
		};
		const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => given.get(name)!));
		const found = names.map((name, index) => [name, grads[index]!.dataSync() as Float32Array] as const);
		return { loss: value.dataSync()[0]!, gradients: new Map(found) };
	} finally {
		tf.engine().endScope();
	}
}
