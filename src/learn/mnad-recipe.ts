import type { HeadSpec } from '../detect/mnad/head.ts';
import type { MemorySpec } from '../detect/mnad/manifest.ts';
import { lookUp, read, silence, updateOnline } from '../detect/mnad/memory.ts';
import {
	buildNetwork,
	type NetworkSpec,
	networkInputs,
	predict,
	queryLength,
	type Task,
} from '../detect/mnad/network.ts';
import { onGrid } from '../detect/mnad/step.ts';
import {
	adam,
	add,
	broadcastTo,
	cast,
	concat,
	detach,
	differentiate,
	divide,
	Graph,
	gradientDifference,
	logarithm,
	maximum,
	meanSquaredError,
	multiply,
	negate,
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
	type Training,
} from '../nn/nn.ts';
import { oddLoss } from './odd-loss.ts';

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

/** β of the memory's update between training steps. */
const MOMENTUM = 0.98;
const CLIP_NORM = 1;
const WEIGHTS = { gradient: 0.05, compactness: 0.002, separateness: 0.002, balance: 0.004, oddity: 0.02 } as const;

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
	const {
		task,
		inputs: count,
		batch,
		crop,
		memory: { items: m, temperature, read: isRead = true },
	} = options;
	const graph = new Graph();
	const frames = graph.input('frames', [batch, count + (options.head === null ? 1 : 2), crop, crop], 'uint8');
	const plain = graph.input('plain', [batch]);
	const items = graph.input('memory', [m, queryLength(options.network)]); // [M, C]
	const learningRate = graph.input('learningRate', []);

	const scaled = subtract(divide(cast(frames, 'float32'), 127.5), 1); // [B, T+1 or T+2, S, S] in [-1,1]
	const target = slice(scaled, { axis: 1, start: count, end: count + 1 }); // [B, 1, S, S]
	const network = buildNetwork(graph, options.network, task, 'training');
	const shared = broadcastTo(reshape(items, [1, ...items.shape]), [batch, ...items.shape]); // [B, M, C]
	const looked: { memory?: ReturnType<typeof lookUp> } = {};
	const { prediction } = predict(network, networkInputs(scaled, task, count), ({ features }) => {
		const memory = lookUp(features, shared);
		looked.memory = memory;
		// As published, no gradient flows through the read: the encoder learns by the queries and the memory's losses.
		const answer = isRead ? read({ ...memory, similarity: detach(memory.similarity) }, temperature) : silence(memory); // [B, K, C]
		return onGrid(concat([memory.queries, answer], 2), features); // [B, 2C, s, s]
	});
	const { queries, similarity, nearest } = looked.memory!;
	const [, k, c] = queries.shape as [number, number, number];
	const flat = reshape(queries, [batch * k, c]); // [BK, C]

	const compact = reduceMean(distanceToNearest(similarity)); // []
	const separate = separateness(flat, items); // []
	const balance = unevenness(softmax(divide(similarity, temperature), 2)); // []
	const told =
		options.head === null
			? null
			: oddLoss(graph, options, { scaled, prediction: detach(prediction), memory: looked.memory! });
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

	const learned = [...graph.parameters.values()].filter(({ name }) => !network.statistics.has(name));
	const parameters = learned.map(({ tensor }) => tensor);
	const gradients = differentiate(graph, loss, parameters);
	const training = adam(graph, { parameters, gradients, learningRate, clipNorm: CLIP_NORM });
	for (const [name, tensor] of network.statistics) graph.output(`next:${name}`, tensor);

	const perWindow = reduceMean(multiply(subtract(prediction, target), subtract(prediction, target)), {
		axes: [1, 2, 3],
	}); // [B]
	const plainCount = maximum(reduceSum(plain), 1); // []
	graph.output('loss', loss);
	graph.output('error', divide(reduceSum(multiply(perWindow, plain)), multiply(plainCount, 4)));
	graph.output('compactness', compact);
	graph.output('separateness', separate);
	graph.output('balance', balance);
	graph.output('gradientNorm', training.gradientNorm);
	if (told !== null) {
		graph.output('oddity', told.loss);
		graph.output('told', told.accuracy);
	}
	graph.output('usage', reduceMean(nearest, { axes: [0, 1] })); // [M]

	const memory = {
		queries: reshape(flat, [1, batch * k, c]),
		items: reshape(items, [1, m, c]),
		similarity: reshape(similarity, [1, batch * k, m]),
		nearest: reshape(nearest, [1, batch * k, m]),
	};
	const gate = reshape(broadcastTo(reshape(plain, [batch, 1]), [batch, k]), [1, batch * k, 1]); // [1, BK, 1]
	graph.output('newMemory', reshape(updateOnline(memory, gate, MOMENTUM), [m, c]));
	graph.output('queries', flat);
	const terms = ['loss', 'error', 'compactness', 'separateness', 'balance', 'gradientNorm'];
	return { graph, training, terms: told === null ? terms : [...terms, 'oddity', 'told'] };
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
