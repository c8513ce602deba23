import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NetworkMode, predict, type Task } from '../../../../src/detect/mnad/network.ts';
import { paperNetwork } from '../../../../src/detect/mnad/network-paper.ts';
import { onGrid } from '../../../../src/detect/mnad/step.ts';
import { multiplyAdds } from '../../../../src/nn/cost.ts';
import { concat, Graph, reshape, transpose } from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../../src/onnx/session.ts';
import { assertClose } from '../../../support/close.ts';
import { seededNormal, seededRandom } from '../../../support/random.ts';

const INPUTS = 4;
const SIDE = 64;

/** The network with queries where the memory's answers would be. */
function build(
	width: number,
	mode: NetworkMode,
	{ batch = 1, side = SIDE, task = 'prediction' }: { batch?: number; side?: number; task?: Task } = {},
) {
	const graph = new Graph();
	const inputs = graph.input('inputs', [batch, task === 'prediction' ? INPUTS : 1, side, side]);
	const network = paperNetwork(graph, width, task, mode);
	const { prediction } = predict(network, inputs, ({ features }) => {
		const queries = transpose(reshape(features, [batch, width * 8, -1]), [0, 2, 1]); // [B, K, C]
		return onGrid(concat([queries, queries], 2), features);
	});
	graph.output('prediction', prediction);
	return { graph, network, prediction };
}

function numbers(length: number, seed: number, scale: number): Float32Array {
	const normal = seededNormal(seed);
	return Float32Array.from({ length }, () => scale * normal());
}

test('at the published width it has the published size: 15.65 million numbers for colour, a hair less for luma', () => {
	const { graph, network, prediction } = build(64, 'inference');
	assert.deepEqual(prediction.shape, [1, 1, SIDE, SIDE]);
	assert.equal(network.statistics.size, 0);
	const learned = [...graph.parameters.values()].filter(({ name }) => !/\.(mean|variance)$/.test(name));
	const count = learned.reduce((sum, { tensor }) => sum + tensor.shape.reduce((size, extent) => size * extent, 1), 0);

	// Kernel, bias and, but for two layers, scale and shift; layer by layer as [from, to].
	const w = 64;
	const layers = (inputs: number, outputs: number): number => {
		const normed = [
			[inputs, w],
			[w, w],
			[w, 2 * w],
			[2 * w, 2 * w],
			[2 * w, 4 * w],
			[4 * w, 4 * w],
			[4 * w, 8 * w],
			// after the memory
			[16 * w, 8 * w],
			[8 * w, 8 * w],
			[8 * w, 4 * w],
			[8 * w, 4 * w],
			[4 * w, 4 * w],
			[4 * w, 2 * w],
			[4 * w, 2 * w],
			[2 * w, 2 * w],
			[2 * w, w],
			[2 * w, w],
			[w, w],
		].reduce((sum, [from, to]) => sum + 9 * from! * to! + 3 * to!, 0);
		const bare = 9 * (8 * w) ** 2 + 8 * w + 9 * w * outputs + outputs;
		return normed + bare;
	};
	assert.equal(count, layers(INPUTS, 1));
	assert.equal(count, 15_645_057);
	assert.ok(Math.abs(layers(12, 3) / 1e6 - 15.65) < 0.01, `${layers(12, 3)}`);
});

for (const [task, gigaColour, colours] of [
	['prediction', 46.5, 12],
	['reconstruction', 49.8, 3],
] as const)
	test(`for the ${task} of 256x256 pixels in colour it takes the published ${gigaColour} GMAC, in luma a little less`, () => {
		const [side, w] = [256, 64];
		const { graph, prediction } = build(w, 'inference', { side, task });
		const luma = multiplyAdds(graph, [prediction]);
		const inLuma = task === 'prediction' ? INPUTS : 1;
		// Only the first layer and the last know of colours: more frames times colours in, three pictures out.
		const colour = luma + side * side * 9 * w * (colours - inLuma + 2);
		assert.equal((colour / 1e9).toFixed(1), `${gigaColour}`);
		assert.ok(colour - luma > 0 && colour - luma < 0.01 * colour);
	});

test('with the running statistics of a batch it says in use what it said in training', async () => {
	const width = 4;
	const random = seededRandom(1);
	const inputs = Float32Array.from({ length: 2 * INPUTS * SIDE * SIDE }, () => 2 * random() - 1);
	const training = build(width, 'training', { batch: 2 });
	for (const [name, tensor] of training.network.statistics) training.graph.output(`next:${name}`, tensor);
	const parameters = training.graph.initialParameters(3);
	for (const [name, values] of parameters) {
		if (/\.(scale|shift|bias)$/.test(name)) parameters.set(name, numbers(values.length, values.length, 0.3));
	}
	const said = await run(training.graph, parameters, inputs);

	const known = new Map(parameters);
	for (const name of training.network.statistics.keys()) {
		// A tenth of the batch's own, nine tenths of what was there: 0 and 1.
		const before = name.endsWith('.mean') ? 0 : 1;
		known.set(
			name,
			said[`next:${name}`]!.map((value) => (value - 0.9 * before) / 0.1),
		);
	}
	assert.equal(training.network.statistics.size, 2 * 18);
	const inference = build(width, 'inference', { batch: 2 });
	assert.deepEqual([...inference.graph.parameters.keys()], [...training.graph.parameters.keys()]);
	const { prediction } = await run(inference.graph, known, inputs);
	assertClose(prediction!, said['prediction']!, 1e-3);
	const untouched = await run(inference.graph, parameters, inputs);
	assert.ok(untouched['prediction']!.some((value, index) => Math.abs(value - prediction![index]!) > 0.01));
	assert.ok(prediction!.every((value) => value > -1 && value < 1));
});

test('in use a picture is predicted as it is alone, whatever is beside it in the batch', async () => {
	const parameters = build(4, 'inference').graph.initialParameters(5);
	const random = seededRandom(2);
	const pictures = [0, 1].map(() => Float32Array.from({ length: INPUTS * SIDE * SIDE }, () => 2 * random() - 1));
	const alone = [];
	for (const picture of pictures) {
		const { prediction } = await run(build(4, 'inference').graph, parameters, picture);
		alone.push(...prediction!);
	}
	const both = Float32Array.from([...pictures[0]!, ...pictures[1]!]);
	const { prediction } = await run(build(4, 'inference', { batch: 2 }).graph, parameters, both);
	assertClose(prediction!, alone, 1e-5);
});

async function run(graph: Graph, parameters: ReadonlyMap<string, Float32Array>, inputs: Float32Array) {
	await using session = await openSession(emitOnnx(graph, { parameters }), { name: 'paper' });
	return (await session.run({ inputs })) as Record<string, Float32Array>;
}
