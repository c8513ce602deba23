import { test } from 'node:test';
import { shortConvolution } from '../../../../src/nn/ops/toom-cook.ts';
import { assertClose } from '../../../support/close.ts';
import { seededNormal } from '../../../support/random.ts';

for (const stride of [1, 2] as const)
	test(`fewer products give what three taps at stride ${stride} give, whatever tiles do not fill`, () => {
		const normal = seededNormal(stride);
		for (const inputs of [1, 2, 3, 4, 6, 9, 16, 31, 32, 48, 64]) {
			const x = Array.from({ length: inputs }, normal);
			const weights = Array.from({ length: 3 }, normal);
			const expected = Array.from({ length: Math.ceil(inputs / stride) }, (_, output) =>
				weights.reduce((sum, weight, tap) => sum + weight * (x[output * stride + tap - 1] ?? 0), 0),
			);
			assertClose(filtered(x, weights, stride), expected, 1e-5, `${inputs} inputs:`);
		}
	});

/** By the formula, in double precision. */
function filtered(x: readonly number[], weights: readonly number[], stride: 1 | 2): number[] {
	const { outputs, ways, blocks, tiles, toProducts, taps, toOutputs } = shortConvolution(x.length, stride);
	const products = Array.from({ length: blocks * ways * tiles }, (_, row) => {
		const way = Math.floor(row / tiles) % ways;
		const spread = x.reduce((sum, value, input) => sum + value * toProducts[row * x.length + input]!, 0);
		return spread * taps[way]!.reduce((sum, factor, tap) => sum + factor * weights[tap]!, 0);
	});
	const width = ways * tiles;
	return Array.from({ length: outputs }, (_, output) => {
		const first = Math.floor(output / (outputs / blocks)) * width;
		return products
			.slice(first, first + width)
			.reduce((sum, product, index) => sum + product * toOutputs[output * width + index]!, 0);
	});
}
