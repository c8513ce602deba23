import { type Memory, updateOnline } from '../detect/mnad/memory.ts';
import { broadcastTo, type Graph, reshape, type Tensor } from '../nn/nn.ts';

/** β of the memory's update between training steps. */
const MOMENTUM = 0.98;

/**
 * Adds the outputs `newMemory` `[M, C]`, the items after a batch, and `queries` `[BK, C]`.
 * @param looked the batch's windows side by side, of one memory: `[B, K, C]`, `[B, M, C]`, `[B, K, M]`
 * @param items `[M, C]`
 * @param plain `[B]`, 0 where a window teaches nothing
 */
export function learnedMemory(graph: Graph, looked: Memory, items: Tensor, plain: Tensor): void {
	const [batch, k, c] = looked.queries.shape as [number, number, number];
	const m = items.shape[0]!;
	// To the memory it is one long window.
	const memory = {
		queries: reshape(looked.queries, [1, batch * k, c]),
		items: reshape(items, [1, m, c]),
		similarity: reshape(looked.similarity, [1, batch * k, m]),
		nearest: reshape(looked.nearest, [1, batch * k, m]),
	};
	const gate = reshape(broadcastTo(reshape(plain, [batch, 1]), [batch, k]), [1, batch * k, 1]); // [1, BK, 1]
	graph.output('newMemory', reshape(updateOnline(memory, gate, MOMENTUM), [m, c]));
	graph.output('queries', reshape(looked.queries, [batch * k, c]));
}
