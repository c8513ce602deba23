import type { Tensor } from '../graph.ts';
import type { BinaryName, UnaryName } from '../operation.ts';
import {
	cast,
	divide,
	equal,
	greater,
	greaterOrEqual,
	less,
	lessOrEqual,
	logarithm,
	multiply,
	negate,
	power,
	sign,
	subtract,
	where,
} from '../ops/elementwise.ts';
import type { Gradient } from './gradients.ts';
import { sumTo } from './reduce.ts';

export function unaryGradient(name: UnaryName, x: Tensor, y: Tensor, dy: Tensor): Gradient {
	switch (name) {
		case 'negate':
			return negate(dy);
		case 'exponential':
			return multiply(dy, y);
		case 'logarithm':
			return divide(dy, x);
		case 'squareRoot':
			return divide(multiply(dy, 0.5), y);
		case 'absolute':
			return multiply(dy, sign(x));
		case 'sign':
			return undefined;
		case 'relu':
			return where(greater(y, 0), dy, 0);
		case 'sigmoid':
			return multiply(dy, multiply(y, subtract(1, y)));
		case 'tanh':
			return multiply(dy, subtract(1, multiply(y, y)));
		default:
			return name satisfies never;
	}
}

export function leakyReluGradient(slope: number, x: Tensor, dy: Tensor): Tensor {
	return where(greater(x, 0), dy, multiply(dy, slope));
}

export function clipGradient(low: number, high: number, x: Tensor, dy: Tensor): Tensor {
	return where(greater(x, high), 0, where(less(x, low), 0, dy));
}

export function whereGradients(condition: Tensor, a: Tensor, b: Tensor, dy: Tensor): Gradient[] {
	return [undefined, sumTo(where(condition, dy, 0), a.shape), sumTo(where(condition, 0, dy), b.shape)];
}

export function binaryGradients(
	name: BinaryName,
	a: Tensor,
	b: Tensor,
	y: Tensor,
	dy: Tensor,
	wanted: readonly boolean[],
): Gradient[] {
	const left = wanted[0] ? sumTo(leftGradient(name, a, b, dy), a.shape) : undefined;
	const right = wanted[1] ? sumTo(rightGradient(name, a, b, y, dy), b.shape) : undefined;
	return [left, right];
}

function leftGradient(name: BinaryName, a: Tensor, b: Tensor, dy: Tensor): Tensor {
	switch (name) {
		case 'add':
		case 'subtract':
			return dy;
		case 'multiply':
			return multiply(dy, b);
		case 'divide':
			return divide(dy, b);
		case 'power':
			return multiply(dy, multiply(b, power(a, subtract(b, 1))));
		case 'minimum':
			return multiply(dy, cast(lessOrEqual(a, b), 'float32'));
		case 'maximum':
			return multiply(dy, cast(greaterOrEqual(a, b), 'float32'));
		default:
			return name satisfies never;
	}
}

function rightGradient(name: BinaryName, a: Tensor, b: Tensor, y: Tensor, dy: Tensor): Tensor {
	switch (name) {
		case 'add':
			return dy;
		case 'subtract':
			return negate(dy);
		case 'multiply':
			return multiply(dy, a);
		case 'divide':
			return negate(divide(multiply(dy, y), b));
		case 'power':
			// 0^b does not change with b, and its logarithm would be infinite.
			return multiply(dy, multiply(y, logarithm(where(equal(a, 0), 1, a))));
		case 'minimum':
			return multiply(dy, cast(less(b, a), 'float32'));
		case 'maximum':
			return multiply(dy, cast(greater(b, a), 'float32'));
		default:
			return name satisfies never;
	}
}
