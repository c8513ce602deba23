import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lanesFor, openLearner } from '../../../src/learn/learner.ts';
import { mnadRecipe, type RecipeOptions } from '../../../src/learn/mnad-recipe.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../src/onnx/session.ts';
import { assertClose } from '../../support/close.ts';
import { trainingBatch } from '../../support/training-batch.ts';

const OPTIONS: RecipeOptions = {
	task: 'prediction',
	network: { kind: 'compact', widths: [8, 8] },
	inputs: 4,
	memory: { items: 5, temperature: 0.1 },
	head: null,
	batch: 4,
	crop: 32,
};

test('a batch is split into as many equal parts as there are threads for', () => {
	const lanes = (batch: number) => [1, 2, 3, 4, 5, 8, 64].map((threads) => lanesFor(batch, threads));
	assert.deepEqual(lanes(8), [1, 2, 2, 4, 4, 8, 8]);
	assert.deepEqual(lanes(12), [1, 2, 3, 4, 4, 6, 12]);
	assert.deepEqual(lanes(7), [1, 1, 1, 1, 1, 7, 7]);
	assert.deepEqual(lanes(1), [1, 1, 1, 1, 1, 1, 1]);
});

test('one thread has the numbers of the one graph to the bit', async () => {
	const recipe = mnadRecipe(OPTIONS);
	const given = trainingBatch(recipe, OPTIONS);
	await using session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'whole' });
	await using learner = await openLearner(recipe, OPTIONS, { threads: 1 });
	assert.deepEqual(await learner.run(given), await session.run(given));
});

test('what normalises by the batch stays whole, whatever the threads', async () => {
	const options: RecipeOptions = { ...OPTIONS, network: { kind: 'paper', width: 4 } };
	const recipe = mnadRecipe(options);
	const given = trainingBatch(recipe, options);
	await using session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'whole' });
	await using learner = await openLearner(recipe, options, { threads: 2 });
	const [expected, found] = [await session.run(given), await learner.run(given)];
	for (const name of ['next:encode.1.1.norm.mean', 'next:encode.1.1.norm.variance', 'loss', 'gradientNorm']) {
		assertClose(found[name] as Float32Array, expected[name] as Float32Array, 1e-5, name);
	}
});
