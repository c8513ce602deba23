/**
 * What the TensorFlow.js process costs besides what TensorFlow.js computes: the start until a network is open, and for each
 * window of 256x144 the way there and back (frames and memory in, a picture and the memory out). The network only passes on
 * what it is given.
 *
 * node bench/tensorflow.ts [--json] [--runs 200] [--node /usr/bin/node]
 */
import { parseArgs } from 'node:util';
import { writePortable } from '../src/nn/interpret/portable.ts';
import { cast, Graph, multiply, slice } from '../src/nn/nn.ts';
import type { TensorFlowProcess } from '../src/tensorflow/process.ts';
import { startTensorFlow } from '../src/tensorflow/tensorflow.ts';
import { median, printTable } from './support.ts';

const [WIDTH, HEIGHT, FRAMES, ITEMS, CHANNELS] = [256, 144, 5, 16, 96];

const { values } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		runs: { type: 'string', default: '200' },
		node: { type: 'string' },
	},
});
const found: TensorFlowProcess['found'][] = [];
const began = performance.now();
await using thread = startTensorFlow({ node: values.node }, { started: (process) => found.push(process.found) });
const file = writePortable(passingOn(), new Map());
await thread.open('passing', { name: 'passing', provider: 'tensorflow', file });
const openMs = performance.now() - began;
const [around, inside]: [number[], number[]] = [[], []];
for (let run = 0; run < Number(values.runs); run++) {
	const inputs = {
		frames: new Uint8Array(FRAMES * WIDTH * HEIGHT).fill(run),
		memory: new Float32Array(ITEMS * CHANNELS).fill(0.1),
	};
	const at = performance.now();
	const { inferenceMs } = await thread.run('passing', inputs);
	inside.push(inferenceMs);
	around.push(performance.now() - at - inferenceMs);
}
const { backend, version, node } = found[0]!;
const row = {
	backend,
	version,
	node,
	'open after ms': Math.round(openMs),
	'inside ms': median(inside),
	'around p50 ms': median(around),
	'around min ms': Math.min(...around),
};
if (values.json) console.log(JSON.stringify(row));
else printTable([row]);

function passingOn(): Graph {
	const graph = new Graph();
	const frames = graph.input('frames', [1, FRAMES, HEIGHT, WIDTH], 'uint8');
	const last = slice(cast(frames, 'float32'), { axis: 1, start: FRAMES - 1 }); // [1, 1, H, W]
	graph.output('predicted', cast(last, 'uint8'));
	graph.output('newMemory', multiply(graph.input('memory', [1, ITEMS, CHANNELS]), 2));
	return graph;
}
