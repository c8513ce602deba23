import { gradientsOf } from './gradients/gradients.ts';
import type { Graph, GraphNode, Tensor } from './graph.ts';
import { GraphError, showShape } from './graph-error.ts';
import { add } from './ops/elementwise.ts';

/**
 * The gradients of a scalar with respect to tensors, as tensors of the same graph (reverse mode: only nodes between
 * `wrt` and `loss` are visited).
 *
 * @throws GraphError where the loss is no scalar or does not depend on one of `wrt`, or where an operation on the way
 * has no gradient
 */
export function differentiate(graph: Graph, loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
	if (loss.shape.length !== 0 || loss.dtype !== 'float32')
		throw new GraphError(`differentiate got a loss ${loss.dtype}${showShape(loss.shape)}; wanted a float32 scalar []`);
	const path = dependents(graph, wrt);
	const gradients = new Map<number, Tensor>([[loss.id, graph.constant(1)]]);
	// Building gradients appends nodes: walk the nodes there were.
	for (const node of graph.nodes.slice(0, graph.nodes.indexOf(graph.producer(loss)) + 1).reverse()) {
		const arriving = node.outputs.map((output) => gradients.get(output.id));
		if (arriving.every((gradient) => gradient === undefined)) continue;
		const wanted = node.inputs.map((input) => path.has(input.id));
		if (!wanted.includes(true)) continue;
		for (const [index, contribution] of gradientsOf(node, arriving, wanted).entries()) {
			const input = node.inputs[index]!;
			if (!contribution || !wanted[index]) continue;
			const before = gradients.get(input.id);
			gradients.set(input.id, before ? add(before, contribution) : contribution);
		}
	}
	return wrt.map((tensor) => {
		const gradient = gradients.get(tensor.id);
		if (!gradient) throw new GraphError(`The loss does not depend on ${describe(graph.producer(tensor), tensor)}`);
		return gradient;
	});
}

/** The ids of all tensors that `wrt` can change, `wrt` included. */
function dependents(graph: Graph, wrt: readonly Tensor[]): Set<number> {
	const ids = new Set(wrt.map(({ id }) => id));
	for (const node of graph.nodes)
		if (node.operation.kind !== 'detach' && node.inputs.some(({ id }) => ids.has(id)))
			for (const { id, dtype } of node.outputs) if (dtype === 'float32') ids.add(id);
	return ids;
}

function describe({ operation }: GraphNode, tensor: Tensor): string {
	const name = operation.kind === 'parameter' || operation.kind === 'input' ? `${operation.name} ` : '';
	return `the ${operation.kind} ${name}${showShape(tensor.shape)}`;
}
