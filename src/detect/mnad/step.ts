import type { Size } from '../../core/frame.ts';
import { PIXEL } from '../../core/mask.ts';
import {
	absolute,
	add,
	argMax,
	averagePool,
	broadcastTo,
	cast,
	clip,
	concat,
	divide,
	equal,
	Graph,
	greater,
	lessOrEqual,
	matmul,
	maximum,
	multiply,
	oneHot,
	reduceMax,
	reduceMean,
	reduceSum,
	reshape,
	sigmoid,
	slice,
	square,
	subtract,
	type Tensor,
	transpose,
} from '../../nn/nn.ts';
import {
	distanceChannel,
	motionChannel,
	oddityChannel,
	patchChannel,
	patchSpeeds,
	psnrChannel,
	regularCode,
	regularPaper,
} from './channels.ts';
import { oddityHead } from './head.ts';
import type { ModelManifest } from './manifest.ts';
import { lookUp, type Memory, nearestDistance, read, silence, updateOnline, updatePaper } from './memory.ts';
import { motion } from './motion.ts';
import { buildNetwork, networkInputs, predict, QUERY_STRIDE, queryLength } from './network.ts';

/** How the memory learns: `online` slowly and guarded, `paper` as published, `frozen` not at all. */
export type MemoryMode = 'online' | 'paper' | 'frozen';

/** Order of the values in the step's output `channels`; the last is the other form of the regular score, for comparison. */
export const STEP_CHANNELS = ['patch', 'psnr', 'regular', 'distance', 'motion', 'oddity', 'regularCode'] as const;

/** β of the update at run time. */
const MOMENTUM = 0.999;

/**
 * One whole step of B cameras as a graph: raw frames and each camera's own memory in; prediction, channels and the
 * memory as it is afterwards out. What is hidden of a camera's picture is painted over, in all frames with the mean of what is
 * not in the first one, and only what is watched counts.
 *
 * Inputs: `frames` uint8 `[B, T+1, H, W]`, `sight` uint8 `[B, 1, H, W]` (`PIXEL` of `core/mask`), `memory`
 * `[B, M, C]`, `gamma` `[B]` (the highest regular score at which the memory may learn; negative: it may not).
 * Outputs: `predicted` uint8 `[B, 1, H, W]`, `heatMap` `[B, 1, H/8, W/8]` (the probability that what moves there is odd;
 * without a head the mean squared error, [0,1] luma squared), `channels` `[B, 7]`,
 * `logits` `[B, 1, H/8, W/8]` (the logarithm of the odds behind the heat map; 0 without a head), `queries` `[B, K, C]`, `speeds`
 * `[B, P]` of `patchSpeeds`, `usage` `[B, M]`, `updated` `[B]` 1 or 0,
 * `nearest`, `similarity` `[B, K]`: the item nearest to each query and their cosine, `newMemory` `[B, M, C]`, `farthest` `[B, C]`: of the queries that might have taught the memory the one least like any
 * item, to revive a dead item with.
 */
export function buildStep(manifest: ModelManifest, cameras: number, size: Size, mode: MemoryMode): Graph {
	const graph = new Graph();
	const {
		inputs: count,
		network: spec,
		task,
		memory: { items: m, temperature, read: isRead = true },
	} = manifest;
	const { width: w, height: h } = size;
	const frames = graph.input('frames', [cameras, count + 1, h, w], 'uint8');
	const { visible, watched, cells, queries } = sightOf(graph.input('sight', [cameras, 1, h, w], 'uint8'));
	const items = graph.input('memory', [cameras, m, queryLength(spec)]); // [B, M, C]
	const gamma = graph.input('gamma', [cameras]);

	const seen = divide(cast(frames, 'float32'), 255); // [B, T+1, H, W] in [0,1]
	const luma = choose(visible, seen, meanOf(slice(seen, { axis: 1, start: 0, end: 1 }), visible)); // [B, T+1, H, W] in [0,1]
	const scaled = subtract(multiply(luma, 2), 1); // [B, T+1, H, W] in [-1,1]
	const network = buildNetwork(graph, spec, task, 'inference');
	let memory: Memory | undefined;
	const { prediction } = predict(network, networkInputs(scaled, task, count), ({ features }) => {
		memory = lookUp(features, items);
		const answer = isRead ? read(memory, temperature) : silence(memory); // [B, K, C]
		return onGrid(concat([memory.queries, answer], 2), features); // [B, 2C, h, w]
	});

	const predicted = clip(divide(add(prediction, 1), 2), 0, 1); // [B, 1, H, W] in [0,1]
	const target = slice(luma, { axis: 1, start: count }); // [B, 1, H, W]
	const error = multiply(subtract(predicted, target), watched); // [B, 1, H, W]
	const squared = square(error); // [B, 1, H, W]
	const size1 = absolute(error); // [B, 1, H, W]
	const regular = regularPaper(size1); // [B]
	const { u, v, speed, moved } = motion(slice(luma, { axis: 1, start: count - 1, end: count }), target);
	const flow = { u, v, speed: multiply(speed, watched), moved: multiply(moved, watched) };
	const teaching: Memory = { ...memory!, nearest: multiply(memory!.nearest, queries) };
	const distance = multiply(nearestDistance(memory!), reshape(queries, [cameras, -1])); // [B, K]
	const { head } = manifest;
	const position = head?.position ? positions(graph, cameras, size) : null;
	const logits =
		head === null
			? null
			: oddityHead(graph, head.widths, { memory: memory!, error, motion: flow, position }, head.without);

	// What is hidden is not predicted either: it is shown as it is.
	const shown = choose(visible, predicted, slice(seen, { axis: 1, start: count })); // [B, 1, H, W]
	graph.output('predicted', cast(add(multiply(shown, 255), 0.5), 'uint8'));
	const heat = logits === null ? averagePool(squared, { kernel: QUERY_STRIDE }) : sigmoid(logits); // [B, 1, h, w]
	graph.output('heatMap', multiply(heat, cells));
	const speeds = patchSpeeds(flow); // [B, P]
	const channels = [
		patchChannel(squared),
		psnrChannel(squared, watched),
		regular,
		distanceChannel(distance),
		motionChannel(speeds),
		logits === null ? multiply(regular, 0) : oddityChannel(logits, cells),
		regularCode(squared),
	].map((channel) => reshape(channel, [cameras, 1]));
	graph.output('channels', concat(channels, 1));
	graph.output('logits', logits ?? multiply(averagePool(squared, { kernel: QUERY_STRIDE }), 0));
	graph.output('queries', memory!.queries);
	graph.output('speeds', speeds);

	const mayLearn = cast(lessOrEqual(regular, gamma), 'float32'); // [B]
	graph.output('nearest', reduceSum(multiply(memory!.nearest, counting(graph, m)), { axes: [2] }));
	graph.output('similarity', reduceMax(memory!.similarity, { axes: [2] }));
	// Where all of the picture is hidden there are no queries.
	graph.output(
		'usage',
		divide(reduceMean(teaching.nearest, { axes: [1] }), maximum(reduceMean(queries, { axes: [1] }), 1e-6)),
	);
	graph.output('updated', mode === 'frozen' ? multiply(mayLearn, 0) : mayLearn);
	// A query may teach the memory where the picture around it was predicted about as well as the gate asks of all of it.
	const local = reshape(averagePool(size1, { kernel: QUERY_STRIDE }), [cameras, -1, 1]); // [B, K, 1]
	const known = cast(lessOrEqual(local, reshape(maximum(gamma, 0), [cameras, 1, 1])), 'float32'); // [B, K, 1]
	const gate = multiply(known, queries); // [B, K, 1]
	graph.output('newMemory', learn(teaching, mode, gate, reshape(mayLearn, [cameras, 1, 1])));
	graph.output('farthest', farthest(memory!, distance, gate));
	return graph;
}

interface Sight {
	/** 1 where it is not hidden, and where it counts, else 0. `[B, 1, H, W]` */
	readonly visible: Tensor;
	readonly watched: Tensor;
	/** 1 where more than half of a cell's pixels are watched, else 0; the same query by query. `[B, 1, H/8, W/8]`, `[B, K, 1]` */
	readonly cells: Tensor;
	readonly queries: Tensor;
}

function sightOf(input: Tensor): Sight {
	const pixels = cast(input, 'float32'); // [B, 1, H, W]
	const visible = cast(greater(pixels, (PIXEL.hidden + PIXEL.watched) / 2), 'float32'); // [B, 1, H, W]
	const watched = cast(equal(pixels, PIXEL.watched), 'float32'); // [B, 1, H, W]
	const cells = cast(greater(averagePool(watched, { kernel: QUERY_STRIDE }), 0.5), 'float32'); // [B, 1, H/8, W/8]
	return { visible, watched, cells, queries: reshape(cells, [cells.shape[0]!, -1, 1]) };
}

/** Of the pixels that are visible; all `[B, 1, H, W]` → `[B, 1, 1, 1]` */
function meanOf(picture: Tensor, visible: Tensor): Tensor {
	const mean = (x: Tensor) => reduceMean(x, { axes: [1, 2, 3], keepAxes: true }); // [B, 1, 1, 1]
	return divide(mean(multiply(picture, visible)), maximum(mean(visible), 1e-6));
}

/** `one` where `by` is 1, `other` where it is 0; `one` to the bit where it is 1 everywhere. */
function choose(by: Tensor, one: Tensor, other: Tensor): Tensor {
	return add(multiply(one, by), multiply(subtract(1, by), other));
}

/** 0, 1, 2, … `[1, 1, M]` */
function counting(graph: Graph, m: number): Tensor {
	return graph.constant(
		Array.from({ length: m }, (_, item) => item),
		[1, 1, m],
	);
}

/** Column and row of every cell's centre, -1..1 across the picture. `[B, 2, H/8, W/8]` */
function positions(graph: Graph, cameras: number, { width, height }: Size): Tensor {
	const [w, h] = [width / QUERY_STRIDE, height / QUERY_STRIDE];
	const along = (cells: number) => Array.from({ length: cells }, (_, cell) => (2 * cell + 1) / cells - 1);
	const columns = broadcastTo(graph.constant(along(w), [1, 1, 1, w]), [cameras, 1, h, w]);
	const rows = broadcastTo(graph.constant(along(h), [1, 1, h, 1]), [cameras, 1, h, w]);
	return concat([columns, rows], 1);
}

/** `[B, K, C]` back to the features' places. `[B, C, h, w]` */
export function onGrid(perQuery: Tensor, features: Tensor): Tensor {
	const [b, , h, w] = features.shape as [number, number, number, number];
	return transpose(reshape(perQuery, [b, h, w, -1]), [0, 3, 1, 2]);
}

function learn(memory: Memory, mode: MemoryMode, gate: Tensor, mayLearn: Tensor): Tensor {
	if (mode === 'frozen') return add(memory.items, 0);
	const learned = mode === 'paper' ? updatePaper(memory, null) : updateOnline(memory, gate, MOMENTUM); // [B, M, C]
	return add(memory.items, multiply(subtract(learned, memory.items), mayLearn));
}

/** `[B, C]` */
function farthest({ queries }: Memory, distance: Tensor, gate: Tensor): Tensor {
	const [b, k, c] = queries.shape as [number, number, number];
	const allowed = multiply(distance, reshape(gate, [b, k])); // [B, K]
	const pick = oneHot(argMax(allowed, 1), k); // [B, K]
	return reshape(matmul(reshape(pick, [b, 1, k]), queries), [b, c]);
}
