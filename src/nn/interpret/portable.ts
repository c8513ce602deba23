import { Graph, type GraphNode, type Tensor, type TensorData } from '../graph.ts';
import { GraphError } from '../graph-error.ts';
import { zeros } from '../initialise.ts';
import type { DType, Operation } from '../operation.ts';
import { readWeights, type StoredTensor, WeightsError, writeWeights } from '../weights.ts';

/** A graph with its parameters as another process has read it. */
export interface PortableGraph {
	readonly graph: Graph;
	readonly parameters: ReadonlyMap<string, Float32Array>;
}

/**
 * What a graph's outputs need as bytes for another process: a safetensors file with the parameters and constants, whose
 * metadata say the nodes.
 * @throws GraphError where a parameter has no value
 */
export function writePortable(graph: Graph, parameters: ReadonlyMap<string, Float32Array>): Uint8Array {
	const tensors = new Map<string, StoredTensor>();
	const nodes = neededBy(graph).map((node): PortableNode => {
		const { operation, inputs } = node;
		const outputs = node.outputs.map(({ id, shape, dtype }) => ({ id, shape, dtype }));
		const { shape } = outputs[0]!;
		if (operation.kind === 'parameter') {
			const data = parameters.get(operation.name);
			if (data === undefined) throw new GraphError(`The parameter ${operation.name} has no value`);
			tensors.set(`parameter:${operation.name}`, { shape, data });
		}
		const constant = operation.kind === 'constant';
		if (constant) tensors.set(`constant:${outputs[0]!.id}`, { shape, data: operation.data });
		return { operation: constant ? { kind: 'constant' } : operation, inputs: inputs.map(({ id }) => id), outputs };
	});
	const outputs = [...graph.outputs].map(([name, { id }]) => [name, id]);
	return writeWeights({ tensors, metadata: { nodes: encode(nodes), outputs: encode(outputs) } });
}

/** @throws WeightsError, GraphError or SyntaxError where the bytes are not those of `writePortable`. */
export function readPortable(bytes: Uint8Array): PortableGraph {
	const { tensors, metadata } = readWeights(bytes);
	const graph = new Graph();
	const parameters = new Map<string, Float32Array>();
	const read = new Map<number, Tensor>();
	const stored = (name: string): TensorData => {
		const tensor = tensors.get(name);
		if (tensor === undefined) throw new WeightsError(`The file has no tensor ${name}`);
		return tensor.data;
	};
	for (const { operation, inputs, outputs } of decode(metadata['nodes']) as readonly PortableNode[]) {
		const { id, shape, dtype } = outputs[0]!;
		switch (operation.kind) {
			case 'input':
				read.set(id, graph.input(operation.name, shape, dtype));
				break;
			case 'parameter':
				read.set(id, graph.parameter(operation.name, shape, zeros()));
				parameters.set(operation.name, stored(`parameter:${operation.name}`) as Float32Array);
				break;
			case 'constant':
				read.set(id, graph.constant(stored(`constant:${id}`), shape, dtype));
				break;
			default: {
				const known = inputs.map((input) => read.get(input)!);
				for (const [index, tensor] of graph.node(operation, known, outputs).entries()) {
					read.set(outputs[index]!.id, tensor);
				}
			}
		}
	}
	for (const [name, id] of decode(metadata['outputs']) as readonly (readonly [string, number])[]) {
		graph.output(name, read.get(id)!);
	}
	return { graph, parameters };
}

interface PortableNode {
	readonly operation: Exclude<Operation, { readonly kind: 'constant' }> | { readonly kind: 'constant' };
	readonly inputs: readonly number[];
	readonly outputs: readonly { readonly id: number; readonly shape: readonly number[]; readonly dtype: DType }[];
}

function neededBy(graph: Graph): readonly GraphNode[] {
	const needed = new Set([...graph.outputs.values()].map((tensor) => graph.producer(tensor)));
	for (const node of [...graph.nodes].reverse()) {
		if (needed.has(node)) for (const input of node.inputs) needed.add(graph.producer(input));
	}
	return graph.nodes.filter((node) => needed.has(node));
}

/** JSON has no infinite numbers. */
function encode(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) =>
		typeof part === 'number' && !Number.isFinite(part) ? { number: String(part) } : part,
	);
}

function decode(text: string | undefined): unknown {
	return JSON.parse(text ?? '[]', (_, part: unknown) =>
		typeof part === 'object' && part !== null && 'number' in part ? Number(part.number) : part,
	);
}
