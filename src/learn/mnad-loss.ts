import { lookUp, type Memory, read, silence } from '../detect/mnad/memory.ts';
import { buildNetwork, networkInputs, predict, queryLength } from '../detect/mnad/network.ts';
import { onGrid } from '../detect/mnad/step.ts';
import {
	add,
	broadcastTo,
	cast,
	concat,
	detach,
	differentiate,
	divide,
	type Graph,
	gradientDifference,
	logarithm,
	maximum,
	meanSquaredError,
	multiply,
	negate,
	type Parameter,
	reduceMax,
	reduceMean,
	reduceSum,
	reshape,
	separateness,
	slice,
	softmax,
	squareRoot,
	subtract,
	type Tensor,
} from '../nn/nn.ts';
import type { RecipeOptions } from './mnad-recipe.ts';
import { oddLoss } from './odd-loss.ts';

/** What a batch says of the network: see `mnadRecipe`. */
export interface MnadLoss {
	/** What is learned by gradient, and the gradient of each. */
	readonly parameters: readonly Parameter[];
	readonly gradients: readonly Tensor[];
	/** Running statistics after the batch, by the parameter that holds them. */
	readonly statistics: ReadonlyMap<string, Tensor>;
	/** What is told while it learns. `[]` each */
	readonly terms: ReadonlyMap<string, Tensor>;
	/** The batch's windows side by side at one memory. `[B, K, C]`, `[B, M, C]`, `[B, K, M]` */
	readonly memory: Memory;
	/** `[M, C]` */
	readonly items: Tensor;
	/** `[B]` */
	readonly plain: Tensor;
}

const WEIGHTS = { gradient: 0.05, compactness: 0.002, separateness: 0.002, balance: 0.004, oddity: 0.02 } as const;

/** Adds network, losses and gradients to the graph, with inputs for the batch and the memory. */
export function mnadLoss(graph: Graph, options: RecipeOptions): MnadLoss {
	const { task, inputs: count, batch, crop } = options;
	const { items: m, temperature, read: isRead = true } = options.memory;
	const frames = graph.input('frames', [batch, count + (options.head === null ? 1 : 2), crop, crop], 'uint8');
	const plain = graph.input('plain', [batch]);
	const items = graph.input('memory', [m, queryLength(options.network)]); // [M, C]

	const scaled = subtract(divide(cast(frames, 'float32'), 127.5), 1); // [B, T+1 or T+2, S, S] in [-1,1]
	const target = slice(scaled, { axis: 1, start: count, end: count + 1 }); // [B, 1, S, S]
	const network = buildNetwork(graph, options.network, task, 'training');
	const shared = broadcastTo(reshape(items, [1, ...items.shape]), [batch, ...items.shape]); // [B, M, C]
	const looked: { memory?: Memory } = {};
	const { prediction } = predict(network, networkInputs(scaled, task, count), ({ features }) => {
		const memory = lookUp(features, shared);
		looked.memory = memory;
		// As published, no gradient flows through the read: the encoder learns by the queries and the memory's losses.
		const answer = isRead ? read({ ...memory, similarity: detach(memory.similarity) }, temperature) : silence(memory); // [B, K, C]
		return onGrid(concat([memory.queries, answer], 2), features); // [B, 2C, s, s]
	});
	const memory = looked.memory!;
	const { queries, similarity } = memory;
	const [, k, c] = queries.shape as [number, number, number];

	const compact = reduceMean(distanceToNearest(similarity)); // []
	const separate = separateness(reshape(queries, [batch * k, c]), items); // []
	const balance = unevenness(softmax(divide(similarity, temperature), 2)); // []
	const told =
		options.head === null ? null : oddLoss(graph, options, { scaled, prediction: detach(prediction), memory });
	const loss = [
		meanSquaredError(prediction, target),
		multiply(gradientDifference(prediction, target), WEIGHTS.gradient),
		...(isRead
			? [
					multiply(compact, WEIGHTS.compactness),
					multiply(separate, WEIGHTS.separateness),
					multiply(balance, WEIGHTS.balance),
				]
			: []),
		...(told === null ? [] : [multiply(told.loss, WEIGHTS.oddity)]),
	].reduce((sum, term) => add(sum, term));

	const parameters = [...graph.parameters.values()].filter(({ name }) => !network.statistics.has(name));
	const gradients = differentiate(
		graph,
		loss,
		parameters.map(({ tensor }) => tensor),
	);
	const terms = new Map([
		['loss', loss],
		['error', plainError(subtract(prediction, target), plain)],
		['compactness', compact],
		['separateness', separate],
		['balance', balance],
	]);
	if (told !== null) terms.set('oddity', told.loss).set('told', told.accuracy);
	return { parameters, gradients, statistics: network.statistics, terms, memory, items, plain };
}

/** L_c as printed (eq. 9): the un-squared distance; the code's mean over channels of its square is inert at λ = 0.1. `[B, K]` */
function distanceToNearest(similarity: Tensor): Tensor {
	const squared = subtract(2, multiply(reduceMax(similarity, { axes: [2] }), 2)); // [B, K]
	return squareRoot(maximum(squared, 1e-6));
}

/** 0 where all items answer equally often, 1 where one answers always: 1 minus the entropy of the mean weights over log M. */
function unevenness(weights: Tensor): Tensor {
	const share = maximum(reduceMean(weights, { axes: [0, 1] }), 1e-8); // [M]
	const entropy = negate(reduceSum(multiply(share, logarithm(share)))); // []
	return subtract(1, divide(entropy, Math.log(share.shape[0]!)));
}

/** Of windows to which nothing was done, [0,1] luma; `difference` `[B, 1, S, S]` is of [-1,1]. `[]` */
function plainError(difference: Tensor, plain: Tensor): Tensor {
	const perWindow = reduceMean(multiply(difference, difference), { axes: [1, 2, 3] }); // [B]
	const count = maximum(reduceSum(plain), 1); // []
	return divide(reduceSum(multiply(perWindow, plain)), multiply(count, 4));
}
