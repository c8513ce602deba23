import { GraphError, showShape } from './graph-error.ts';
import type { Initialiser } from './initialise.ts';
import { randomFor } from './initialise.ts';
import type { DType, Operation, TensorData } from './operation.ts';
import { sizeOf } from './shape.ts';

export type { DType, TensorData } from './operation.ts';

/** A value of a graph. Its shape is fixed when the graph is built; a scalar has the shape `[]`. */
export interface Tensor {
	readonly graph: Graph;
	readonly id: number;
	readonly shape: readonly number[];
	readonly dtype: DType;
}

export interface GraphNode {
	readonly operation: Operation;
	readonly inputs: readonly Tensor[];
	readonly outputs: readonly Tensor[];
}

export interface Parameter {
	readonly name: string;
	readonly tensor: Tensor;
	readonly initialiser: Initialiser;
}

/**
 * A network while it is being built. It only grows: a node's inputs always come before it, and asking for a node that
 * is already there returns its outputs, so that equal sub-expressions are computed once.
 */
export class Graph {
	readonly #nodes: GraphNode[] = [];
	readonly #producers: GraphNode[] = [];
	readonly #known = new Map<string, readonly Tensor[]>();
	readonly #inputs = new Map<string, Tensor>();
	readonly #parameters = new Map<string, Parameter>();
	readonly #outputs = new Map<string, Tensor>();
	#tensors = 0;

	/** Every node, inputs before users. */
	get nodes(): readonly GraphNode[] {
		return this.#nodes;
	}

	get inputs(): ReadonlyMap<string, Tensor> {
		return this.#inputs;
	}

	get parameters(): ReadonlyMap<string, Parameter> {
		return this.#parameters;
	}

	get outputs(): ReadonlyMap<string, Tensor> {
		return this.#outputs;
	}

	input(name: string, shape: readonly number[], dtype: DType = 'float32'): Tensor {
		this.#claim(name);
		const [tensor] = this.node({ kind: 'input', name }, [], [{ shape, dtype }]);
		this.#inputs.set(name, tensor!);
		return tensor!;
	}

	/** A float32 tensor that training changes; emitted as an initialiser or as an input, see `emitOnnx`. */
	parameter(name: string, shape: readonly number[], initialiser: Initialiser): Tensor {
		this.#claim(name);
		const [tensor] = this.node({ kind: 'parameter', name }, [], [{ shape, dtype: 'float32' }]);
		this.#parameters.set(name, { name, tensor: tensor!, initialiser });
		return tensor!;
	}

	/** A scalar, or a row-major list with its shape (by default a vector). */
	constant(value: number | readonly number[] | TensorData, shape?: readonly number[], dtype?: DType): Tensor {
		const type =
			dtype ?? (typeof value === 'number' || Array.isArray(value) ? 'float32' : dtypeOf(value as TensorData));
		const data = typeof value === 'number' ? fill(type, [value]) : fill(type, value);
		const extents = shape ?? (typeof value === 'number' ? [] : [data.length]);
		if (sizeOf(extents) !== data.length)
			throw new GraphError(`constant got ${data.length} values; wanted ${sizeOf(extents)} for ${showShape(extents)}`);
		return this.node({ kind: 'constant', data }, [], [{ shape: extents, dtype: type }])[0]!;
	}

	/** Names a tensor as a result of the network. */
	output(name: string, tensor: Tensor): void {
		if (tensor.graph !== this) throw new GraphError(`Output ${name} belongs to another graph`);
		this.#claim(name);
		this.#outputs.set(name, tensor);
	}

	/** For operators: adds a node, or returns the outputs of an equal one. */
	node(
		operation: Operation,
		inputs: readonly Tensor[],
		outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[],
	): readonly Tensor[] {
		for (const input of inputs)
			if (input.graph !== this) throw new GraphError(`${operation.kind} got tensors of two different graphs`);
		for (const { shape } of outputs)
			if (shape.some((extent) => !Number.isInteger(extent) || extent < 1))
				throw new GraphError(
					`${operation.kind} of ${inputs.map((input) => showShape(input.shape)).join(', ')} would have the shape ${showShape(shape)}; wanted whole positive extents`,
				);
		const key = keyOf(operation, inputs, outputs);
		const known = key === undefined ? undefined : this.#known.get(key);
		if (known) return known;
		const tensors = outputs.map(({ shape, dtype }) =>
			Object.freeze({ graph: this, id: this.#tensors++, shape: Object.freeze([...shape]), dtype }),
		);
		const node = { operation, inputs: [...inputs], outputs: tensors };
		this.#nodes.push(node);
		for (const tensor of tensors) this.#producers[tensor.id] = node;
		if (key !== undefined) this.#known.set(key, tensors);
		return tensors;
	}

	producer(tensor: Tensor): GraphNode {
		const node = tensor.graph === this ? this.#producers[tensor.id] : undefined;
		if (!node) throw new GraphError('A tensor of another graph has no producer here');
		return node;
	}

	/** Values to start training from; each parameter draws from its own stream, so that adding one moves no other. */
	initialParameters(seed: number): Map<string, Float32Array> {
		return new Map(
			[...this.#parameters.values()].map(({ name, tensor, initialiser }) => [
				name,
				initialiser(tensor.shape, randomFor(seed, name)),
			]),
		);
	}

	#claim(name: string): void {
		if (name === '') throw new GraphError('Inputs, parameters and outputs need names, not an empty string');
		if (this.#inputs.has(name) || this.#parameters.has(name) || this.#outputs.has(name))
			throw new GraphError(`The name ${name} is taken by another input, parameter or output`);
	}
}

function dtypeOf(data: TensorData): DType {
	if (data instanceof Float32Array) return 'float32';
	if (data instanceof Int32Array) return 'int32';
	if (data instanceof BigInt64Array) return 'int64';
	return 'uint8';
}

function fill(dtype: DType, values: readonly number[] | TensorData): TensorData {
	switch (dtype) {
		case 'float32':
			return Float32Array.from(values as ArrayLike<number>);
		case 'int32':
			return Int32Array.from(values as ArrayLike<number>);
		case 'int64':
			return BigInt64Array.from(Array.from(values as ArrayLike<number | bigint>, (value) => BigInt(value)));
		case 'uint8':
		case 'bool':
			return Uint8Array.from(values as ArrayLike<number>);
	}
}

/** Large constants are not compared: a key of their bytes would cost more than a second copy. */
function keyOf(
	operation: Operation,
	inputs: readonly Tensor[],
	outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[],
): string | undefined {
	if (operation.kind === 'constant') {
		if (operation.data.length > 64) return undefined;
		return `constant ${JSON.stringify(outputs)} ${[...operation.data].map((v) => (Object.is(v, -0) ? '-0' : v)).join()}`;
	}
	return `${inputs.map(({ id }) => id).join()} ${JSON.stringify(operation, (_, value: unknown) =>
		typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
	)}`;
}
