import { ForeframeError, isForeframeError } from '../core/errors.ts';
import { emitOnnx } from '../nn/onnx/emit.ts';
import { startInferenceThread } from '../onnx/inference-thread.ts';
import { openSession } from '../onnx/session.ts';
import { allocateShared, type TensorData, type TensorShapes, type Tensors } from '../onnx/tensors.ts';
import { laneRecipe } from './lane-recipe.ts';
import type { Learner } from './learner.ts';
import type { RecipeOptions } from './mnad-recipe.ts';

export interface LanesOptions {
	/** A divisor of the batch. */
	readonly lanes: number;
	/** Cores of each. */
	readonly threads: number;
	readonly startThread?: typeof startInferenceThread;
}

interface Lane {
	/** Windows, weights and memory, in memory that all threads see. */
	readonly inputs: Tensors;
	readonly outputs: Tensors;
	run(): Promise<Tensors>;
}

const SESSION = 'lane';

/**
 * Splits every batch over lanes, each in a thread of its own but the first, which this thread runs.
 * `run` is rejected with LEARNING_FAILED when a lane cannot do its part.
 */
export async function openLanes(options: RecipeOptions, how: LanesOptions): Promise<Learner> {
	const { lanes: count, threads, startThread = startInferenceThread } = how;
	const recipe = laneRecipe(options, count);
	await using opened = new AsyncDisposableStack();
	const file = emitOnnx(recipe.lane, { parameters: 'inputs' });
	const own = opened.use(await openSession(file, { name: 'learning', threads }));
	const others = Array.from({ length: count - 1 }, () => opened.use(startThread(() => {})));
	await Promise.all(others.map((other) => other.open(SESSION, { name: 'learning', provider: 'cpu', file, threads })));
	// On one core: its operators are too small to be worth waking others for.
	const join = opened.use(await openSession(emitOnnx(recipe.join, { parameters: 'inputs' }), { name: 'learning' }));

	const isShared = (name: string) => name in join.inputs && name !== 'plain';
	const shared = allocateAll(own.inputs, isShared);
	const lanes = [own, ...others].map((_, index): Lane => {
		const inputs = { ...shared, ...allocateAll(own.inputs, (name) => !isShared(name)) };
		const outputs = allocateAll(own.outputs);
		const other = others[index - 1];
		const run = async () =>
			other === undefined ? own.run(inputs, outputs) : (await other.run(SESSION, inputs, outputs)).outputs;
		return { inputs, outputs, run };
	});
	const kept = opened.move();
	return {
		inputs: { ...own.inputs, ...join.inputs },
		run: async (given, into = {}) => {
			for (const [name, target] of Object.entries(shared)) copyPart(given[name]!, 0, target);
			for (const [index, { inputs }] of lanes.entries()) {
				for (const [name, target] of Object.entries(inputs)) {
					if (!(name in shared)) copyPart(given[name]!, index, target);
				}
			}
			try {
				const found = await allOf(lanes);
				const perLane = found.flatMap(({ gradient, queries }, index) => [
					[`gradient:${index}`, gradient!] as const,
					[`queries:${index}`, queries!] as const,
				]);
				const all = { ...given, ...Object.fromEntries(perLane) };
				const known = Object.fromEntries(Object.keys(join.inputs).map((name) => [name, all[name]!]));
				const joined = await join.run(known, into);
				return { ...joined, ...told(found, recipe.terms, given['plain'] as Float32Array) };
			} catch (error) {
				if (!isForeframeError(error, 'INFERENCE_FAILED')) throw error;
				throw new ForeframeError('LEARNING_FAILED', `A step of learning in ${count} lanes failed`, { cause: error });
			}
		},
		[Symbol.asyncDispose]: () => kept.disposeAsync(),
	};
}

/** None is running any more when this is rejected. */
async function allOf(lanes: readonly Lane[]): Promise<readonly Tensors[]> {
	// This thread is blocked while it runs its own, the first: the others have to be asked before.
	const running = lanes.toReversed().map(({ run }) => run());
	await Promise.allSettled(running);
	return (await Promise.all(running)).reverse();
}

function allocateAll(shapes: TensorShapes, wanted: (name: string) => boolean = () => true): Record<string, TensorData> {
	const names = Object.keys(shapes).filter(wanted);
	return Object.fromEntries(names.map((name) => [name, allocateShared(shapes[name]!)]));
}

/** The part of `from` that begins `index` times the length of `to` into it. */
function copyPart(from: TensorData, index: number, to: TensorData): void {
	const part = new Uint8Array(from.buffer, from.byteOffset + index * to.byteLength, to.byteLength);
	new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(part);
}

/** Means over the lanes of what is told; of `error` over the plain windows of all. */
function told(found: readonly Tensors[], terms: readonly string[], plain: Float32Array): Record<string, Float32Array> {
	const size = plain.length / found.length;
	const counts = found.map((_, lane) => {
		return plain.subarray(lane * size, (lane + 1) * size).reduce((sum, isPlain) => sum + isPlain, 0);
	});
	const even = found.map(() => 1);
	const means = [...terms, 'usage'].map((name) => {
		const weights = name === 'error' ? counts : even;
		const total = Math.max(
			1,
			weights.reduce((sum, weight) => sum + weight, 0),
		);
		const mean = new Float32Array(found[0]![name]!.length);
		for (const [lane, outputs] of found.entries()) {
			for (const [index, value] of (outputs[name] as Float32Array).entries()) {
				mean[index]! += (value * weights[lane]!) / total;
			}
		}
		return [name, mean];
	});
	return Object.fromEntries(means);
}
