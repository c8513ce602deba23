import { z } from 'zod';
import type { Graph, Tensor } from '../../nn/graph.ts';
import { slice } from '../../nn/ops/layout.ts';
import { compactNetwork, type Encoded, type Network } from './network-compact.ts';
import { paperNetwork } from './network-paper.ts';

export type { Encoded, Network } from './network-compact.ts';

/**
 * What the network is asked for: the frame after its inputs, or its own input again, which then has to pass through the
 * memory as nothing leads around it.
 */
export const TASKS = ['prediction', 'reconstruction'] as const;
export type Task = (typeof TASKS)[number];

/** Which network, with its sizes; part of a model's manifest. */
export const networkSpec = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('compact'),
		/** Channels at a quarter and at an eighth of the picture's sides; the second is C, the length of a query. */
		widths: z.tuple([z.number().int().multipleOf(4).positive(), z.number().int().multipleOf(4).positive()]),
	}),
	z.strictObject({
		kind: z.literal('paper'),
		/** Channels of the first level, doubled at each of three more: 64 in the paper. */
		width: z.number().int().multipleOf(4).positive(),
	}),
]);
export type NetworkSpec = z.infer<typeof networkSpec>;

/** `training` normalises by the batch and tells the running statistics; `inference` uses those. */
export type NetworkMode = 'training' | 'inference';

export function buildNetwork(graph: Graph, spec: NetworkSpec, task: Task, mode: NetworkMode): Network {
	switch (spec.kind) {
		case 'compact':
			return compactNetwork(graph, spec.widths, task, mode);
		case 'paper':
			return paperNetwork(graph, spec.width, task, mode);
	}
}

/** Length of a query, C. */
export function queryLength(spec: NetworkSpec): number {
	return spec.kind === 'compact' ? spec.widths[1] : spec.width * 8;
}

/** Pixels between neighbouring queries, both ways. */
export const QUERY_STRIDE = 8;

/**
 * The T frames that the network sees of a window whose target is frame T (from 0): those before it, or as many up to and
 * with it. So both tasks have windows of T + 1 frames, of which the last two show what moved. `[B, T+1, H, W]` → `[B, T, H, W]`
 */
export function networkInputs(window: Tensor, task: Task, count: number): Tensor {
	const start = task === 'prediction' ? 0 : 1;
	return slice(window, { axis: 1, start, end: start + count });
}

/** Encodes, reads by `read`, decodes. `inputs` `[B, T, H, W]` in [-1, 1] → prediction `[B, 1, H, W]`, about [-1, 1]. */
export function predict(
	network: Network,
	inputs: Tensor,
	read: (encoded: Encoded) => Tensor,
): { readonly encoded: Encoded; readonly prediction: Tensor } {
	const encoded = network.encode(inputs);
	return { encoded, prediction: network.decode(read(encoded), encoded, inputs) };
}
