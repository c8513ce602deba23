/**
 * Milliseconds per window of a network on one core: of the shipped detector's whole step (network, memory, motion, channels), or
 * of ONNX files with static shapes. A file whose tensors have a leading axis of B is a batch of B windows.
 *
 * node bench/inference.ts [--json] [--size 240x160] [--batch 1] [--threads 1] [--runs 200] [--provider cpu] [FILE...]
 *
 * On a machine that does other things too, `min` is nearest to what the network costs.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findModel } from '../src/detect/mnad/find-model.ts';
import { buildStep } from '../src/detect/mnad/step.ts';
import { multiplyAdds } from '../src/nn/cost.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { PROVIDERS } from '../src/onnx/options.ts';
import { openSession, type Session } from '../src/onnx/session.ts';
import { allocate, type TensorData, type TensorShape, type Tensors } from '../src/onnx/tensors.ts';
import { printTable } from './support.ts';

const WARM_RUNS = 5;
const SHIPPED = 'mnad-compact';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		json: { type: 'boolean', default: false },
		size: { type: 'string', default: '240x160' },
		batch: { type: 'string', default: '1' },
		threads: { type: 'string', default: '1' },
		runs: { type: 'string', default: '200' },
		provider: { type: 'string', default: 'cpu' },
	},
});
const provider = PROVIDERS.find((name) => name === values.provider);
const [width, height] = values.size.split('x').map(Number);
if (provider === undefined || !width || !height) {
	process.stderr.write(`Wanted a provider of ${PROVIDERS.join(', ')} and a size like 240x160\n`);
	process.exit(64);
}
const networks = positionals.map((path) => ({ name: basename(path), onnx: readFileSync(path) }));
const rows = [];
for (const network of networks.length > 0 ? networks : [await shipped()]) rows.push(await measure(network));
if (values.json) console.log(JSON.stringify(rows));
else printTable(rows);

interface Measurable {
	readonly name: string;
	readonly onnx: Uint8Array;
	/** Of all windows; 0 where it is not known. */
	readonly multiplyAdds?: number;
}

async function shipped(): Promise<Measurable> {
	const { manifest, parameters } = await findModel(SHIPPED, 10, join(import.meta.dirname, '../models'));
	const graph = buildStep(manifest, Number(values.batch), { width: width!, height: height! }, 'online');
	return { name: manifest.id, onnx: emitOnnx(graph, { parameters }), multiplyAdds: multiplyAdds(graph) };
}

async function measure({ name, onnx, multiplyAdds = 0 }: Measurable) {
	const began = performance.now();
	await using session = await openSession(onnx, { name, threads: Number(values.threads), provider: provider! });
	const loadMs = performance.now() - began;
	const tookMs = await timeRuns(session);
	const batch = Object.values(session.inputs)[0]?.shape[0] ?? 1;
	const [least, median, late] = [0, 0.5, 0.95].map((share) => tookMs[Math.floor(share * (tookMs.length - 1))]! / batch);
	return {
		network: name,
		batch,
		'load ms': loadMs,
		'ms a window: min': least!,
		p50: median!,
		p95: late!,
		'GMAC a window': multiplyAdds / batch / 1e9,
	};
}

async function timeRuns(session: Session): Promise<number[]> {
	const inputs = fill(session.inputs);
	const outputs = Object.fromEntries(Object.entries(session.outputs).map(([name, shape]) => [name, allocate(shape)]));
	for (let run = 0; run < WARM_RUNS; run++) await session.run(inputs, outputs);
	const tookMs: number[] = [];
	for (let run = 0; run < Number(values.runs); run++) {
		const began = performance.now();
		await session.run(inputs, outputs);
		tookMs.push(performance.now() - began);
	}
	return tookMs.sort((a, b) => a - b);
}

function fill(shapes: Readonly<Record<string, TensorShape>>): Tensors {
	return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, wave(allocate(shape))]));
}

/** Values that vary and stay small; zeros would be faster than anything real on some machines. */
function wave(data: TensorData): TensorData {
	for (let index = 0; index < data.length; index++) {
		if (data instanceof BigInt64Array) data[index] = 0n;
		else data[index] = data instanceof Uint8Array ? 100 + (index % 57) : Math.sin(index);
	}
	return data;
}
