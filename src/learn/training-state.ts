import type { TensorData } from '../onnx/tensors.ts';
import { startMemory } from './items.ts';
import type { Recipe } from './mnad-recipe.ts';
import { restoredRandom, type SeededRandom, seededRandom } from './random.ts';
import type { Snapshot } from './snapshot.ts';

/** What the held-out footage liked best so far. */
export interface Best {
	readonly error: number;
	readonly parameters: ReadonlyMap<string, Float32Array>;
	/** `[M, C]` */
	readonly memory: Float32Array;
}

/** Everything that the further course of learning depends on besides what was asked for. */
export interface TrainingState {
	/** Steps that were made. */
	step: number;
	/** How long they took, over all processes that made them. */
	elapsedMs: number;
	/** Looks at the held-out footage so far, and what the last one said. */
	looks: number;
	heldOutError: number | null;
	readonly random: SeededRandom;
	/** Weights and what the optimiser remembers, by the names of the graph's inputs. */
	readonly carried: Record<string, TensorData>;
	/** The running mean of the weights. */
	readonly averaged: ReadonlyMap<string, Float32Array>;
	/** `[M, C]` */
	memory: Float32Array;
	/** Share of the queries by item, a running mean. `[M]` */
	readonly usage: Float32Array;
	/** Running means of the recipe's terms. */
	readonly terms: Record<string, number>;
	best: Best | null;
}

/** Before the first step. */
export function startState({ graph, training }: Recipe, items: number, seed: number): TrainingState {
	const random = seededRandom(seed);
	const weights = graph.initialParameters(seed);
	return {
		step: 0,
		elapsedMs: 0,
		looks: 0,
		heldOutError: null,
		random,
		carried: { ...Object.fromEntries(weights), ...Object.fromEntries(training.initialState()) },
		averaged: new Map([...weights].map(([name, values]) => [name, values.slice()])),
		memory: startMemory(graph.inputs.get('memory')!.shape, random),
		usage: new Float32Array(items).fill(1 / items),
		terms: {},
		best: null,
	};
}

/** The state as it is now; later steps change it. */
export function snapshotOf(state: TrainingState): Snapshot {
	const { step, elapsedMs, looks, heldOutError, random, terms, best } = state;
	const arrays = new Map<string, Float32Array>([
		['memory', state.memory],
		['usage', state.usage],
	]);
	for (const [name, values] of Object.entries(state.carried)) arrays.set(`carried/${name}`, values as Float32Array);
	for (const [name, values] of state.averaged) arrays.set(`averaged/${name}`, values);
	if (best !== null) {
		arrays.set('best.memory', best.memory);
		for (const [name, values] of best.parameters) arrays.set(`best/${name}`, values);
	}
	const bestError = best?.error ?? null;
	return { numbers: { step, elapsedMs, looks, heldOutError, random: random.state(), terms, bestError }, arrays };
}

/** null where the snapshot is not one of this recipe. */
export function stateOf(snapshot: Snapshot, recipe: Recipe, items: number): TrainingState | null {
	const { step, elapsedMs, looks, heldOutError, random, terms, bestError } = snapshot.numbers;
	const { arrays } = snapshot;
	// Names and lengths are those of a run that begins; the values are the snapshot's.
	const start = startState(recipe, items, 0);
	const expected = snapshotOf({ ...start, best: bestError === null ? null : bestOf(start) }).arrays;
	const fits =
		arrays.size === expected.size && [...expected].every(([name, { length }]) => arrays.get(name)?.length === length);
	if (!fits) return null;
	const part = (prefix: string) =>
		new Map(
			[...arrays].flatMap(([name, values]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), values]] : [])),
		);
	return {
		step,
		elapsedMs,
		looks,
		heldOutError,
		random: restoredRandom(random),
		carried: Object.fromEntries(part('carried/')),
		averaged: part('averaged/'),
		memory: arrays.get('memory')!,
		usage: arrays.get('usage')!,
		terms: { ...terms },
		best:
			bestError === null ? null : { error: bestError, parameters: part('best/'), memory: arrays.get('best.memory')! },
	};
}

function bestOf({ averaged, memory }: TrainingState): Best {
	return { error: 0, parameters: averaged, memory };
}
