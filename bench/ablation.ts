// What each part of the default detector is worth: variants that are learned without it, seed by seed, each judged on its data
// set's test clips with default weights and alarm settings, calibrated on the clips that were held out.
//
//   node bench/ablation.ts --dataset FOLDER [--dataset FOLDER] [--variants full,no-head,no-memory,...] [--seeds 1,2]
//     [--steps 1000] [--frames-per-second 10] [--network 48,64] [--threads 1] [--keep FOLDER] [--json]
//
// Every data set has models of its own. What --keep holds already is not learned again, and what was cut off goes on. Beside the
// variants stands the motion channel alone, calibrated and smoothed as they are: it has nothing that is learned. Columns
// "alone" are raw channels, unsmoothed, global / per video. AUC in %.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { networkSpec } from '../src/detect/mnad/network.ts';
import { readDataset } from '../src/ingest/dataset.ts';
import { printRows, type Row } from './ablation/table.ts';
import { folderOf, judgeModel, learnTrial, type Trial } from './ablation/trial.ts';
import { isVariant, VARIANTS, type Variant } from './ablation/variants.ts';

const { values: options } = parseArgs({
	options: {
		dataset: { type: 'string', multiple: true, default: ['../shared/data/ped2'] },
		variants: { type: 'string', default: 'full,no-memory,no-head,no-prediction,no-motion-in-head' },
		seeds: { type: 'string', default: '1' },
		steps: { type: 'string', default: '1000' },
		'frames-per-second': { type: 'string' },
		network: { type: 'string', default: '48,64' },
		threads: { type: 'string', default: '1' },
		keep: { type: 'string' },
		json: { type: 'boolean', default: false },
	},
});

const variants = options.variants.split(',').map(variantOf);
const seeds = options.seeds.split(',').map(Number);
const network = networkSpec.parse({ kind: 'compact', widths: options.network.split(',').map(Number) });
const { signal } = new AbortController();
const keep = options.keep ?? (await mkdtemp(join(tmpdir(), 'foreframe-ablation-')));
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

const results: { dataset: string; framesPerSecond: number; rows: Row[] }[] = [];
try {
	for (const folder of options.dataset) results.push(await examine(folder));
} finally {
	if (options.keep === undefined) await rm(keep, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify({ ...options, results }));

async function examine(path: string): Promise<(typeof results)[number]> {
	const dataset = await readDataset(path);
	const framesPerSecond = Number(options['frames-per-second'] ?? dataset.framesPerSecond);
	const rows: Row[] = [];
	// Seed after seed, so that one that is broken off has compared something.
	for (const seed of seeds) {
		for (const variant of variants) {
			const trial = { dataset, framesPerSecond, network, variant, seed, steps: Number(options.steps) };
			rows.push({ variant, seed, ...(await judged(trial, rows)) });
		}
	}
	const order = ['motion alone', ...variants];
	rows.sort((a, b) => order.indexOf(a.variant) - order.indexOf(b.variant));
	if (!options.json) {
		console.log(`\n${dataset.name}, ${framesPerSecond} fps, ${options.steps} steps:`);
		printRows(rows);
	}
	return { dataset: dataset.name, framesPerSecond, rows };
}

async function judged(trial: Trial, rows: Row[]) {
	const folder = folderOf(keep, trial);
	const name = `${trial.dataset.name} ${trial.variant} seed ${trial.seed}`;
	const learned = await learnTrial(trial, folder, {
		threads: Number(options.threads),
		signal,
		told: (event) => {
			if (event.kind === 'training' && (event.step % 100 === 0 || event.done >= 1)) {
				say(`${name}: step ${event.step}, ${Math.round(event.secondsLeft)} s left`);
			} else if (event.kind === 'warning') say(`${name}: ${event.message}`);
		},
	});
	if (!learned) say(`${name}: ${folder} holds it`);
	if (rows.length === 0) {
		const weights = new Map([['motion', 1]] as const);
		rows.push({
			variant: 'motion alone',
			seed: null,
			...(await judgeModel(folder, trial, weights, signal)),
			oddity: null,
		});
	}
	const verdict = await judgeModel(folder, trial, null, signal);
	say(`${name}: ${JSON.stringify({ ...verdict, kinds: undefined })}`);
	return verdict;
}

function variantOf(name: string): Variant {
	if (isVariant(name)) return name;
	throw new Error(`Got the variant ${name}: expected ${VARIANTS.join(', ')}`);
}
