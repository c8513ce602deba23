import type { Graph, GraphNode, Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import { sizeOf } from '../shape.ts';
import { type AttributeValue, lower } from './lower.ts';
import { ATTRIBUTE_TYPES, ELEMENT_TYPES, modelMessage } from './schema.ts';

export interface EmitOptions {
	/** Values make parameters initialisers (inference); `inputs` makes them inputs of the file (training). */
	readonly parameters: ReadonlyMap<string, Float32Array> | 'inputs';
	/** Names of the graph's outputs to keep; what only others need is left out. Default: all. */
	readonly outputs?: readonly string[];
	/** Written to the model's metadata_props. */
	readonly metadata?: Readonly<Record<string, string>>;
	/** Default: foreframe. */
	readonly name?: string;
}

export const ONNX_OPSET = 17;
export const ONNX_IR_VERSION = 8;

/**
 * The graph as an ONNX file. Its inputs are the graph's inputs that an output needs, in the order of their creation,
 * then (for training) the parameters.
 *
 * @throws GraphError where an output is unknown or a parameter's value is missing or of the wrong size
 */
export function emitOnnx(graph: Graph, options: EmitOptions): Uint8Array {
	const outputs = (options.outputs ?? [...graph.outputs.keys()]).map((name) => {
		const tensor = graph.outputs.get(name);
		if (!tensor)
			throw new GraphError(`The graph has no output ${name}; it has ${[...graph.outputs.keys()].join(', ')}`);
		return { name, tensor };
	});
	if (outputs.length === 0) throw new GraphError('The graph has no output to emit');
	const nodes = needed(
		graph,
		outputs.map(({ tensor }) => tensor),
	);
	const writer = new FileWriter(namesOf(nodes, outputs));
	for (const node of nodes) writer.add(node, options.parameters);
	for (const { name, tensor } of outputs) writer.addOutput(name, tensor);
	return writer.finish(options);
}

/** The nodes that these tensors need, inputs before users. */
function needed(graph: Graph, tensors: readonly Tensor[]): GraphNode[] {
	const wanted = new Set(tensors.map((tensor) => graph.producer(tensor)));
	for (const node of [...graph.nodes].reverse())
		if (wanted.has(node)) for (const input of node.inputs) wanted.add(graph.producer(input));
	return graph.nodes.filter((node) => wanted.has(node));
}

/** An output gives its name to the value it names; everything else is called after its node. */
function namesOf(
	nodes: readonly GraphNode[],
	outputs: readonly { name: string; tensor: Tensor }[],
): Map<number, string> {
	const names = new Map<number, string>();
	for (const { operation, outputs: tensors } of nodes) {
		const own = operation.kind === 'input' || operation.kind === 'parameter' ? operation.name : undefined;
		for (const { id } of tensors) names.set(id, own ?? `${operation.kind}:${id}`);
	}
	for (const { name, tensor } of outputs) {
		const { kind } = tensor.graph.producer(tensor).operation;
		const given = names.get(tensor.id) !== `${kind}:${tensor.id}`;
		if (!given && kind !== 'constant') names.set(tensor.id, name);
	}
	return names;
}

class FileWriter {
	readonly #names: ReadonlyMap<number, string>;
	readonly #nodes: object[] = [];
	readonly #initializers = new Map<string, object>();
	readonly #inputs: object[] = [];
	readonly #outputs: object[] = [];
	#between = 0;

	constructor(names: ReadonlyMap<number, string>) {
		this.#names = names;
	}

	add(node: GraphNode, parameters: EmitOptions['parameters']): void {
		const { operation } = node;
		const [tensor] = node.outputs as [Tensor];
		if (operation.kind === 'constant') {
			this.#initialise(this.#name(tensor), tensor.shape, tensor.dtype, operation.data);
		} else if (operation.kind === 'input') {
			this.#inputs.push(valueInfo(operation.name, tensor));
		} else if (operation.kind === 'parameter') {
			if (parameters === 'inputs') this.#inputs.push(valueInfo(operation.name, tensor));
			else
				this.#initialise(operation.name, tensor.shape, 'float32', parameterValue(operation.name, tensor, parameters));
		} else this.#lower(node);
	}

	addOutput(name: string, tensor: Tensor): void {
		const named = this.#name(tensor);
		if (named !== name) this.#node('Identity', [named], {}, [name]);
		this.#outputs.push(valueInfo(name, tensor));
	}

	finish({ metadata = {}, name = 'foreframe' }: EmitOptions): Uint8Array {
		const message = modelMessage();
		const model = message.create({
			irVersion: ONNX_IR_VERSION,
			opsetImport: [{ domain: '', version: ONNX_OPSET }],
			producerName: 'foreframe',
			graph: {
				name,
				node: this.#nodes,
				initializer: [...this.#initializers.values()],
				input: this.#inputs,
				output: this.#outputs,
			},
			metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
		});
		return message.encode(model).finish();
	}

	#lower(node: GraphNode): void {
		const outputs = node.outputs.map((tensor) => this.#name(tensor));
		lower(node, {
			inputs: node.inputs.map((tensor) => this.#name(tensor)),
			outputs,
			integers: (values) => {
				const name = `int64:${values.join()}`;
				this.#initialise(name, [values.length], 'int64', BigInt64Array.from(values, BigInt));
				return name;
			},
			float: (value) => {
				const name = `float32:${value}`;
				this.#initialise(name, [], 'float32', Float32Array.of(value));
				return name;
			},
			between: () => `between:${this.#between++}`,
			node: (type, inputs, attributes = {}, results = outputs) => this.#node(type, inputs, attributes, results),
		});
	}

	#node(
		type: string,
		inputs: readonly string[],
		attributes: Record<string, AttributeValue>,
		outputs: readonly string[],
	) {
		this.#nodes.push({
			name: `${type}:${outputs[0]}`,
			opType: type,
			input: inputs,
			output: outputs,
			attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
		});
	}

	#initialise(name: string, shape: readonly number[], dtype: Tensor['dtype'], data: ArrayBufferView): void {
		if (this.#initializers.has(name)) return;
		const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		this.#initializers.set(name, { name, dims: shape, dataType: ELEMENT_TYPES[dtype], rawData });
	}

	#name(tensor: Tensor): string {
		return this.#names.get(tensor.id)!;
	}
}

function parameterValue(name: string, tensor: Tensor, parameters: ReadonlyMap<string, Float32Array>): Float32Array {
	const value = parameters.get(name);
	if (!value) throw new GraphError(`The parameter ${name} has no value`);
	if (value.length !== sizeOf(tensor.shape))
		throw new GraphError(`The parameter ${name} got ${value.length} values; wanted ${showShape(tensor.shape)}`);
	return value;
}

function valueInfo(name: string, { shape, dtype }: Tensor): object {
	const dim = shape.map((dimValue) => ({ dimValue }));
	return { name, type: { tensorType: { elemType: ELEMENT_TYPES[dtype], shape: { dim } } } };
}

function attribute(name: string, value: AttributeValue): object {
	if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value) };
	if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.int, i: value };
	if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
	return { name, type: ATTRIBUTE_TYPES.ints, ints: value };
}
