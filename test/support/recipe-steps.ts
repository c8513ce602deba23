import type { NetworkSpec, Task } from '../../src/detect/mnad/network.ts';
import { mnadRecipe, type Recipe } from '../../src/learn/mnad-recipe.ts';
import { settingsFor } from '../../src/learn/settings.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';
import type { Provider } from '../../src/onnx/options.ts';
import { openSession } from '../../src/onnx/session.ts';
import type { TensorData, Tensors } from '../../src/onnx/tensors.ts';
import { unitItems } from './mnad-model.ts';
import { seededRandom } from './random.ts';

export const ITEMS = 5;
const CROP = 32;

/** Every recipe with every network, both small enough to be learned in a test. */
export const FOUR_RECIPES: readonly (readonly [Task, NetworkSpec])[] = (
	['prediction', 'reconstruction'] as const
).flatMap((task) => [
	[task, { kind: 'compact', widths: [8, 16] }] as const,
	[task, { kind: 'paper', width: 4 }] as const,
]);

export interface SmallRecipe {
	readonly recipe: Recipe;
	/** What every step is given besides what is carried: one batch of two windows, and a memory. */
	readonly fixed: Readonly<Record<string, TensorData>>;
	/** Parameters and Adam's moments before the first step. */
	start(): Record<string, TensorData>;
}

export function smallRecipe(task: Task, network: NetworkSpec, { learningRate = 3e-3 } = {}): SmallRecipe {
	const { inputs, head } = settingsFor(task, network, true);
	const memory = { items: ITEMS, temperature: 0.1 };
	const recipe = mnadRecipe({ task, network, inputs, memory, head, batch: 2, crop: CROP });
	const carried = new Set(recipe.training.carried.map(({ name }) => name));
	const fixed: Record<string, TensorData> = {};
	for (const [name, { shape, dtype }] of recipe.graph.inputs) {
		if (carried.has(name)) continue;
		if (dtype === 'uint8') fixed[name] = walkingBlocks(shape);
		else if (name === 'memory') fixed[name] = unitItems(shape[0]!, shape[1]!, 1);
		else if (name === 'learningRate') fixed[name] = Float32Array.of(learningRate);
		else fixed[name] = new Float32Array(shape.reduce((size, extent) => size * extent, 1)).fill(1);
	}
	return {
		recipe,
		fixed,
		start: () => ({
			...Object.fromEntries(recipe.graph.initialParameters(2)),
			...Object.fromEntries(recipe.training.initialState()),
		}),
	};
}

/** A recipe's step on a provider. */
export async function openSteps({ recipe, fixed }: SmallRecipe, provider: Provider = 'cpu') {
	const session = await openSession(emitOnnx(recipe.graph, { parameters: 'inputs' }), { name: 'steps', provider });
	return {
		session,
		/** One step from `state`: everything it gives, and the state after it. */
		step: async (state: Tensors) => {
			const outputs = (await session.run({ ...fixed, ...state })) as Record<string, Float32Array>;
			const next = Object.fromEntries(Object.keys(state).map((name) => [name, outputs[`next:${name}`]!]));
			return { outputs, next };
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
	};
}

/** A parameter's gradient that the first step from fresh moments has seen: Adam's mean is a tenth of it, clipped. */
export function firstGradient(
	{ graph, training }: Recipe,
	outputs: Readonly<Record<string, Float32Array>>,
	name: string,
): Float32Array {
	const clipped = Math.min(1, 1 / (outputs['gradientNorm']![0]! + 1e-6));
	const learned = training.carried.filter((carried) => graph.parameters.has(carried.name));
	const sizes = learned.map(({ shape }) => shape.reduce((size, extent) => size * extent, 1));
	const index = learned.findIndex((carried) => carried.name === name);
	const start = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
	const mean = outputs['next:adam.mean']!.subarray(start, start + sizes[index]!);
	return mean.map((value) => value / 0.1 / clipped);
}

/** Textured blocks that walk before a slope, at another place and speed in each window. `[B, T, H, W]` */
function walkingBlocks([count, frames, h, w]: readonly number[]): Uint8Array {
	const random = seededRandom(7);
	const blocks = Array.from({ length: count! }, () => ({
		left: 10 * random(),
		top: 8 * random(),
		speed: 1 + random(),
	}));
	return Uint8Array.from({ length: count! * frames! * h! * w! }, (_, index) => {
		const [x, y, t] = [index % w!, Math.floor(index / w!) % h!, Math.floor(index / (w! * h!)) % frames!];
		const { left, top, speed } = blocks[Math.floor(index / (w! * h! * frames!))]!;
		const [bx, by] = [x - left - speed * t, y - top];
		const inside = bx >= 0 && bx < 12 && by >= 0 && by < 16;
		return inside ? 150 + 80 * Math.sin(bx) * Math.cos(by / 2) : 40 + 2 * x + y + 6 * random();
	});
}
