import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import * as nn from '../../src/nn/nn.ts';
import { emitOnnx } from '../../src/nn/onnx/emit.ts';

/** A small network that predicts a 16×16 picture from two others, with a step of Adam. */
export function trainableNetwork(options: Partial<nn.AdamOptions> = {}) {
	const graph = new nn.Graph();
	const frames = graph.input('frames', [2, 2, 16, 16], 'uint8');
	const target = graph.input('target', [2, 1, 16, 16]);
	const x = nn.spaceToDepth(nn.multiply(nn.cast(frames, 'float32'), 1 / 255), 2); // [2, 8, 8, 8]
	const fine = layer(x, 'fine', 8);
	const coarse = nn.instanceNormalise(layer(fine, 'coarse', 16, 2)); // [2, 16, 4, 4]
	const joined = nn.concat([nn.upsampleNearest(coarse, 2), fine], 1); // [2, 24, 8, 8]
	const prediction = nn.sigmoid(nn.depthToSpace(convolution(joined, 'predict', 4), 2)); // [2, 1, 16, 16]
	graph.output('prediction', prediction);
	const loss = nn.add(
		nn.meanSquaredError(prediction, target),
		nn.multiply(nn.gradientDifference(prediction, target), 0.1),
	);
	graph.output('loss', loss);
	const parameters = [...graph.parameters.values()].map(({ tensor }) => tensor);
	const gradients = nn.differentiate(graph, loss, parameters);
	const training = nn.adam(graph, {
		parameters,
		gradients,
		learningRate: graph.input('learningRate', []),
		...options,
	});
	graph.output('gradientNorm', training.gradientNorm);
	return { graph, training };
}

/** Runs steps on one batch and gives the losses and what was carried last. */
export async function train(network: ReturnType<typeof trainableNetwork>, learningRates: readonly number[]) {
	const { graph, training } = network;
	const session = await InferenceSession.create(emitOnnx(graph, { parameters: 'inputs' }));
	const random = nn.randomFor(1, 'pixels');
	const shapes = new Map(training.carried.map(({ name, shape }) => [name, shape]));
	let carried: Record<string, Value> = {};
	for (const [name, data] of [...graph.initialParameters(1), ...training.initialState()])
		carried[name] = new Value('float32', data, shapes.get(name)!);
	const frames = Uint8Array.from({ length: 2 * 2 * 256 }, () => 256 * random());
	const feeds = {
		frames: new Value('uint8', frames, [2, 2, 16, 16]),
		target: new Value(
			'float32',
			Float32Array.from(frames.subarray(0, 512), (byte) => byte / 255),
			[2, 1, 16, 16],
		),
	};
	const losses: number[] = [];
	for (const learningRate of learningRates) {
		const rate = new Value('float32', Float32Array.of(learningRate), []);
		const results = await session.run({ ...feeds, ...carried, learningRate: rate });
		losses.push(Number(results['loss']!.data[0]));
		carried = Object.fromEntries(training.carried.map(({ name, next }) => [name, results[next] as Value]));
	}
	await session.release();
	return { losses, feeds, carried };
}

function layer(x: nn.Tensor, name: string, channels: number, stride = 1): nn.Tensor {
	return nn.relu(convolution(x, name, channels, stride));
}

function convolution(x: nn.Tensor, name: string, channels: number, stride = 1): nn.Tensor {
	const weight = x.graph.parameter(`${name}.weight`, [channels, x.shape[1]!, 3, 3], nn.heNormal());
	const bias = x.graph.parameter(`${name}.bias`, [channels], nn.zeros());
	return nn.conv2d(x, weight, { bias, padding: 1, stride });
}
