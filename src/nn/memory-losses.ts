import type { Tensor } from './graph.ts';
import { add, detach, relu, square, squareRoot, subtract } from './ops/elementwise.ts';
import { reshape, slice } from './ops/layout.ts';
import { matmul, reduceMean, reduceSum } from './ops/reduce.ts';
import { gather, topK } from './ops/select.ts';

/** What PyTorch adds to every difference before it takes a triplet's distances; kept for equal figures. */
const DISTANCE_EPSILON = 1e-6;

/**
 * Feature compactness of MNAD (Park, Noh and Ham, CVPR 2020, equation 9, in the authors' published form: the mean over
 * all elements of the squared difference between a query and its nearest memory item). Queries `[k, c]` and items
 * `[m, c]` are unit vectors; no gradient flows to the items. Result `[]`.
 */
export function compactness(queries: Tensor, items: Tensor): Tensor {
	const [nearest] = nearestItems(queries, items, 1);
	return reduceMean(square(subtract(queries, nearest!)));
}

/**
 * Feature separateness of MNAD (equation 10, in the authors' published form): the mean triplet loss that wants each
 * query nearer to its nearest item than to the second nearest by `margin`. Shapes as for `compactness`, m >= 2.
 */
export function separateness(queries: Tensor, items: Tensor, margin = 1): Tensor {
	const [nearest, second] = nearestItems(queries, items, 2);
	const gap = subtract(distances(queries, nearest!), distances(queries, second!)); // [k]
	return reduceMean(relu(add(gap, margin)));
}

/** The items of greatest inner product, in descending order, each `[k, c]`. */
function nearestItems(queries: Tensor, items: Tensor, count: number): Tensor[] {
	const fixed = detach(items);
	const scores = matmul(detach(queries), fixed, { transposeRight: true }); // [k, m]
	// Both losses ask for two where the memory has them, so that the search is done once.
	const { indices } = topK(scores, Math.min(2, items.shape[0]!), 1); // [k, 2]
	const found = gather(fixed, indices, 0); // [k, 2, c]
	return Array.from({ length: count }, (_, rank) => item(found, rank));
}

function item(found: Tensor, rank: number): Tensor {
	const [k, , c] = found.shape;
	return reshape(slice(found, { axis: 1, start: rank, end: rank + 1 }), [k!, c!]);
}

function distances(a: Tensor, b: Tensor): Tensor {
	return squareRoot(reduceSum(square(add(subtract(a, b), DISTANCE_EPSILON)), { axes: [1] }));
}
