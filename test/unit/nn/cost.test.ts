import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multiplyAdds } from '../../../src/nn/cost.ts';
import { conv2d, convTranspose2d, Graph, matmul, relu, zeros } from '../../../src/nn/nn.ts';

test('a convolution costs a filter for each number it gives, a transposed one for each it gets, a product its inner length', () => {
	const graph = new Graph();
	const x = graph.input('x', [2, 6, 10, 8]);
	// [2, 4, 5, 4]: 160 numbers, each of 3 channels (two groups) by 3x3.
	const y = conv2d(x, graph.parameter('a', [4, 3, 3, 3], zeros()), { stride: 2, padding: 1, groups: 2 });
	assert.deepEqual(y.shape, [2, 4, 5, 4]);
	assert.equal(multiplyAdds(graph, [y]), 160 * 27);
	// 160 numbers are spread over 7 channels by 3x3.
	const z = convTranspose2d(y, graph.parameter('b', [4, 7, 3, 3], zeros()), {
		stride: 2,
		padding: 1,
		outputPadding: 1,
	});
	assert.equal(multiplyAdds(graph, [z]), 160 * 27 + 160 * 63);
	const product = matmul(graph.input('p', [3, 5, 11]), graph.input('q', [3, 11, 2]));
	assert.equal(multiplyAdds(graph, [product]), 3 * 5 * 2 * 11);
	graph.output('z', relu(z));
	graph.output('product', product);
	assert.equal(multiplyAdds(graph), 160 * 90 + 330, 'what both outputs need is counted once');
});
