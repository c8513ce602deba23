import { z } from 'zod';
import type { Graph, Tensor } from '../../nn/graph.ts';
import { heNormal, zeros } from '../../nn/initialise.ts';
import { conv2d } from '../../nn/ops/convolution.ts';
import { absolute, add, divide, logarithm, multiply, relu, square, squareRoot } from '../../nn/ops/elementwise.ts';
import { concat, reshape, transpose } from '../../nn/ops/layout.ts';
import { averagePool, maxPool } from '../../nn/ops/pool.ts';
import { type Memory, nearestDistance } from './memory.ts';
import type { Motion } from './motion.ts';

/** What a head may be told, each in several numbers a cell; the share that moved it is told in any case. */
export const TOLD = ['features', 'memory', 'prediction', 'motion'] as const;
export type Told = (typeof TOLD)[number];

export const headSpec = z.strictObject({
	/** Channels of its two hidden layers. */
	widths: z.tuple([z.number().int().multipleOf(4).positive(), z.number().int().multipleOf(4).positive()]),
	/** Whether it knows where in the picture it looks: for a model of one camera. */
	position: z.boolean(),
	/** What it is not told, to see what that is worth; nothing unless said. */
	without: z.array(z.enum(TOLD)).optional(),
});
export type HeadSpec = z.infer<typeof headSpec>;

/** Sides of the squares it judges, pixels: those of the queries. */
const CELL = 8;
/** Share of a cell that has to move before its mean motion counts in full. */
const MOVING_SHARE = 0.05;

export interface Evidence {
	readonly memory: Memory;
	/** Prediction minus picture, [0,1] luma. `[B, 1, H, W]` */
	readonly error: Tensor;
	readonly motion: Motion;
	/** Column and row of every cell's centre, -1..1 across the whole picture `[B, 2, H/8, W/8]`; null where it must not know. */
	readonly position: Tensor | null;
}

/**
 * Weighs, cell by cell, what prediction, memory and motion say: the logarithm of the odds that what moves there is odd.
 * Learned with no labels, from normal footage that was tampered with: whole windows and patches of them played too fast,
 * things that glide too fast, and things put where nothing ever moves.
 * @returns `[B, 1, H/8, W/8]`
 */
export function oddityHead(
	graph: Graph,
	[first, second]: HeadSpec['widths'],
	evidence: Evidence,
	without: readonly Told[] = [],
): Tensor {
	const conv = (name: string, x: Tensor, channels: number, kernel: number, gain = Math.SQRT2): Tensor => {
		const weight = graph.parameter(`head.${name}.weight`, [channels, x.shape[1]!, kernel, kernel], heNormal({ gain }));
		const bias = graph.parameter(`head.${name}.bias`, [channels], zeros());
		return conv2d(x, weight, { bias, padding: (kernel - 1) / 2 });
	};
	const told = tell(evidence, without); // [B, E, h, w]
	const near = relu(conv('1', told, first, 3)); // [B, F, h, w]
	const around = relu(conv('2', near, second, 3)); // [B, S, h, w]
	return conv('3', around, 1, 1, 0.1); // [B, 1, h, w]
}

/** Everything about unit size. `[B, E, h, w]` */
function tell({ memory, error, motion: { u, v, speed, moved }, position }: Evidence, without: readonly Told[]): Tensor {
	const unless = (what: Told, ...tensors: Tensor[]) => (without.includes(what) ? [] : tensors);
	const cells = (x: Tensor) => averagePool(x, { kernel: CELL }); // [B, 1, h, w]
	const share = cells(moved);
	const mean = (x: Tensor) => divide(cells(multiply(x, moved)), add(share, MOVING_SHARE)); // [B, 1, h, w]
	const [b, , h, w] = share.shape as [number, number, number, number];
	const onGrid = (perQuery: Tensor) => reshape(transpose(perQuery, [0, 2, 1]), [b, -1, h, w]); // [B, C, h, w]
	const distance = squareRoot(add(nearestDistance(memory), 1e-6)); // [B, K]
	const root = multiply(memory.queries, Math.sqrt(memory.queries.shape[2]!)); // [B, K, C]
	const squared = cells(square(error)); // [B, 1, h, w]
	return concat(
		[
			...unless('features', onGrid(root)),
			...unless('memory', reshape(distance, [b, 1, h, w])),
			...unless(
				'prediction',
				multiply(add(logarithm(add(squared, 1e-5)), 7), 0.3),
				multiply(maxPool(absolute(error), { kernel: CELL }), 3),
			),
			...unless('motion', ...[u, v, speed].map((x) => multiply(mean(x), 0.3))),
			share,
			...(position === null ? [] : [position]),
		],
		1,
	);
}
