/**
 * How long one training step takes: forward, loss, gradients and Adam of a small U-Net as one ONNX run.
 *
 * node bench/training-step.ts [--json] [--batch 4] [--steps 8] [--profile FILE]
 */
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import {
	adam,
	add,
	cast,
	concat,
	conv2d,
	depthToSpace,
	differentiate,
	Graph,
	gradientDifference,
	heNormal,
	meanSquaredError,
	multiply,
	relu,
	sigmoid,
	spaceToDepth,
	type Tensor,
	type Training,
	upsampleNearest,
	zeros,
} from '../src/nn/nn.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { median, printTable } from './support.ts';

const HEIGHT = 160;
const WIDTH = 240;

const { values: options } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		batch: { type: 'string', default: '4' },
		steps: { type: 'string', default: '8' },
		profile: { type: 'string' },
	},
});
const batch = Number(options.batch);
const { graph, training, parameters } = network(batch);
const file = emitOnnx(graph, { parameters: 'inputs' });
const rows = [];
for (const threads of [2, 1]) {
	const msPerStep = await measure(threads);
	rows.push({
		threads,
		batch,
		parameters,
		nodes: graph.nodes.length,
		msPerStep,
		samplesPerSecond: (1000 * batch) / msPerStep,
	});
}
if (options.json) console.log(JSON.stringify(rows));
else printTable(rows);

/** Four luma frames to the fifth at a quarter, eighth and again a quarter of the resolution. */
function network(batchSize: number): { graph: Graph; training: Training; parameters: number } {
	const graph = new Graph();
	const frames = graph.input('frames', [batchSize, 4, HEIGHT, WIDTH], 'uint8');
	const target = multiply(cast(graph.input('target', [batchSize, 1, HEIGHT, WIDTH], 'uint8'), 'float32'), 1 / 255);
	const x = spaceToDepth(multiply(cast(frames, 'float32'), 1 / 255), 4); // [b, 64, 40, 60]
	const fine = layer(layer(x, 'encode1', 64), 'encode2', 64);
	const coarse = ['encode4', 'encode5', 'encode6', 'encode7'].reduce(
		(t, name) => layer(t, name, 128),
		layer(fine, 'encode3', 128, 2),
	); // [b, 128, 20, 30]
	const joined = concat([upsampleNearest(coarse, 2), fine], 1); // [b, 192, 40, 60]
	const decoded = layer(layer(joined, 'decode1', 64), 'decode2', 64);
	const prediction = sigmoid(depthToSpace(convolution(decoded, 'predict', 16), 4)); // [b, 1, 160, 240]
	const error = meanSquaredError(prediction, target);
	const loss = add(error, multiply(gradientDifference(prediction, target), 0.1));
	const tensors = [...graph.parameters.values()].map(({ tensor }) => tensor);
	const training = adam(graph, {
		parameters: tensors,
		gradients: differentiate(graph, loss, tensors),
		learningRate: graph.input('learningRate', []),
		clipNorm: 1,
	});
	graph.output('loss', loss);
	const count = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
	return { graph, training, parameters: count };
}

function layer(x: Tensor, name: string, channels: number, stride = 1): Tensor {
	return relu(convolution(x, name, channels, stride));
}

function convolution(x: Tensor, name: string, channels: number, stride = 1): Tensor {
	const weight = x.graph.parameter(`${name}.weight`, [channels, x.shape[1]!, 3, 3], heNormal());
	const bias = x.graph.parameter(`${name}.bias`, [channels], zeros());
	return conv2d(x, weight, { bias, padding: 1, stride });
}

async function measure(threads: number): Promise<number> {
	const session = await InferenceSession.create(file, {
		intraOpNumThreads: threads,
		extra: { session: { intra_op: { allow_spinning: '0' } } },
		...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
	});
	let carried: Record<string, Value> = {};
	const shapes = new Map(training.carried.map(({ name, shape }) => [name, shape]));
	for (const [name, data] of [...graph.initialParameters(1), ...training.initialState()])
		carried[name] = new Value('float32', data, shapes.get(name)!);
	const pixels = (channels: number) =>
		new Value(
			'uint8',
			Uint8Array.from({ length: batch * channels * HEIGHT * WIDTH }, () => Math.random() * 256),
			[batch, channels, HEIGHT, WIDTH],
		);
	const feeds = { frames: pixels(4), target: pixels(1), learningRate: new Value('float32', [1e-3], []) };
	const times: number[] = [];
	for (let step = 0; step < Number(options.steps) + 2; step++) {
		const start = performance.now();
		const results = await session.run({ ...feeds, ...carried });
		carried = Object.fromEntries(training.carried.map(({ name, next }) => [name, results[next] as Value]));
		times.push(performance.now() - start);
	}
	if (options.profile) session.endProfiling();
	await session.release();
	return median(times.slice(2));
}
