import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mnadRecipe } from '../../src/learn/mnad-recipe.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import { openSession } from '../../src/onnx/session.ts';
import { unitItems } from '../support/mnad-model.ts';
import { seededRandom } from '../support/random.ts';

const [BATCH, INPUTS, CROP, ITEMS, QUERY] = [2, 4, 16, 5, 8];

/** Everything that a step says and leaves behind, but what the memory itself is. */
async function step(isRead: boolean, memory: Float32Array) {
	const { graph, training } = mnadRecipe({
		task: 'prediction',
		network: { kind: 'compact', widths: [4, QUERY] },
		inputs: INPUTS,
		head: { widths: [8, 8], position: false, without: ['memory'] },
		memory: { items: ITEMS, temperature: 0.1, read: isRead },
		batch: BATCH,
		crop: CROP,
	});
	await using session = await openSession(emitOnnx(graph, { parameters: 'inputs' }), { name: 'recipe' });
	const random = seededRandom(4);
	const outputs = await session.run({
		frames: Uint8Array.from({ length: BATCH * (INPUTS + 2) * CROP * CROP }, (_, index) => {
			return 128 + 80 * Math.sin(index / 5) + 40 * random();
		}),
		plain: Float32Array.of(1, 0),
		odd: Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
		memory,
		learningRate: Float32Array.of(1e-3),
		...Object.fromEntries(graph.initialParameters(2)),
		...Object.fromEntries(training.initialState()),
	});
	const carried = Object.entries(outputs).filter(([name]) => name.startsWith('next:') || name === 'loss');
	return { carried: Object.fromEntries(carried), newMemory: outputs['newMemory'] };
}

test('without its memory a network learns the same whatever the memory holds, with it another thing', async () => {
	const memories = [unitItems(ITEMS, QUERY, 1), unitItems(ITEMS, QUERY, 2)] as const;
	const without = [await step(false, memories[0]), await step(false, memories[1])] as const;
	assert.deepEqual(without[0].carried, without[1].carried);
	assert.notDeepEqual(without[0].newMemory, without[1].newMemory);
	const reading = [await step(true, memories[0]), await step(true, memories[1])] as const;
	assert.notDeepEqual(reading[0].carried, reading[1].carried);
});
