import { oddityHead } from '../detect/mnad/head.ts';
import type { Memory } from '../detect/mnad/memory.ts';
import { motion } from '../detect/mnad/motion.ts';
import { QUERY_STRIDE } from '../detect/mnad/network.ts';
import {
	absolute,
	add,
	averagePool,
	cast,
	clip,
	divide,
	equal,
	exponential,
	type Graph,
	greater,
	logarithm,
	maximum,
	multiply,
	negate,
	reduceSum,
	slice,
	subtract,
	type Tensor,
} from '../nn/nn.ts';
import type { RecipeOptions } from './mnad-recipe.ts';

/** What a cell in which nothing moves counts. */
const STILL_WEIGHT = 0.1;
/** Share of a cell's pixels that have to change before it counts as moving. */
const MOVING_SHARE = 0.1;

/**
 * Logistic loss of the head on the cells in which something moves, and the share of them it tells rightly. `[]` each
 * @param given frames `[B, T+2, S, S]` and the prediction `[B, 1, S, S]`, both in [-1,1], and the memory as it was read
 */
export function oddLoss(
	graph: Graph,
	{ head, inputs: count, batch, crop }: RecipeOptions,
	{ scaled, prediction, memory }: { scaled: Tensor; prediction: Tensor; memory: Memory },
): { readonly loss: Tensor; readonly accuracy: Tensor } {
	const { widths, position, without } = head!;
	const grid = [crop / QUERY_STRIDE, crop / QUERY_STRIDE];
	const odd = graph.input('odd', [batch, 1, ...grid]);
	const places = position ? graph.input('position', [batch, 2, ...grid]) : null;
	const luma = (x: Tensor) => divide(add(x, 1), 2);
	const after = luma(slice(scaled, { axis: 1, start: count + 1 })); // [B, 1, S, S]
	const flow = motion(luma(slice(scaled, { axis: 1, start: count - 1, end: count })), after);
	const error = subtract(clip(luma(prediction), 0, 1), after); // [B, 1, S, S]
	const logits = oddityHead(graph, widths, { memory, error, motion: flow, position: places }, without); // [B, 1, s, s]

	const share = averagePool(flow.moved, { kernel: QUERY_STRIDE }); // [B, 1, s, s]
	const moves = cast(greater(share, MOVING_SHARE), 'float32'); // [B, 1, s, s]
	const still = cast(equal(share, 0), 'float32'); // [B, 1, s, s]
	const label = multiply(cast(equal(odd, 1), 'float32'), moves); // [B, 1, s, s]
	// Where both meet, and where it is odd but hardly moves, nobody knows.
	const normal = cast(equal(odd, 0), 'float32'); // [B, 1, s, s]
	const known = add(normal, multiply(subtract(1, normal), still)); // [B, 1, s, s]
	const weight = add(label, multiply(known, add(multiply(moves, 1 - STILL_WEIGHT), STILL_WEIGHT)));
	const own = add(
		subtract(maximum(logits, 0), multiply(logits, label)),
		logarithm(add(exponential(negate(absolute(logits))), 1)),
	); // [B, 1, s, s]
	const right = cast(equal(cast(greater(logits, 0), 'float32'), label), 'float32');
	const moving = multiply(moves, add(label, normal));
	return {
		loss: divide(reduceSum(multiply(own, weight)), maximum(reduceSum(weight), 1)),
		accuracy: divide(reduceSum(multiply(right, moving)), maximum(reduceSum(moving), 1)),
	};
}
