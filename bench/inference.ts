/**
 * Milliseconds per window of a network on one core: `node bench/inference.ts FILE...`, each file an ONNX file with static
 * shapes. A file whose tensors have a leading axis of B is a batch of B windows.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { PROVIDERS } from '../src/onnx/options.ts';
import { openSession, type Session } from '../src/onnx/session.ts';
import { allocate, type TensorData, type TensorShape, type Tensors } from '../src/onnx/tensors.ts';

const WARM_RUNS = 5;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		threads: { type: 'string', default: '1' },
		runs: { type: 'string', default: '50' },
		provider: { type: 'string', default: 'cpu' },
	},
});
const provider = PROVIDERS.find((name) => name === values.provider);
if (positionals.length === 0 || provider === undefined) {
	process.stderr.write('node bench/inference.ts [--threads 1] [--runs 50] [--provider cpu] FILE...\n');
	process.exit(64);
}
process.stdout.write('file                              batch   load ms   p50 ms   p95 ms   ms a window\n');
for (const path of positionals) process.stdout.write(await measure(path));

async function measure(path: string): Promise<string> {
	const began = performance.now();
	await using session = await openSession(readFileSync(path), {
		name: basename(path),
		threads: Number(values.threads),
		provider: provider!,
	});
	const loadMs = performance.now() - began;
	const tookMs = await timeRuns(session);
	const batch = Object.values(session.inputs)[0]?.shape[0] ?? 1;
	const [median, late] = [0.5, 0.95].map((share) => tookMs[Math.floor(share * (tookMs.length - 1))]!);
	const numbers = [batch, loadMs.toFixed(0), median!.toFixed(2), late!.toFixed(2), (median! / batch).toFixed(2)];
	const widths = [6, 10, 9, 9, 14];
	return `${basename(path).padEnd(33)}${numbers.map((value, index) => String(value).padStart(widths[index]!)).join('')}\n`;
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
