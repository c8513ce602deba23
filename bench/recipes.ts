/**
 * What the four recipes cost: parameters; multiply-adds of a window at 256x256 pixels and of a training step, both counted in the
 * graphs; what a step hands to a device and takes back (weights and Adam's moments). With `--step` one real training step of
 * each network that is named, from the first weights: its time, its loss, and the memory of this process at its highest.
 *
 * node bench/recipes.ts [--json] [--step compact|paper] [--task prediction|reconstruction] [--provider cpu] [--threads 2]
 */
import { parseArgs } from 'node:util';
import { lookUp, read } from '../src/detect/mnad/memory.ts';
import { buildNetwork, type NetworkSpec, predict, queryLength, TASKS, type Task } from '../src/detect/mnad/network.ts';
import { onGrid } from '../src/detect/mnad/step.ts';
import { startMemory } from '../src/learn/items.ts';
import { mnadRecipe } from '../src/learn/mnad-recipe.ts';
import { seededRandom } from '../src/learn/random.ts';
import { settingsFor } from '../src/learn/settings.ts';
import { multiplyAdds } from '../src/nn/cost.ts';
import { concat, Graph } from '../src/nn/nn.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { PROVIDERS } from '../src/onnx/options.ts';
import { openSession } from '../src/onnx/session.ts';
import { allocate, type TensorData } from '../src/onnx/tensors.ts';
import { printTable } from './support.ts';

const NETWORKS = [
	{ kind: 'compact', widths: [48, 64] },
	{ kind: 'paper', width: 64 },
] as const satisfies readonly object[];
const SIDE = 256;

const { values } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		step: { type: 'string' },
		task: { type: 'string' },
		provider: { type: 'string', default: 'cpu' },
		threads: { type: 'string', default: '2' },
	},
});
const provider = PROVIDERS.find((name) => name === values.provider);
if (provider === undefined) throw new RangeError(`Wanted a provider of ${PROVIDERS.join(', ')}`);

const rows = [];
for (const task of TASKS)
	for (const network of NETWORKS) {
		if (values.task !== undefined && values.task !== task) continue;
		if (values.step !== undefined && values.step !== network.kind) continue;
		const spec: NetworkSpec = network.kind === 'compact' ? { kind: 'compact', widths: [48, 64] } : network;
		rows.push({
			task,
			network: network.kind,
			...(values.step === undefined ? counted(task, spec) : await run(task, spec)),
		});
	}
if (values.json) console.log(JSON.stringify(rows));
else printTable(rows);

function recipeOf(task: Task, network: NetworkSpec) {
	const { inputs, memory, head, batch, crop } = settingsFor(task, network, true);
	return { ...mnadRecipe({ task, network, inputs, memory, head, batch, crop }), batch, crop, inputs, memory };
}

function counted(task: Task, network: NetworkSpec) {
	const { graph, training, batch, crop, inputs, memory } = recipeOf(task, network);
	const size = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);
	const carried = training.carried.reduce((sum, { shape }) => sum + size(shape), 0);
	const learned = training.carried.filter(({ name }) => graph.parameters.has(name));
	const window = new Graph();
	const items = window.input('memory', [1, memory.items, queryLength(network)]); // [1, M, C]
	const frames = window.input('frames', [1, inputs, SIDE, SIDE]);
	const { prediction } = predict(buildNetwork(window, network, task, 'inference'), frames, ({ features }) => {
		const found = lookUp(features, items);
		return onGrid(concat([found.queries, read(found, memory.temperature)], 2), features); // [1, 2C, h, w]
	});
	return {
		'million numbers': learned.reduce((sum, { shape }) => sum + size(shape), 0) / 1e6,
		'GMAC a window': multiplyAdds(window, [prediction]) / 1e9,
		step: `${batch} of ${crop}x${crop}`,
		'GMAC a step': multiplyAdds(graph) / 1e9,
		'MB there and back': (carried * 4) / 1e6,
	};
}

async function run(task: Task, network: NetworkSpec) {
	const { graph, training, batch, crop } = recipeOf(task, network);
	await using session = await openSession(emitOnnx(graph, { parameters: 'inputs' }), {
		name: 'step',
		threads: Number(values.threads),
		provider: provider!,
	});
	const random = seededRandom(1);
	const given: Record<string, TensorData> = {};
	for (const [name, shape] of Object.entries(session.inputs)) {
		const data = allocate(shape);
		if (data instanceof Uint8Array) data.set(Array.from(data, () => random.integer(256)));
		else if (name === 'memory') (data as Float32Array).set(startMemory(shape.shape, random));
		else if (data instanceof Float32Array) data.fill(name === 'learningRate' ? 1e-4 : 1);
		given[name] = data;
	}
	const state = { ...Object.fromEntries(graph.initialParameters(1)), ...Object.fromEntries(training.initialState()) };
	const began = performance.now();
	const outputs = await session.run({ ...given, ...state });
	return {
		step: `${batch} of ${crop}x${crop}`,
		seconds: (performance.now() - began) / 1000,
		loss: (outputs['loss'] as Float32Array)[0]!,
		'peak GB': process.resourceUsage().maxRSS / 1e6,
	};
}
