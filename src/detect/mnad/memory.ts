import type { Tensor } from '../../nn/graph.ts';
import { add, divide, maximum, multiply, subtract } from '../../nn/ops/elementwise.ts';
import { reshape, transpose } from '../../nn/ops/layout.ts';
import { matmul, normaliseL2, reduceMax, reduceSum, softmax } from '../../nn/ops/reduce.ts';
import { argMax, oneHot } from '../../nn/ops/select.ts';

/**
 * MNAD's memory (Park, Noh, Ham, "Learning Memory-guided Normality for Anomaly Detection", CVPR 2020, section 3.2) as graph
 * nodes. B cameras side by side, K queries and M items each, C channels; no sum ever runs over B.
 */
export interface Memory {
	/** Unit queries. `[B, K, C]` */
	readonly queries: Tensor;
	/** Unit items. `[B, M, C]` */
	readonly items: Tensor;
	/** Cosine of every query and item. `[B, K, M]` */
	readonly similarity: Tensor;
	/** 1 at the item nearest to a query (U_m of eq. 5), else 0. `[B, K, M]` */
	readonly nearest: Tensor;
}

/** `features` `[B, C, h, w]`, `items` `[B, M, C]` of unit length. */
export function lookUp(features: Tensor, items: Tensor): Memory {
	const [b, c] = [features.shape[0]!, features.shape[1]!];
	const pixels = transpose(features, [0, 2, 3, 1]); // [B, h, w, C]
	return compare(normaliseL2(reshape(pixels, [b, -1, c]), 2), items);
}

/** `queries` `[B, K, C]` and `items` `[B, M, C]`, both of unit length. */
export function compare(queries: Tensor, items: Tensor): Memory {
	const similarity = matmul(queries, items, { transposeRight: true }); // [B, K, M]
	const nearest = oneHot(argMax(similarity, 2), items.shape[1]!); // [B, K, M]
	return { queries, items, similarity, nearest };
}

/**
 * Eq. 1–3: every query gets the mean of all items, weighted by a softmax of their similarity. The paper has no
 * temperature, that is 1; a perfect match then weighs .23 among ten items, so that the read is nearly their mean. `[B, K, C]`
 */
export function read({ similarity, items }: Memory, temperature: number): Tensor {
	return matmul(softmax(divide(similarity, temperature), 2), items);
}

/** In place of what is read, for a decoder that has to do without. `[B, K, C]` */
export function silence({ queries }: Memory): Tensor {
	return multiply(queries, 0);
}

/** Which queries may teach the items: 1 or 0. `[B, K, 1]` */
export type QueryGate = Tensor;

/**
 * Eq. 4–6 as printed: p_m ← f(p_m + Σ_{k∈U_m} v'_km q_k), where v' is v over its maximum *over the item's own queries*. An
 * item without queries stays. `[B, M, C]`
 */
export function updatePaper(memory: Memory, gate: QueryGate | null): Tensor {
	const own = multiply(overQueries(memory), memory.nearest); // [B, K, M]
	return absorb(memory, divideByMaximum(own, own), gate);
}

/** The same as the authors' code has it: v' is v over its maximum over *all* queries. Differs by up to .27 on random features. */
export function updateCode(memory: Memory, gate: QueryGate | null): Tensor {
	const v = overQueries(memory); // [B, K, M]
	return absorb(memory, multiply(divideByMaximum(v, v), memory.nearest), gate);
}

/**
 * With inertia: p_m ← f(β p_m + (1-β) Σ v'_km q_k / Σ v'_km). The paper's update has none: each item becomes the mean of the
 * present frame's queries at once, so that anything seen for three frames is normal. `[B, M, C]`
 */
export function updateOnline(memory: Memory, gate: QueryGate | null, momentum: number): Tensor {
	const own = multiply(overQueries(memory), memory.nearest); // [B, K, M]
	const weights = gated(divideByMaximum(own, own), gate); // [B, K, M]
	const total = transpose(reduceSum(weights, { axes: [1], keepAxes: true }), [0, 2, 1]); // [B, M, 1]
	const mean = divide(collect(weights, memory.queries), maximum(total, TINY)); // [B, M, C]
	// Where no query is, the mean is 0 and normalisation undoes the β.
	return normaliseL2(add(multiply(memory.items, momentum), multiply(mean, 1 - momentum)), 2);
}

/** Squared distance of every query to its nearest item, 0..4: 2 - 2 cos. `[B, K]` */
export function nearestDistance({ similarity }: Memory): Tensor {
	return maximum(subtract(2, multiply(reduceMax(similarity, { axes: [2] }), 2)), 0);
}

const TINY = 1e-20;

/** v of eq. 4: softmax over the queries. `[B, K, M]` */
function overQueries({ similarity }: Memory): Tensor {
	return softmax(similarity, 1);
}

function divideByMaximum(v: Tensor, among: Tensor): Tensor {
	return divide(v, maximum(reduceMax(among, { axes: [1], keepAxes: true }), TINY));
}

function gated(weights: Tensor, gate: QueryGate | null): Tensor {
	return gate === null ? weights : multiply(weights, gate);
}

function absorb(memory: Memory, weights: Tensor, gate: QueryGate | null): Tensor {
	return normaliseL2(add(memory.items, collect(gated(weights, gate), memory.queries)), 2); // [B, M, C]
}

/** Σ_k weight_km q_k. `[B, M, C]` */
function collect(weights: Tensor, queries: Tensor): Tensor {
	return matmul(transpose(weights, [0, 2, 1]), queries);
}
