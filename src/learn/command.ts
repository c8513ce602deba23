import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError, ForeframeError } from '../core/errors.ts';
import { modelManifest } from '../detect/mnad/manifest.ts';
import { type NetworkSpec, TASKS, type Task } from '../detect/mnad/network.ts';
import { readDataset } from '../ingest/dataset.ts';
import { type LearnEvent, learn } from './learn.ts';
import type { Duration } from './train.ts';

export const LEARN_USAGE = `foreframe learn --dataset FOLDER [--dataset FOLDER ...] --out FOLDER [options]

  --dataset FOLDER         a data set whose training/frames/<clip>/ show what is normal; may be given several times
  --out FOLDER             where the model goes
  --minutes N              how long to learn (default 30)
  --steps N                instead: how many steps, for a result that can be repeated
  --recipe NAME            prediction (default) or reconstruction
  --network NAME           compact (default) or paper
  --frames-per-second N    the rate to learn at; default: the first data set's
  --id NAME                the model's name; default: that of the folder
  --seed N                 default 1
  --threads N              cores to use (default 2)
  --json                   one JSON object a line on what happens
`;

export interface LearnIo {
	readonly stdout: { write(text: string): unknown };
	readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
	readonly signal: AbortSignal;
}

/** @throws ForeframeError USAGE, DATASET_INVALID, SOURCE_FAILED */
export async function learnCommand(args: readonly string[], io: LearnIo): Promise<void> {
	const values = parse(args);
	if (values.help) {
		io.stdout.write(LEARN_USAGE);
		return;
	}
	if (values.dataset === undefined || values.out === undefined) {
		throw usage(`learn needs --dataset and --out`);
	}
	const out = resolve(values.out);
	const id = idOf(values.id ?? basename(out));
	await requireWritable(out);
	const datasets = await Promise.all(values.dataset.map(readDataset));
	await learn({
		datasets,
		out,
		id,
		task: taskOf(values.recipe ?? 'prediction'),
		network: networkOf(values.network ?? 'compact'),
		framesPerSecond: numberOf('--frames-per-second', values['frames-per-second']) ?? datasets[0]!.framesPerSecond,
		duration: durationOf(values),
		seed: wholeOf('--seed', values.seed) ?? 1,
		threads: wholeOf('--threads', values.threads) ?? 2,
		command: `foreframe learn ${args.join(' ')}`,
		signal: io.signal,
		told: values.json ? (event) => io.stdout.write(`${jsonOf(event)}\n`) : teller(io),
	});
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				dataset: { type: 'string', multiple: true },
				out: { type: 'string' },
				minutes: { type: 'string' },
				steps: { type: 'string' },
				recipe: { type: 'string' },
				network: { type: 'string' },
				'frames-per-second': { type: 'string' },
				id: { type: 'string' },
				seed: { type: 'string' },
				threads: { type: 'string' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		throw usage(`learn cannot be understood: ${describeError(error)}`);
	}
}

function taskOf(name: string): Task {
	const task = TASKS.find((known) => known === name);
	if (task === undefined) throw usage(`learn got --recipe ${name}: expected ${TASKS.join(' or ')}`);
	return task;
}

function networkOf(name: string): NetworkSpec {
	if (name === 'compact') return { kind: 'compact', widths: [48, 96] };
	if (name === 'paper') return { kind: 'paper', width: 64 };
	throw usage(`learn got --network ${name}: expected compact or paper`);
}

function durationOf({ steps, minutes }: { steps?: string | undefined; minutes?: string | undefined }): Duration {
	const count = wholeOf('--steps', steps);
	if (count !== null) return { kind: 'steps', steps: count };
	return { kind: 'minutes', minutes: numberOf('--minutes', minutes) ?? 30 };
}

function numberOf(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	const value = Number(text);
	if (Number.isFinite(value) && value > 0) return value;
	throw usage(`learn got ${option} ${text}: expected a number above 0`);
}

function wholeOf(option: string, text: string | undefined): number | null {
	const value = numberOf(option, text);
	if (value === null || Number.isSafeInteger(value)) return value;
	throw usage(`learn got ${option} ${text}: expected a whole number`);
}

/** Before hours go into a model that nobody could read. */
function idOf(name: string): string {
	if (modelManifest.shape.id.safeParse(name).success) return name;
	throw usage(`learn cannot call a model "${name}": expected --id with small letters, digits, dots, - and _`);
}

async function requireWritable(folder: string): Promise<void> {
	try {
		await mkdir(dirname(folder), { recursive: true });
		await access(dirname(folder), constants.W_OK);
		const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'ENOENT') throw error;
			return null;
		});
		if (there !== null) await access(folder, constants.W_OK);
	} catch (error) {
		throw usage(`learn cannot write a model to --out ${folder}: ${describeError(error)}`);
	}
}

function usage(message: string): ForeframeError {
	return new ForeframeError('USAGE', message);
}

/** Everything a machine may want, arrays of numbers included. */
function jsonOf(event: LearnEvent): string {
	return JSON.stringify(event, (_key, value: unknown) => {
		if (value instanceof Float32Array) return [...value].map((number) => Number(number.toPrecision(4)));
		return value instanceof Map ? Object.fromEntries(value) : value;
	});
}

/** Lines a person can follow: one that is written over on a terminal, one a minute elsewhere. */
function teller({ stdout, stderr }: LearnIo): (event: LearnEvent) => void {
	let toldAt = Number.NEGATIVE_INFINITY;
	const passing = (text: string, last: boolean) => {
		const now = performance.now();
		const everyMs = stderr.isTTY ? 200 : 60_000;
		if (!last && now - toldAt < everyMs) return;
		toldAt = now;
		stderr.write(stderr.isTTY ? `\r\u001b[2K${text}${last ? '\n' : ''}` : `${text}\n`);
	};
	return (event) => {
		switch (event.kind) {
			case 'reading':
				return passing(
					`reading ${event.dataset}: ${event.done} of ${event.total} pictures`,
					event.done === event.total,
				);
			case 'footage':
				stdout.write(
					`learning from ${event.frames} frames in ${event.clips} clips, held out: ${event.heldOut.join(', ')}\n`,
				);
				return;
			case 'training':
				return passing(progressLine(event), event.done >= 1);
			case 'done': {
				const { manifest, heldOut } = event;
				stdout.write(
					`${manifest.id} ${manifest.sha256.slice(0, 12)}: ${manifest.training.steps} steps in ${manifest.training.minutes} minutes, ` +
						`held-out PSNR ${decibels(manifest.training.heldOutError)} dB, gate ${heldOut.gate.toPrecision(3)}\n`,
				);
				return;
			}
			default:
				event satisfies never;
		}
	};
}

function progressLine(event: Extract<LearnEvent, { kind: 'training' }>): string {
	const { step, done, samplesPerSecond, secondsLeft, terms, heldOutError, usage: share } = event;
	const bar = '█'.repeat(Math.round(20 * done)).padEnd(20, '░');
	const used = share.filter((value) => value > 0.1 / share.length).length;
	const heldOut = heldOutError === null ? '' : `, held-out ${decibels(heldOutError)} dB`;
	return (
		`${bar} step ${step}, ${samplesPerSecond.toFixed(0)} samples/s, ${Math.ceil(secondsLeft / 60)} min left, ` +
		`loss ${terms['loss']?.toPrecision(3)}, PSNR ${decibels(terms['error'] ?? Number.NaN)} dB${heldOut}, ${used} of ${share.length} items in use`
	);
}

function decibels(meanSquaredError: number): string {
	return (-10 * Math.log10(meanSquaredError)).toFixed(2);
}
