import type { HeadSpec } from '../detect/mnad/head.ts';
import type { MemorySpec } from '../detect/mnad/manifest.ts';
import type { NetworkSpec, Task } from '../detect/mnad/network.ts';
import { adam, Graph, type Parameter, reduceMean, type Tensor, type Training } from '../nn/nn.ts';
import { learnedMemory } from './learned-memory.ts';
import { mnadLoss } from './mnad-loss.ts';

export interface RecipeOptions {
	readonly task: Task;
	readonly network: NetworkSpec;
	/** Input frames, T. */
	readonly inputs: number;
	readonly memory: MemorySpec;
	readonly head: HeadSpec | null;
	/** Windows in a step. */
	readonly batch: number;
	/** Side of a training picture, pixels; a multiple of 16. */
	readonly crop: number;
}

/** One step of learning as a graph. */
export interface Recipe {
	readonly graph: Graph;
	readonly training: Training;
	/** Outputs `[]` that are told while it learns. */
	readonly terms: readonly string[];
}

const CLIP_NORM = 1;

/**
 * MNAD's prediction or reconstruction task (Park, Noh, Ham, CVPR 2020, eq. 7–11) as one graph: loss, gradients, Adam, and the memory's
 * update with inertia. Against its collapse onto one item (every query nearest to the same one) the items' mean share of
 * the queries is kept even by a term of its own. Queries of the whole batch share one memory.
 *
 * A memory that is not read has no losses either: the network learns as if there were none.
 *
 * Inputs: `frames` uint8 `[B, T+1, S, S]`, with a head `[B, T+2, S, S]`: also the frame seen, which need not be the one to
 * predict; `plain` `[B]` (0: something was done to the window, it teaches the memory nothing and its error is not told);
 * `memory` `[M, C]`, `learningRate` `[]`, and what `training.carried` names. With a head also `odd` `[B, 1, S/8, S/8]` and,
 * where it knows places, `position` `[B, 2, S/8, S/8]`: see `Batch` of the sampler.
 * Outputs: the terms `[]`: `loss`, `error` (mean squared, of plain windows, [0,1] luma), `compactness`, `separateness`,
 * `balance`, `gradientNorm`, with a head `oddity` (its loss) and `told` (share of the cells with movement that it tells
 * rightly); `usage` `[M]`, `newMemory` `[M, C]`, `queries` `[BK, C]`, `next:NAME`.
 */
export function mnadRecipe(options: RecipeOptions): Recipe {
	const graph = new Graph();
	const { parameters, gradients, statistics, terms, memory, items, plain } = mnadLoss(graph, options);
	const training = descend(graph, parameters, gradients);
	for (const [name, tensor] of statistics) graph.output(`next:${name}`, tensor);
	for (const [name, tensor] of terms) graph.output(name, tensor);
	graph.output('usage', reduceMean(memory.nearest, { axes: [0, 1] })); // [M]
	learnedMemory(graph, memory, items, plain);
	return { graph, training, terms: [...terms.keys(), 'gradientNorm'] };
}

/** Adds the optimiser, its input `learningRate` and its output `gradientNorm`; `gradients` as those of `adam`. */
export function descend(
	graph: Graph,
	parameters: readonly Parameter[],
	gradients: readonly Tensor[] | Tensor,
): Training {
	const training = adam(graph, {
		parameters: parameters.map(({ tensor }) => tensor),
		gradients,
		learningRate: graph.input('learningRate', []),
		clipNorm: CLIP_NORM,
	});
	graph.output('gradientNorm', training.gradientNorm);
	return training;
}
