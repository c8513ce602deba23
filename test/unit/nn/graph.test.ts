import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as nn from '../../../src/nn/nn.ts';

test('a node that is asked for twice is built once', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [2, 3]);
	const once = nn.add(nn.relu(x), 1);
	assert.equal(nn.add(nn.relu(x), 1), once);
	assert.notEqual(nn.add(nn.relu(x), 2), once);
	assert.notEqual(nn.clip(x, 0, Number.POSITIVE_INFINITY), nn.clip(x, 0, 1));
});

test('constants of different types, shapes or signs of zero are different', () => {
	const graph = new nn.Graph();
	const one = graph.constant(1);
	assert.equal(graph.constant(1), one);
	for (const other of [graph.constant([1]), graph.constant(1, [], 'int32'), graph.constant(0), graph.constant(-0)])
		assert.notEqual(other, one);
	assert.notEqual(graph.constant(0), graph.constant(-0));
});

test('operations without effect give their input back', () => {
	const graph = new nn.Graph();
	const x = graph.input('x', [2, 3]);
	const same = [
		nn.add(x, 0),
		nn.add(0, x),
		nn.multiply(1, x),
		nn.divide(x, 1),
		nn.power(x, 1),
		nn.reshape(x, [2, 3]),
		nn.reshape(nn.reshape(x, [6]), [2, -1]),
		nn.transpose(x, [0, 1]),
		nn.slice(x, { axis: 0, start: 0 }),
		nn.pad(x, [0, 0], [0, 0]),
		nn.broadcastTo(x, [2, 3]),
		nn.cast(x, 'float32'),
		nn.concat([x], 0),
	];
	assert.ok(same.every((tensor) => tensor === x));
	assert.deepEqual(nn.add(x, graph.constant([0], [1, 1, 1])).shape, [1, 2, 3]);
	assert.notEqual(nn.subtract(0, x), x);
	assert.notEqual(nn.divide(1, x), x);
});

test('parameters start from streams of their own: adding one moves no other', () => {
	const first = new nn.Graph();
	first.parameter('a', [4], nn.uniform(-1, 1));
	const second = new nn.Graph();
	second.parameter('b', [4], nn.uniform(-1, 1));
	second.parameter('a', [4], nn.uniform(-1, 1));
	const [one, both] = [first.initialParameters(7), second.initialParameters(7)];
	assert.deepEqual(one.get('a'), both.get('a'));
	assert.notDeepEqual(both.get('a'), both.get('b'));
	assert.notDeepEqual(one.get('a'), first.initialParameters(8).get('a'));
});

const REFUSED: [string, (graph: nn.Graph, x: nn.Tensor) => unknown, RegExp][] = [
	[
		'shapes that do not broadcast',
		(g, x) => nn.add(x, g.input('y', [4])),
		/add got shapes \[1, 2, 6, 8\] and \[4\]; wanted/,
	],
	['types that differ', (g, x) => nn.multiply(x, g.input('y', [1], 'uint8')), /multiply got float32 and uint8/],
	['bytes where numbers are wanted', (g) => nn.relu(g.input('y', [1], 'uint8')), /relu got uint8; wanted float32/],
	[
		'too few channels',
		(g, x) => nn.conv2d(x, g.input('w', [4, 3, 3, 3])),
		/conv2d got float32\[1, 2, 6, 8\], weights \[4, 3, 3, 3\].*3 input channels/,
	],
	[
		'a kernel larger than the picture',
		(g, x) => nn.conv2d(x, g.input('w', [4, 2, 7, 3])),
		/convolution of .* would have the shape \[1, 4, 0, 6\]/,
	],
	[
		'a stride that is no number',
		(g, x) => nn.conv2d(x, g.input('w', [4, 2, 3, 3]), { stride: [1.5, 1] }),
		/stride \[1.5, 1\]; wanted 2 whole numbers/,
	],
	[
		'padding as large as the box',
		(_, x) => nn.maxPool(x, { kernel: 2, padding: 2 }),
		/padding \[2, 2, 2, 2\]; wanted less than the kernel/,
	],
	[
		'a reshape that loses elements',
		(_, x) => nn.reshape(x, [5, -1]),
		/reshape got \[1, 2, 6, 8\] and the shape \[5, -1\]; wanted 96/,
	],
	['an order that forgets an axis', (_, x) => nn.transpose(x, [0, 1, 1, 2]), /wanted each axis once/],
	['a slice outside', (_, x) => nn.slice(x, { axis: 1, start: 2 }), /slice got 2::1 of axis 1/],
	['an axis that is not there', (_, x) => nn.softmax(x, 4), /softmax got axis 4 .* wanted -4..3/],
	['parts that do not fit', (g, x) => nn.concat([x, g.input('y', [1, 2, 6, 7])], 1), /concat along axis 1/],
	['unequal inner extents', (g, x) => nn.matmul(x, g.input('y', [4, 3])), /matmul got .* equal inner extents/],
	[
		'a block that does not divide',
		(_, x) => nn.spaceToDepth(x, 4),
		/spaceToDepth got \[1, 2, 6, 8\]; wanted .* divisible by 4/,
	],
	['more of the largest than there are', (_, x) => nn.topK(x, 3, 1), /topK got count 3 .* wanted 1..2/],
	['a tensor of another graph', (_, x) => nn.add(x, new nn.Graph().input('x', [1])), /two different graphs/],
	['a name twice', (g) => g.parameter('x', [1], nn.zeros()), /name x is taken by another input/],
	['values that do not fill a shape', (g) => g.constant([1, 2], [3]), /constant got 2 values; wanted 3/],
	['a float as position', (g, x) => nn.gather(x, g.input('i', [2]), 0), /gather got float32 positions/],
];

for (const [what, build, message] of REFUSED)
	test(`${what} is refused when the graph is built`, () => {
		const graph = new nn.Graph();
		const x = graph.input('x', [1, 2, 6, 8]);
		assert.throws(
			() => build(graph, x),
			(error: unknown) => error instanceof nn.GraphError && message.test(error.message),
		);
	});
