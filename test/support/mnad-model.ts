import { aborted } from '../../src/core/aborted.ts';
import type { ModelManifest } from '../../src/detect/mnad/manifest.ts';
import type { MnadModel } from '../../src/detect/mnad/model.ts';
import { type NetworkSpec, queryLength } from '../../src/detect/mnad/network.ts';
import { buildStep } from '../../src/detect/mnad/step.ts';
import type { Inference } from '../../src/onnx/inference.ts';
import { openSession } from '../../src/onnx/session.ts';
import type { Tensors } from '../../src/onnx/tensors.ts';
import { seededNormal } from './random.ts';

/** An untrained model of a small network; the same for the same seed. */
export function smallModel(
	seed: number,
	{
		task = 'prediction',
		network = { kind: 'compact', widths: [8, 12] },
		items = 6,
		inputs = 4,
		...rest
	}: Partial<Pick<ModelManifest, 'task' | 'network' | 'inputs' | 'head' | 'gate' | 'framesPerSecond' | 'id'>> & {
		items?: number;
	} = {},
): MnadModel {
	const manifest: ModelManifest = {
		kind: 'foreframe-model',
		version: 1,
		id: `small-${seed}`,
		detector: 'mnad',
		task,
		network,
		inputs,
		head: null,
		memory: { items, temperature: 0.1 },
		framesPerSecond: 10,
		gate: 1,
		weights: { patch: 1, motion: 1 },
		sha256: String(seed).padStart(64, '0'),
		training: { command: '', data: [], heldOut: [], seed, steps: 0, minutes: 0, heldOutError: 0 },
		...rest,
	};
	const parameters = buildStep(manifest, 1, { width: 16, height: 16 }, 'frozen').initialParameters(seed);
	return { manifest, parameters, memory: unitItems(items, queryLength(network as NetworkSpec), seed) };
}

/** Random unit vectors. `[count, length]` */
export function unitItems(count: number, length: number, seed: number): Float32Array {
	const normal = seededNormal(seed);
	return Float32Array.from(
		Array.from({ length: count }, () => {
			const row = Array.from({ length }, normal);
			const norm = Math.hypot(...row);
			return row.map((value) => value / norm);
		}).flat(),
	);
}

/** Runs networks one sample at a time in this process. */
export function plainInference(): Inference {
	return {
		load: async (network) => {
			const session = await openSession(network.onnx(1), { name: network.name });
			return {
				provider: 'cpu',
				run: async (inputs: Tensors) => {
					// A frozen memory leaves the gate without use.
					const used = Object.entries(inputs).filter(([name]) => name in session.inputs);
					const outputs = await session.run(Object.fromEntries(used));
					return { outputs, inferenceMs: 0, batchSize: 1 };
				},
				[Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
			};
		},
		watch: aborted,
		[Symbol.asyncDispose]: async () => {},
	};
}
