import type { Graph, Tensor } from './graph.ts';
import { GraphError, showShape } from './graph-error.ts';
import { add, divide, minimum, multiply, type Operand, square, squareRoot, subtract } from './ops/elementwise.ts';
import { concat, reshape, slice } from './ops/layout.ts';
import { reduceSum } from './ops/reduce.ts';
import { sameShape, sizeOf } from './shape.ts';

export interface AdamOptions {
	/** Parameters of the graph, and for each its gradient; or the gradients as `flatten` makes one vector of them. */
	readonly parameters: readonly Tensor[];
	readonly gradients: readonly Tensor[] | Tensor;
	/** A number, or a scalar such as the graph's input `learningRate`. */
	readonly learningRate: Operand;
	readonly beta1?: number;
	readonly beta2?: number;
	readonly epsilon?: number;
	/** Decoupled (Loshchilov and Hutter, ICLR 2019): each step also takes learningRate·weightDecay of a parameter away. */
	readonly weightDecay?: number;
	/** Scales all gradients together so that their joint norm is at most this. */
	readonly clipNorm?: number;
}

/** A value that one step hands to the next: the output `next` is the following step's input `name`. */
export interface Carried {
	readonly name: string;
	readonly next: string;
	readonly shape: readonly number[];
}

export interface Training {
	/** Parameters first, then what the optimiser remembers: of all parameters as one vector, in the same order. */
	readonly carried: readonly Carried[];
	/** What the optimiser remembers before the first step. */
	initialState(): Map<string, Float32Array>;
	/** Joint norm of the gradients before clipping, `[]`. */
	readonly gradientNorm: Tensor;
}

/**
 * Adds one step of Adam (Kingma and Ba, ICLR 2015) to the graph: inputs for its moments, and outputs `next:NAME` for
 * everything carried to the next step.
 *
 * The bias corrections 1 - βᵗ are carried as two numbers that follow the same recurrence as the moments: unlike
 * βᵗ in single precision they lose no digits when β is near 1.
 */
export function adam(graph: Graph, options: AdamOptions): Training {
	const { parameters, gradients, beta1 = 0.9, beta2 = 0.999 } = options;
	const names = parameters.map((parameter) => parameterName(graph, parameter));
	const gradient = 'shape' in gradients ? gradients : joined(gradients, parameters, names); // [P]
	const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
	if (!sameShape(gradient.shape, [size]))
		throw new GraphError(`adam got the gradient ${showShape(gradient.shape)}; wanted ${showShape([size])}`);
	const gradientNorm = squareRoot(reduceSum(square(gradient)));
	const scale =
		options.clipNorm === undefined ? graph.constant(1) : minimum(divide(options.clipNorm, add(gradientNorm, 1e-6)), 1);
	const carried: Carried[] = [];
	const carry = (name: string, shape: readonly number[], next: (before: Tensor) => Tensor): Tensor => {
		const after = next(graph.input(name, shape));
		graph.output(`next:${name}`, after);
		carried.push({ name, next: `next:${name}`, shape });
		return after;
	};
	const correction1 = carry('adam.correction1', [], (before) => corrected(before, beta1));
	const correction2 = carry('adam.correction2', [], (before) => corrected(before, beta2));
	// What does not differ from element to element is put together first: every pass over all weights costs.
	const spread = squareRoot(correction2);
	const rate = multiply(divide(options.learningRate, correction1), spread);
	const epsilon = multiply(spread, options.epsilon ?? 1e-8);
	const mean = carry('adam.mean', gradient.shape, (before) =>
		add(multiply(before, beta1), multiply(gradient, multiply(scale, 1 - beta1))),
	);
	const variance = carry('adam.variance', gradient.shape, (before) =>
		add(multiply(before, beta2), multiply(square(gradient), multiply(square(scale), 1 - beta2))),
	);
	const steps = multiply(divide(mean, add(squareRoot(variance), epsilon)), rate); // [P]
	let start = 0;
	const parametersCarried = parameters.map((parameter, index): Carried => {
		const name = names[index]!;
		const end = start + sizeOf(parameter.shape);
		const step = reshape(slice(steps, { axis: 0, start, end }), parameter.shape);
		start = end;
		graph.output(`next:${name}`, subtract(decayed(parameter, options), step));
		return { name, next: `next:${name}`, shape: parameter.shape };
	});
	const state = [...carried];
	return {
		carried: [...parametersCarried, ...state],
		initialState: () => new Map(state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))])),
		gradientNorm,
	};
}

/** One vector of all: a node for each parameter and each thing done to it costs more than the numbers in it. `[P]` */
export function flatten(gradients: readonly Tensor[]): Tensor {
	return concat(
		gradients.map((own) => reshape(own, [-1])),
		0,
	);
}

function parameterName(graph: Graph, parameter: Tensor): string {
	const { operation } = graph.producer(parameter);
	if (operation.kind !== 'parameter') throw new GraphError(`adam got a ${operation.kind}; wanted a parameter`);
	return operation.name;
}

function joined(gradients: readonly Tensor[], parameters: readonly Tensor[], names: readonly string[]): Tensor {
	for (const [index, { shape }] of parameters.entries()) {
		const gradient = gradients[index];
		if (gradient && sameShape(gradient.shape, shape)) continue;
		throw new GraphError(
			`adam got the gradient ${gradient ? showShape(gradient.shape) : 'nothing'} for ${names[index]} ${showShape(shape)}; wanted one of the same shape`,
		);
	}
	return flatten(gradients);
}

/** 1 - βᵗ⁺¹ from 1 - βᵗ. */
function corrected(before: Tensor, beta: number): Tensor {
	return add(multiply(before, beta), 1 - beta);
}

function decayed(parameter: Tensor, { weightDecay = 0, learningRate }: AdamOptions): Tensor {
	if (weightDecay === 0) return parameter;
	return subtract(parameter, multiply(parameter, multiply(asTensor(parameter.graph, learningRate), weightDecay)));
}

function asTensor(graph: Graph, value: Operand): Tensor {
	return typeof value === 'number' ? graph.constant(value) : value;
}
