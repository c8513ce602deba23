/**
 * How fast a convolution, its input gradient and its weight gradient run on onnxruntime's CPU provider.
 *
 * node bench/conv-gradients.ts [--json] [--batch 4] [--runs 20]
 */
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import { conv2d, differentiate, Graph, multiply, reduceSum } from '../src/nn/nn.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { printTable } from './support.ts';

const LAYERS = [
	{ input: 64, output: 64, height: 40, width: 60, kernel: 3, stride: 1 },
	{ input: 128, output: 128, height: 20, width: 30, kernel: 3, stride: 1 },
	{ input: 192, output: 64, height: 40, width: 60, kernel: 3, stride: 1 },
	{ input: 64, output: 128, height: 40, width: 60, kernel: 3, stride: 2 },
	{ input: 128, output: 128, height: 20, width: 30, kernel: 1, stride: 1 },
] as const;

const { values: options } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		batch: { type: 'string', default: '4' },
		runs: { type: 'string', default: '20' },
	},
});
const batch = Number(options.batch);
const rows = [];
for (const threads of [2, 1])
	for (const layer of LAYERS) {
		const { input, output, height, width, kernel, stride } = layer;
		const times = {
			forward: await measure(layer, 'forward', threads),
			inputGradient: await measure(layer, 'x', threads),
			weightGradient: await measure(layer, 'weight', threads),
		};
		// Each of the three multiplies and adds once per weight, position and image.
		const operations = 2 * batch * input * output * kernel ** 2 * (height / stride) * (width / stride);
		rows.push({
			threads,
			layer: `${input}→${output} ${kernel}×${kernel}/${stride} ${height}×${width}`,
			...Object.fromEntries(Object.entries(times).map(([name, ms]) => [`${name}Ms`, ms])),
			...Object.fromEntries(Object.entries(times).map(([name, ms]) => [`${name}Gflops`, operations / ms / 1e6])),
		});
	}
if (options.json) console.log(JSON.stringify(rows));
else printTable(rows);

/** The quickest of many runs: others may be using the machine. */
async function measure(
	{ input, output, height, width, kernel, stride }: (typeof LAYERS)[number],
	what: 'forward' | 'x' | 'weight',
	threads: number,
): Promise<number> {
	const graph = new Graph();
	const x = graph.input('x', [batch, input, height, width]);
	const weight = graph.input('weight', [output, input, kernel, kernel]);
	const y = conv2d(x, weight, { stride, padding: (kernel - 1) / 2 });
	const arriving = graph.input('dy', y.shape);
	const [gradient] = differentiate(graph, reduceSum(multiply(y, arriving)), [what === 'x' ? x : weight]);
	graph.output('result', what === 'forward' ? y : gradient!);
	const session = await InferenceSession.create(emitOnnx(graph, { parameters: 'inputs' }), {
		intraOpNumThreads: threads,
	});
	const feeds = Object.fromEntries(
		session.inputNames.map((name) => {
			const { shape } = graph.inputs.get(name)!;
			const length = shape.reduce((a, b) => a * b, 1);
			return [
				name,
				new Value(
					'float32',
					Float32Array.from({ length }, () => Math.random() - 0.5),
					shape,
				),
			];
		}),
	);
	let quickest = Number.POSITIVE_INFINITY;
	for (let run = 0; run < Number(options.runs); run++) {
		const start = performance.now();
		await session.run(feeds);
		quickest = Math.min(quickest, performance.now() - start);
	}
	await session.release();
	return quickest;
}
