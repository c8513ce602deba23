import type { Graph, GraphNode, Tensor } from './graph.ts';
import { sizeOf } from './shape.ts';

/**
 * Multiplications with an addition that one run of a graph takes in convolutions and matrix products: nearly all it
 * costs. Counts what these outputs need (default: all), each node once.
 */
export function multiplyAdds(graph: Graph, outputs: readonly Tensor[] = [...graph.outputs.values()]): number {
	const needed = new Set(outputs.map((tensor) => graph.producer(tensor)));
	for (const node of [...graph.nodes].reverse()) {
		if (needed.has(node)) for (const input of node.inputs) needed.add(graph.producer(input));
	}
	return [...needed].reduce((sum, node) => sum + ofNode(node), 0);
}

function ofNode({ operation, inputs, outputs }: GraphNode): number {
	const [x, weight] = inputs as readonly [Tensor, Tensor];
	switch (operation.kind) {
		// Weights `[out, in, ...kernel]`: each number of the result sums over one filter.
		case 'convolution':
			return sizeOf(outputs[0]!.shape) * sizeOf(weight.shape.slice(1));
		// Weights `[in, out, ...kernel]`: each number that goes in is spread over one filter.
		case 'transposedConvolution':
			return sizeOf(x.shape) * sizeOf(weight.shape.slice(1));
		case 'matmul':
			return sizeOf(outputs[0]!.shape) * x.shape.at(-1)!;
		default:
			return 0;
	}
}
