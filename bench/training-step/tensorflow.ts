import '@tensorflow/tfjs-backend-wasm';
import type * as core from '@tensorflow/tfjs-core';
import { interpret, interpretConstants, type Value } from '../../src/nn/interpret/interpret.ts';
import { tensorFlow } from '../../test/support/tensorflow.ts';
import { cpuMsSince, type Measured, type Step } from './step.ts';

const tf = await tensorFlow();

/**
 * The recipe's training graph, node by node, by TensorFlow.js on its WASM backend (SIMD, in Node one thread). Its own
 * reverse mode cannot be used: `missingGradient` says why.
 */
export async function measureTensorFlow({ recipe, inputs, carried }: Step, steps: number): Promise<Measured> {
	await tf.setBackend('wasm');
	const { graph, training } = recipe;
	const wanted = ['loss', ...training.carried.map(({ next }) => next), 'newMemory'];
	const tensors = wanted.map((name) => graph.outputs.get(name)!);
	const constants = interpretConstants(tf, graph);
	const asValue = (name: string, data: Float32Array | Uint8Array): Value =>
		tf.tensor(
			data,
			[...(graph.inputs.get(name) ?? graph.parameters.get(name)!.tensor).shape],
			data instanceof Uint8Array ? 'int32' : 'float32',
		);
	const fixed = new Map([...inputs].map(([name, data]) => [name, asValue(name, data)]));
	let state = new Map([...carried].map(([name, data]) => [name, asValue(name, data)]));
	const [ms, cpuMs]: [number[], number[]] = [[], []];
	let loss = Number.NaN;
	for (let step = 0; step < steps; step++) {
		const [began, usage] = [performance.now(), process.cpuUsage()];
		const results = tf.tidy(() => interpret(tf, graph, tensors, new Map([...fixed, ...state]), constants));
		for (const value of state.values()) value.dispose();
		state = new Map(training.carried.map(({ name }, index) => [name, results[index + 1]!]));
		const [told] = results[0]!.dataSync();
		ms.push(performance.now() - began);
		cpuMs.push(cpuMsSince(usage));
		if (step === 0) loss = told!;
		results[0]!.dispose();
		results.at(-1)!.dispose();
	}
	for (const value of [...state.values(), ...fixed.values(), ...constants.values()]) value.dispose();
	return { ms, cpuMs, loss };
}

/** What TensorFlow.js says when it is to differentiate a convolution by its weights on this backend; null: it can. */
export async function missingGradient(): Promise<string | null> {
	await tf.setBackend('wasm');
	const loss = (weight: core.Tensor) =>
		tf.sum(tf.conv2d(tf.ones<core.Rank.R4>([1, 8, 8, 4]), weight as core.Tensor4D, 1, 'same'));
	try {
		tf.grad(loss)(tf.ones([3, 3, 4, 4])).dispose();
		return null;
	} catch (error) {
		return error instanceof Error ? error.message.split('\n')[0]! : String(error);
	}
}
