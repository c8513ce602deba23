import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isForeframeError } from '../../../src/core/errors.ts';
import { openLanes } from '../../../src/learn/lanes.ts';
import { mnadRecipe, type RecipeOptions } from '../../../src/learn/mnad-recipe.ts';
import { emitOnnx } from '../../../src/nn/onnx/emit.ts';
import { startInferenceThread } from '../../../src/onnx/inference-thread.ts';
import { openSession } from '../../../src/onnx/session.ts';
import type { TensorData } from '../../../src/onnx/tensors.ts';
import { assertClose } from '../../support/close.ts';
import { trainingBatch } from '../../support/training-batch.ts';

const OPTIONS: RecipeOptions = {
	task: 'prediction',
	network: { kind: 'compact', widths: [8, 8] },
	inputs: 4,
	memory: { items: 5, temperature: 0.1 },
	head: { widths: [8, 8], position: true },
	batch: 4,
	crop: 32,
};
/** Its loss has only means over windows: neither the items' evenness nor the head's. */
const MEANS: RecipeOptions = { ...OPTIONS, memory: { ...OPTIONS.memory, read: false }, head: null };

type Outputs = Record<string, TensorData>;

/** A step of one graph and of lanes, from the same batch. */
async function bothWays(options: RecipeOptions, lanes: number, windows?: readonly number[]) {
	const recipe = mnadRecipe(options);
	const given = trainingBatch(recipe, options, windows);
	await using session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'whole' });
	await using learner = await openLanes(options, { lanes, threads: 1 });
	return { recipe, whole: await session.run(given), split: await learner.run(given) };
}

/** The length of the difference as a share of the length: a gradient's elements differ by rounding, many of them near zero. */
function apart(a: TensorData, b: TensorData): number {
	const difference = Math.hypot(...Array.from(a as Float32Array, (value, index) => value - Number(b[index])));
	return difference / Math.hypot(...(b as Float32Array));
}

function assertSameStep(whole: Outputs, split: Outputs, terms: readonly string[]): void {
	// Adam's mean after the first step is a tenth of the clipped gradient.
	const difference = apart(split['next:adam.mean']!, whole['next:adam.mean']!);
	assert.ok(difference < 1e-5, `the gradients differ by ${difference}`);
	assert.ok(Math.hypot(...(whole['next:adam.mean'] as Float32Array)) > 0.01);
	for (const name of [...terms, 'usage', 'newMemory', 'queries']) {
		assertClose(split[name] as Float32Array, whole[name] as Float32Array, 1e-5, name);
	}
}

for (const lanes of [2, 4]) {
	test(`${lanes} lanes have the gradient of one graph where losses are means over windows (1e-5)`, async () => {
		const { whole, split } = await bothWays(MEANS, lanes);
		assertSameStep(whole, split, ['loss', 'error', 'compactness', 'separateness', 'gradientNorm']);
		assert.deepEqual(Object.keys(split).toSorted(), Object.keys(whole).toSorted());
	});
}

test('with all losses the gradient is that of one graph where the lanes see the same windows (1e-5)', async () => {
	const { recipe, whole, split } = await bothWays(OPTIONS, 2, [0, 2, 0, 2]);
	assert.ok(recipe.terms.includes('balance') && recipe.terms.includes('oddity'));
	assertSameStep(whole, split, recipe.terms);
	assert.deepEqual(Object.keys(split).toSorted(), Object.keys(whole).toSorted());
});

test('where they see others it is near it', async () => {
	const { whole, split } = await bothWays(OPTIONS, 2);
	const difference = apart(split['next:adam.mean']!, whole['next:adam.mean']!);
	assert.ok(difference > 1e-5 && difference < 0.2, `${difference}`);
});

test('a step of lanes is the same to the bit every time, also into given arrays', async () => {
	const recipe = mnadRecipe(OPTIONS);
	const given = trainingBatch(recipe, OPTIONS);
	await using learner = await openLanes(OPTIONS, { lanes: 2, threads: 1 });
	const first = await learner.run(given);
	const into = Object.fromEntries(
		Object.entries(first).map(([name, values]) => [name, values.slice().fill(7 as never)]),
	);
	const second = await learner.run(given, into);
	assert.deepEqual(second, first);
	assert.equal(second['newMemory'], into['newMemory']);
});

test('a lane that dies is a failure of learning, and no thread is left', async (t) => {
	const before = threadsNow();
	if (before === null) return t.skip('there is no /proc');
	const given = trainingBatch(mnadRecipe(OPTIONS), OPTIONS);
	let started = 0;
	let steps = 0;
	const mortal: typeof startInferenceThread = (onDeath) => {
		const thread = startInferenceThread(onDeath);
		const isFirst = started++ === 0;
		// A session that is not open is a bug to the thread, of which it dies.
		return { ...thread, run: (name, ...rest) => thread.run(isFirst && ++steps === 2 ? 'none' : name, ...rest) };
	};
	{
		await using learner = await openLanes(OPTIONS, { lanes: 4, threads: 1, startThread: mortal });
		await learner.run(given);
		assert.equal(threadsNow(), before + 3);
		for (let attempt = 0; attempt < 2; attempt++) {
			await assert.rejects(learner.run(given), (error) => isForeframeError(error, 'LEARNING_FAILED'));
		}
	}
	assert.equal(threadsNow(), before);
});

test('where a lane cannot be opened no thread is left either', async (t) => {
	const before = threadsNow();
	if (before === null) return t.skip('there is no /proc');
	let started = 0;
	const refusing: typeof startInferenceThread = (onDeath) => {
		const thread = startInferenceThread(onDeath);
		if (started++ === 0) return thread;
		return { ...thread, open: (name, request) => thread.open(name, { ...request, file: new Uint8Array(3) }) };
	};
	const opening = openLanes(OPTIONS, { lanes: 4, threads: 1, startThread: refusing });
	await assert.rejects(opening, (error) => isForeframeError(error, 'MODEL_INVALID'));
	assert.equal(threadsNow(), before);
});

/** Inference threads of this process; null where the system does not tell. */
function threadsNow(): number | null {
	try {
		const tasks = readdirSync('/proc/self/task');
		return tasks.filter((task) => nameOf(task) === 'inference').length;
	} catch {
		return null;
	}
}

function nameOf(task: string): string {
	try {
		return readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
	} catch {
		// It has ended meanwhile.
		return '';
	}
}
