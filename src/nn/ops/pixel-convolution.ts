import type { Graph, Tensor } from '../graph.ts';
import { GraphError, showShape } from '../graph-error.ts';
import { add } from './elementwise.ts';
import { reshape, transpose } from './layout.ts';
import { matmul } from './reduce.ts';
import { type ShortConvolution, shortConvolution } from './toom-cook.ts';

/**
 * As `conv2d` with 3×3 weights `[out, in, 3, 3]` and a padding of 1, but pixels come first: `[h, w, n, in]` to
 * `[h', w', n, out]`. For training: with weights that change the runtime's own convolution unfolds the picture, and so do its
 * gradients. This one is products of matrices only, and so are its gradients, with a quarter of the multiply-adds and
 * about as many again to go there and back (Winograd's algorithm; Lavin and Gray, CVPR 2016).
 */
export function convolvePixels(
	x: Tensor,
	weight: Tensor,
	{ bias, stride = 1 }: { readonly bias?: Tensor; readonly stride?: 1 | 2 } = {},
): Tensor {
	check(x, weight, bias);
	const [height, width] = x.shape as [number, number];
	const [down, along] = [shortConvolution(height, stride), shortConvolution(width, stride)];
	const products = matmul(spread(x, down, along), spreadWeights(weight, down, along), { transposeRight: true }); // [ways, blocks, ways, tiles·tiles·n, out]
	const y = collected(products, x.shape[2]!, down, along); // [h', w', n, out]
	return bias ? add(y, bias) : y;
}

/** `[h, w, n, c]` → `[ways down, blocks along, ways along, tiles along · tiles down · n, c]` */
function spread(x: Tensor, down: ShortConvolution, along: ShortConvolution): Tensor {
	const [height, width, n, c] = x.shape as [number, number, number, number];
	const rows = matmul(matrix(x.graph, down.toProducts, [-1, height]), reshape(x, [height, width * n * c]));
	const split = reshape(rows, [down.blocks, down.ways, down.tiles, width, n * c]);
	const columnsFirst = transpose(split, [1, 3, 0, 2, 4]); // [ways, w, blocks, tiles, n·c]
	const columns = reshape(columnsFirst, [down.ways, width, down.blocks * down.tiles * n * c]);
	const both = matmul(matrix(x.graph, along.toProducts, [-1, width]), columns); // [ways, blocks·ways·tiles, tiles·n·c]
	return reshape(both, [down.ways, along.blocks, along.ways, -1, c]);
}

/** `[out, in, 3, 3]` → `[ways down, 1, ways along, out, in]` */
function spreadWeights(weight: Tensor, down: ShortConvolution, along: ShortConvolution): Tensor {
	const [out, c] = weight.shape as [number, number];
	const pairs = down.taps.flatMap((first) =>
		along.taps.map((second) => first.flatMap((a) => second.map((b) => a * b))),
	);
	const taps = transpose(reshape(weight, [out * c, 9]), [1, 0]);
	const spreadTaps = matmul(matrix(weight.graph, Float32Array.from(pairs.flat()), [-1, 9]), taps); // [ways·ways, out·in]
	return reshape(spreadTaps, [down.ways, 1, along.ways, out, c]);
}

/** `[ways down, blocks along, ways along, tiles along · tiles down · n, out]` → `[h', w', n, out]` */
function collected(products: Tensor, n: number, down: ShortConvolution, along: ShortConvolution): Tensor {
	const { graph } = products;
	const out = products.shape.at(-1)!;
	const tiled = reshape(products, [down.ways, along.blocks, along.ways * along.tiles, -1]);
	const columns = matmul(blocksOf(graph, along), tiled); // [ways, blocks, w'/blocks, tiles·n·out]
	const split = reshape(columns, [down.ways, along.outputs, down.blocks, down.tiles, n * out]);
	const rowsFirst = transpose(split, [2, 0, 3, 1, 4]); // [blocks, ways, tiles, w', n·out]
	const rows = reshape(rowsFirst, [down.blocks, down.ways * down.tiles, along.outputs * n * out]);
	return reshape(matmul(blocksOf(graph, down), rows), [down.outputs, along.outputs, n, out]);
}

function blocksOf(graph: Graph, { toOutputs, blocks, ways, tiles }: ShortConvolution): Tensor {
	return matrix(graph, toOutputs, [blocks, -1, ways * tiles]);
}

function matrix(graph: Graph, values: Float32Array, shape: readonly number[]): Tensor {
	return reshape(graph.constant(values), shape);
}

function check(x: Tensor, weight: Tensor, bias: Tensor | undefined): void {
	const [out, c, ...kernel] = weight.shape;
	const fits = x.shape.length === 4 && x.shape[3] === c && kernel.length === 2 && kernel.every((taps) => taps === 3);
	const biasFits = !bias || (bias.shape.length === 1 && bias.shape[0] === out);
	if (fits && biasFits && x.dtype === 'float32' && weight.dtype === 'float32') return;
	throw new GraphError(
		`convolvePixels got ${x.dtype}${showShape(x.shape)}, weights ${showShape(weight.shape)}${bias ? ` and bias ${showShape(bias.shape)}` : ''}; wanted float32 [h, w, n, ${c}] and weights [out, in, 3, 3]`,
	);
}
