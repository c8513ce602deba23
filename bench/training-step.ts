/**
 * Samples a second of the recipe's training step (forward, losses, backward, clipping, Adam), without sampling, against PyTorch
 * and TensorFlow.js (WASM) with the same network, weights and batch on this machine. The contenders take turns.
 *
 * node bench/training-step.ts [--json] [--batch 8] [--crop 128] [--threads 1,2] [--repeats 3] [--steps 12] [--python python3]
 *
 * Without a Python that has PyTorch that row is left out. `first loss` is the same where the same is computed.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { median, printTable } from './support.ts';
import { openPyTorch } from './training-step/pytorch.ts';
import { type Measured, makeStep, measureForeframe, RECIPE } from './training-step/step.ts';
import { measureTensorFlow, missingGradient } from './training-step/tensorflow.ts';

const WARM_STEPS = 2;

const { values: options } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		batch: { type: 'string', default: '8' },
		crop: { type: 'string', default: '128' },
		threads: { type: 'string', default: '1,2' },
		repeats: { type: 'string', default: '3' },
		steps: { type: 'string', default: '12' },
		python: { type: 'string', default: 'python3' },
	},
});
const [batch, steps] = [Number(options.batch), Number(options.steps)];
const step = makeStep({ ...RECIPE, batch, crop: Number(options.crop) });
await using pytorch = hasPyTorch(options.python) ? await openPyTorch(step, options.python) : null;

interface Contender {
	readonly name: string;
	readonly threads: number;
	readonly measure: () => Promise<Measured>;
	/** Median step of every repeat, milliseconds. */
	readonly medians: number[];
	readonly cpuMedians: number[];
	/** Shortest step of all, milliseconds: nearest to what a machine takes that does nothing else. */
	least: number;
	loss: number;
}
const contenders: Contender[] = options.threads.split(',').map(Number).flatMap(contendersWith);
for (let repeat = 0; repeat < Number(options.repeats); repeat++)
	for (const contender of contenders) {
		// A step of TensorFlow.js takes seconds: once tells enough.
		if (contender.name.startsWith('tensorflow') && repeat > 0) continue;
		const { ms, cpuMs, loss } = await contender.measure();
		contender.medians.push(median(ms.slice(WARM_STEPS)));
		contender.least = Math.min(contender.least, ...ms.slice(WARM_STEPS));
		contender.cpuMedians.push(median(cpuMs.slice(WARM_STEPS)));
		contender.loss = loss;
	}

const rows = contenders.map(({ name, threads, medians, cpuMedians, least, loss }) => {
	const own = contenders.find((other) => other.name === 'foreframe' && other.threads === threads)!;
	return {
		name,
		threads,
		'ms a step (median)': median(medians),
		'least median': Math.min(...medians),
		'least step': least,
		'cpu ms': median(cpuMedians),
		'samples/s (median)': (1000 * batch) / median(medians),
		// Pair by pair: neighbours in time share what else the machine does.
		'times foreframe': median(medians.map((ms, index) => ms / own.medians[index]!)),
		'first loss': loss,
	};
});
const gradient = await missingGradient();
if (options.json) console.log(JSON.stringify({ rows, missingGradient: gradient }));
else {
	printTable(rows);
	if (pytorch === null) console.log(`PyTorch was left out: ${options.python} has none.`);
	if (gradient !== null)
		console.log(`TensorFlow.js ran this project's backward graph; of its own it says: ${gradient}`);
}

function contendersWith(threads: number): Contender[] {
	const contender = (name: string, measure: () => Promise<Measured>): Contender => ({
		name,
		threads,
		measure,
		medians: [],
		cpuMedians: [],
		least: Number.POSITIVE_INFINITY,
		loss: Number.NaN,
	});
	const torch = (['nchw', 'channels_last'] as const).map((layout) =>
		contender(`pytorch ${layout}`, () => pytorch!.measure(threads, steps, layout)),
	);
	return [
		contender('foreframe', () => measureForeframe(step, threads, steps)),
		...(pytorch === null ? [] : torch),
		// In Node its WASM backend has one thread.
		...(threads === 1 ? [contender('tensorflow.js wasm', () => measureTensorFlow(step, WARM_STEPS + 1))] : []),
	];
}

function hasPyTorch(python: string): boolean {
	try {
		execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
