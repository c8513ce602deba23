/**
 * Where the time of a window or of a training step goes, by the runtime's own profile: milliseconds a run of every operator, each of its
 * nodes counted with the first quartile of its runs. `lane` is what each of two lanes does of a training step, `join` what is
 * made of it then.
 *
 * node bench/profile.ts window|learning|lane|join [--json] [--threads 1] [--runs 20]
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import { z } from 'zod';
import { findModel } from '../src/detect/mnad/find-model.ts';
import { buildStep } from '../src/detect/mnad/step.ts';
import { laneRecipe } from '../src/learn/lane-recipe.ts';
import { emitOnnx } from '../src/nn/onnx/emit.ts';
import { printTable } from './support.ts';
import { makeStep, RECIPE } from './training-step/step.ts';

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		json: { type: 'boolean', default: false },
		threads: { type: 'string', default: '1' },
		runs: { type: 'string', default: '20' },
	},
});
const events = z.array(
	z.looseObject({
		cat: z.string(),
		name: z.string(),
		dur: z.number(),
		args: z.looseObject({ op_name: z.string().optional() }).optional(),
	}),
);

const onnx = await onnxOf(positionals[0]);
const folder = await mkdtemp(join(tmpdir(), 'profile-'));
try {
	await run(onnx);
	const [file] = await readdir(folder);
	const rows = byOperator(events.parse(JSON.parse(await readFile(join(folder, file!), 'utf8'))));
	if (options.json) console.log(JSON.stringify(rows));
	else printTable(rows);
} finally {
	await rm(folder, { recursive: true });
}

async function onnxOf(what: string | undefined): Promise<Uint8Array> {
	switch (what) {
		case 'learning':
			return emitOnnx(makeStep(RECIPE).recipe.graph, { parameters: 'inputs' });
		case 'lane':
		case 'join':
			return emitOnnx(laneRecipe(RECIPE, 2)[what], { parameters: 'inputs' });
		default:
			return shipped();
	}
}

async function shipped(): Promise<Uint8Array> {
	const { manifest, parameters } = await findModel('mnad-compact', 10, join(import.meta.dirname, '../models'));
	return emitOnnx(buildStep(manifest, 1, { width: 240, height: 160 }, 'online'), { parameters });
}

async function run(onnx: Uint8Array): Promise<void> {
	const session = await InferenceSession.create(onnx, {
		intraOpNumThreads: Number(options.threads),
		enableProfiling: true,
		profileFilePrefix: join(folder, 'run'),
		extra: { session: { intra_op: { allow_spinning: '0' } } },
	});
	const feeds: Record<string, Value> = {};
	for (const input of session.inputMetadata) {
		if (!input.isTensor) continue;
		const shape = input.shape.map(Number);
		const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => Math.sin(index));
		feeds[input.name] =
			input.type === 'uint8'
				? new Value(
						'uint8',
						Uint8Array.from(values, (value) => 128 + 99 * value),
						shape,
					)
				: new Value('float32', values, shape);
	}
	for (let count = 0; count < Number(options.runs); count++) await session.run(feeds);
	session.endProfiling();
	await session.release();
}

function byOperator(told: z.infer<typeof events>) {
	const nodes = new Map<string, { readonly operator: string; readonly ms: number[] }>();
	for (const { cat, name, dur, args } of told) {
		if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
		const node = nodes.get(name) ?? { operator: args?.op_name ?? '?', ms: [] };
		node.ms.push(dur / 1000);
		nodes.set(name, node);
	}
	const sums = Map.groupBy(nodes.values(), ({ operator }) => operator);
	const rows = [...sums].map(([operator, members]) => ({
		operator,
		nodes: members.length,
		ms: members.reduce((sum, { ms }) => sum + ms.sort((a, b) => a - b)[Math.floor(ms.length / 4)]!, 0),
	}));
	const total = rows.reduce((sum, { ms }) => sum + ms, 0);
	return rows.sort((a, b) => b.ms - a.ms).map((row) => ({ ...row, 'share, %': (100 * row.ms) / total }));
}
