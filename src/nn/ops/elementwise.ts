import type { DType, Tensor } from '../graph.ts';
import { GraphError } from '../graph-error.ts';
import type { BinaryName, CompareName, UnaryName } from '../operation.ts';
import { broadcastShapes, joinShapes, sameShape } from '../shape.ts';

/** A tensor, or a number that is taken as a scalar of the other operand's type. */
export type Operand = Tensor | number;

export function add(a: Operand, b: Operand): Tensor {
	return binary('add', a, b);
}

export function subtract(a: Operand, b: Operand): Tensor {
	return binary('subtract', a, b);
}

export function multiply(a: Operand, b: Operand): Tensor {
	return binary('multiply', a, b);
}

export function divide(a: Operand, b: Operand): Tensor {
	return binary('divide', a, b);
}

export function power(a: Operand, b: Operand): Tensor {
	return binary('power', a, b);
}

/** Where both are equal the gradient goes to `a`. */
export function minimum(a: Operand, b: Operand): Tensor {
	return binary('minimum', a, b);
}

/** Where both are equal the gradient goes to `a`. */
export function maximum(a: Operand, b: Operand): Tensor {
	return binary('maximum', a, b);
}

export function negate(x: Tensor): Tensor {
	return unary('negate', x);
}

export function exponential(x: Tensor): Tensor {
	return unary('exponential', x);
}

export function logarithm(x: Tensor): Tensor {
	return unary('logarithm', x);
}

export function squareRoot(x: Tensor): Tensor {
	return unary('squareRoot', x);
}

export function absolute(x: Tensor): Tensor {
	return unary('absolute', x);
}

/** -1, 0 or 1; its gradient is zero. */
export function sign(x: Tensor): Tensor {
	return unary('sign', x);
}

export function square(x: Tensor): Tensor {
	return multiply(x, x);
}

export function relu(x: Tensor): Tensor {
	return unary('relu', x);
}

export function sigmoid(x: Tensor): Tensor {
	return unary('sigmoid', x);
}

export function tanh(x: Tensor): Tensor {
	return unary('tanh', x);
}

export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
	float('leakyRelu', x);
	return x.graph.node({ kind: 'leakyRelu', slope }, [x], [x])[0]!;
}

/** The gradient is zero outside [low, high]. */
export function clip(x: Tensor, low: number, high: number): Tensor {
	float('clip', x);
	if (!(low <= high)) throw new GraphError(`clip got the range ${low}..${high}; wanted low <= high`);
	return x.graph.node({ kind: 'clip', low, high }, [x], [x])[0]!;
}

export function equal(a: Operand, b: Operand): Tensor {
	return compare('equal', a, b);
}

export function greater(a: Operand, b: Operand): Tensor {
	return compare('greater', a, b);
}

export function less(a: Operand, b: Operand): Tensor {
	return compare('less', a, b);
}

export function greaterOrEqual(a: Operand, b: Operand): Tensor {
	return compare('greaterOrEqual', a, b);
}

export function lessOrEqual(a: Operand, b: Operand): Tensor {
	return compare('lessOrEqual', a, b);
}

/** `a` where `condition` holds, `b` elsewhere; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
	if (condition.dtype !== 'bool') throw new GraphError(`where got a ${condition.dtype} condition; wanted bool`);
	const [left, right] = operands('where', a, b, condition);
	const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', left.shape, right.shape));
	return condition.graph.node({ kind: 'where' }, [condition, left, right], [{ shape, dtype: left.dtype }])[0]!;
}

export function cast(x: Tensor, to: DType): Tensor {
	if (x.dtype === to) return x;
	return x.graph.node({ kind: 'cast', to }, [x], [{ shape: x.shape, dtype: to }])[0]!;
}

/** The same value, through which no gradient flows. */
export function detach(x: Tensor): Tensor {
	return x.graph.node({ kind: 'detach' }, [x], [x])[0]!;
}

function unary(name: UnaryName, x: Tensor): Tensor {
	float(name, x);
	return x.graph.node({ kind: 'unary', name }, [x], [x])[0]!;
}

function binary(name: BinaryName, a: Operand, b: Operand): Tensor {
	const [left, right] = operands(name, a, b);
	const shape = broadcastShapes(name, left.shape, right.shape);
	const same = withoutEffect(name, left, right, shape);
	if (same) return same;
	const short = unexpanded(left, right, shape);
	return left.graph.node(
		{ kind: 'binary', name },
		[short, unexpanded(right, short, shape)],
		[{ shape, dtype: left.dtype }],
	)[0]!;
}

function compare(name: CompareName, a: Operand, b: Operand): Tensor {
	const [left, right] = operands(name, a, b);
	const shape = broadcastShapes(name, left.shape, right.shape);
	return left.graph.node({ kind: 'compare', name }, [left, right], [{ shape, dtype: 'bool' }])[0]!;
}

function operands(operation: string, a: Operand, b: Operand, like?: Tensor): readonly [Tensor, Tensor] {
	const graph = typeof a !== 'number' ? a.graph : typeof b !== 'number' ? b.graph : like?.graph;
	if (!graph) throw new GraphError(`${operation} got the numbers ${a} and ${b}; wanted at least one tensor`);
	const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32';
	const left = typeof a === 'number' ? graph.constant(a, [], dtype) : a;
	const right = typeof b === 'number' ? graph.constant(b, [], dtype) : b;
	if (left.dtype !== right.dtype)
		throw new GraphError(`${operation} got ${left.dtype} and ${right.dtype}; wanted one type: cast one of them`);
	return [left, right];
}

/** x+0, x-0, x·1, x/1 and x^1 are x. */
function withoutEffect(name: BinaryName, left: Tensor, right: Tensor, shape: readonly number[]): Tensor | undefined {
	const neutral = name === 'add' || name === 'subtract' ? 0 : name === 'minimum' || name === 'maximum' ? undefined : 1;
	if (neutral === undefined) return undefined;
	if (scalar(right) === neutral && sameShape(left.shape, shape)) return left;
	if ((name === 'add' || name === 'multiply') && scalar(left) === neutral && sameShape(right.shape, shape))
		return right;
	return undefined;
}

function scalar(x: Tensor): number | undefined {
	const { operation } = x.graph.producer(x);
	return operation.kind === 'constant' && operation.data.length === 1 ? Number(operation.data[0]) : undefined;
}

/** Broadcasting stretches for nothing what an expansion before it would copy. */
function unexpanded(x: Tensor, other: Tensor, shape: readonly number[]): Tensor {
	const { operation, inputs } = x.graph.producer(x);
	if (operation.kind !== 'expand') return x;
	const joint = joinShapes(inputs[0]!.shape, other.shape);
	return joint && sameShape(joint, shape) ? inputs[0]! : x;
}

function float(operation: string, x: Tensor): void {
	if (x.dtype !== 'float32') throw new GraphError(`${operation} got ${x.dtype}; wanted float32: cast it`);
}
