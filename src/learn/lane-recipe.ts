import { compare } from '../detect/mnad/memory.ts';
import { add, broadcastTo, concat, flatten, Graph, multiply, reduceMean, reshape, type Tensor } from '../nn/nn.ts';
import { learnedMemory } from './learned-memory.ts';
import { mnadLoss } from './mnad-loss.ts';
import { descend, type RecipeOptions } from './mnad-recipe.ts';

/** A step of `mnadRecipe` cut in two: what every lane does with its part of the batch, and what is made of it then. */
export interface LaneRecipe {
	/**
	 * Of batch/lanes windows. Inputs as of the recipe but `learningRate` and what the optimiser carries; outputs: the terms
	 * but `gradientNorm`, `usage`, `queries` `[B/lanes, K, C]`, `gradient` `[P]`.
	 */
	readonly lane: Graph;
	/** Inputs `gradient:LANE`, `queries:LANE`, and of the recipe's those that no window shows; outputs: the rest of the recipe's. */
	readonly join: Graph;
	/** Outputs `[]` of a lane that are told while it learns. */
	readonly terms: readonly string[];
}

/**
 * The step for lanes that work side by side. The gradient is the mean of theirs, which is that of the whole batch for all that
 * is a mean over windows: errors, compactness, separateness. Evenness of the items and the head's loss, which weighs
 * cells, are the lanes' own, averaged. The memory is taught by all queries at once, as in one batch.
 */
export function laneRecipe(options: RecipeOptions, lanes: number): LaneRecipe {
	const lane = new Graph();
	const { parameters, gradients, terms, memory, items } = mnadLoss(lane, { ...options, batch: options.batch / lanes });
	for (const [name, tensor] of terms) lane.output(name, tensor);
	lane.output('usage', reduceMean(memory.nearest, { axes: [0, 1] })); // [M]
	lane.output('queries', memory.queries);
	const gradient = flatten(gradients); // [P]
	lane.output('gradient', gradient);

	const join = new Graph();
	const perLane = (name: string, { shape }: Tensor) =>
		Array.from({ length: lanes }, (_, index) => join.input(`${name}:${index}`, shape));
	const learned = parameters.map(({ name, tensor, initialiser }) => {
		return { name, tensor: join.parameter(name, tensor.shape, initialiser), initialiser };
	});
	const sum = perLane('gradient', gradient).reduce((before, next) => add(before, next)); // [P]
	descend(join, learned, multiply(sum, 1 / lanes));
	const queries = concat(perLane('queries', memory.queries), 0); // [B, K, C]
	const joined = join.input('memory', items.shape); // [M, C]
	const shared = broadcastTo(reshape(joined, [1, ...items.shape]), [options.batch, ...items.shape]); // [B, M, C]
	learnedMemory(join, compare(queries, shared), joined, join.input('plain', [options.batch]));
	return { lane, join, terms: [...terms.keys()] };
}
