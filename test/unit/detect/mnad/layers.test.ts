import { test } from 'node:test';
import { buildNetwork, predict, TASKS } from '../../../../src/detect/mnad/network.ts';
import { concat, Graph } from '../../../../src/nn/nn.ts';
import { emitOnnx } from '../../../../src/nn/onnx/emit.ts';
import { openSession } from '../../../../src/onnx/session.ts';
import { assertClose } from '../../../support/close.ts';
import { seededNormal } from '../../../support/random.ts';

const [BATCH, HEIGHT, WIDTH] = [3, 48, 64];

for (const task of TASKS)
	test(`laid out to learn, the network of ${task} predicts what it predicts when it watches (1e-5)`, async () => {
		const normal = seededNormal(5);
		const inputs = Float32Array.from({ length: BATCH * 4 * HEIGHT * WIDTH }, () => Math.tanh(normal()));
		const [learning, watching] = [outputsOf('training'), outputsOf('inference')];
		for (const name of ['features', 'prediction'])
			assertClose((await learning)[name] as Float32Array, (await watching)[name] as Float32Array, 1e-5, name);

		async function outputsOf(mode: 'training' | 'inference') {
			const graph = new Graph();
			const pictures = graph.input('inputs', [BATCH, 4, HEIGHT, WIDTH]);
			const network = buildNetwork(graph, { kind: 'compact', widths: [8, 12] }, task, mode);
			const { encoded, prediction } = predict(network, pictures, ({ features }) => concat([features, features], 1));
			graph.output('features', encoded.features);
			graph.output('prediction', prediction);
			const parameters = graph.initialParameters(3);
			for (const [name, values] of parameters)
				if (name.endsWith('.bias')) for (const index of values.keys()) values[index] = 0.1 * (index % 3);
			const onnx = emitOnnx(graph, { parameters });
			await using session = await openSession(onnx, { name: mode });
			return await session.run({ inputs });
		}
	});
