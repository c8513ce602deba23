import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { requireAgreement, requireProvider } from '../../../src/learn/provider-check.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';
import { thisMachine } from '../../../src/onnx/providers.ts';
import { openSession } from '../../../src/onnx/session.ts';
import type { TensorData } from '../../../src/onnx/tensors.ts';
import { smallRecipe } from '../../support/recipe-steps.ts';

const small = smallRecipe('prediction', { kind: 'compact', widths: [8, 16] });
const given = { ...small.fixed, ...small.start() };

/** The CPU under another name, with one output changed. */
async function providerWith(change: (outputs: Record<string, TensorData>) => void) {
	const session = await openSession(emitOnnx(small.recipe.graph, { parameters: 'inputs' }), { name: 'changed' });
	return {
		run: async () => {
			const outputs = await session.run(given);
			change(outputs);
			return outputs;
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
	};
}

test('a provider that computes as the CPU does may be learned on', async () => {
	await using same = await providerWith(() => {});
	await requireAgreement(small.recipe, same, 'webgpu', given);
	// Nearly nothing beside the whole gradient, although it is another number altogether.
	await using rounded = await providerWith((outputs) => {
		(outputs['next:adam.mean'] as Float32Array)[0]! += 1e-9;
	});
	await requireAgreement(small.recipe, rounded, 'webgpu', given);
});

test('one whose loss, gradient or memory is off by more than a hundredth is refused by name', async () => {
	const scaled = (name: string, factor: number) => (outputs: Record<string, TensorData>) => {
		outputs[name] = (outputs[name] as Float32Array).map((value) => value * factor);
	};
	for (const [name, told] of [
		['loss', 'loss'],
		['next:adam.mean', 'gradient'],
		['newMemory', 'memory'],
	] as const) {
		await using wrong = await providerWith(scaled(name, 1.2));
		await assert.rejects(
			requireAgreement(small.recipe, wrong, 'cuda', given),
			(error) => isForeframeError(error, 'PROVIDER_REFUSED') && error.message.includes(`on cuda gives a ${told} with`),
		);
	}
	await using broken = await providerWith(scaled('loss', Number.NaN));
	await assert.rejects(requireAgreement(small.recipe, broken, 'cuda', given), /difference of Infinity/);
});

const cudaIsThere = thisMachine().hasLibrary('cuda') ? 'CUDA is installed here' : false;

test('a provider that is not installed is refused before anything is read', { skip: cudaIsThere }, async () => {
	await requireProvider('cpu');
	await assert.rejects(requireProvider('cuda'), {
		code: 'PROVIDER_REFUSED',
		message: /^Learning on cuda is not possible: .* not installed; see docs\/gpu.md/,
	});
});
