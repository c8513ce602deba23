import { startMemory } from '../../src/learn/items.ts';
import { openLearner } from '../../src/learn/learner.ts';
import { mnadRecipe, type Recipe, type RecipeOptions } from '../../src/learn/mnad-recipe.ts';
import { seededRandom } from '../../src/learn/random.ts';
import type { TensorData } from '../../src/onnx/tensors.ts';

/** A training step as every contender gets it. */
export interface Step {
	readonly options: RecipeOptions;
	readonly recipe: Recipe;
	/** `frames`, `plain`, `memory`, `learningRate`. */
	readonly inputs: ReadonlyMap<string, Float32Array | Uint8Array>;
	/** Parameters and Adam's state before the first step. */
	readonly carried: ReadonlyMap<string, Float32Array>;
}

export interface Measured {
	/** Of every step. */
	readonly ms: readonly number[];
	/** Processor time of all threads of every step; what others do on the machine is in it least. */
	readonly cpuMs: readonly number[];
	/** Of the first step: the same for all who compute the same. */
	readonly loss: number;
}

/** As `foreframe learn` has it. */
export const RECIPE = {
	task: 'prediction',
	network: { kind: 'compact', widths: [48, 64] },
	inputs: 4,
	head: null,
	memory: { items: 16, temperature: 0.1 },
	batch: 8,
	crop: 128,
} as const satisfies RecipeOptions;

/** The recipe's step with seeded weights, on pictures of moving waves and noise. */
export function makeStep(options: RecipeOptions): Step {
	const recipe = mnadRecipe(options);
	const { inputs, parameters } = recipe.graph;
	const random = seededRandom(1);
	const [batch, frames, side] = inputs.get('frames')!.shape as [number, number, number];
	const pixels = Uint8Array.from({ length: batch * frames * side * side }, (_, index) => {
		const [column, row, frame] = [index % side, Math.floor(index / side) % side, Math.floor(index / side ** 2)];
		return 120 + 60 * Math.sin((column + 3 * frame) / 7) + 40 * Math.sin(row / 11) + 20 * random.uniform();
	});
	const learned = recipe.training.carried.filter(({ name }) => parameters.has(name));
	const initial = recipe.graph.initialParameters(1);
	return {
		options,
		recipe,
		inputs: new Map<string, Float32Array | Uint8Array>([
			['frames', pixels],
			['plain', new Float32Array(batch).fill(1)],
			['memory', startMemory(inputs.get('memory')!.shape, random)],
			['learningRate', Float32Array.of(1e-4)],
		]),
		carried: new Map([
			...learned.map(({ name }): [string, Float32Array] => [name, initial.get(name)!]),
			...recipe.training.initialState(),
		]),
	};
}

/** As `foreframe learn --threads N` does it: one graph, or lanes that share the batch. */
export async function measureForeframe(step: Step, threads: number, steps: number): Promise<Measured> {
	const { recipe, options, inputs } = step;
	await using learner = await openLearner(recipe, options, { threads });
	const carried: Record<string, TensorData> = {};
	for (const [name, data] of step.carried) carried[name] = data.slice();
	let spare: Record<string, TensorData> = {};
	const [ms, cpuMs]: [number[], number[]] = [[], []];
	let loss = Number.NaN;
	for (let count = 0; count < steps; count++) {
		const [began, usage] = [performance.now(), process.cpuUsage()];
		const outputs = await learner.run({ ...Object.fromEntries(inputs), ...carried }, spare);
		// The arrays of the step before are written over by the next.
		spare = { ...outputs };
		for (const { name, next } of recipe.training.carried) {
			spare[next] = carried[name]!;
			carried[name] = outputs[next]!;
		}
		ms.push(performance.now() - began);
		cpuMs.push(cpuMsSince(usage));
		if (count === 0) loss = (outputs['loss'] as Float32Array)[0]!;
	}
	return { ms, cpuMs, loss };
}

/** Of this process. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
