import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { describeError, ForeframeError, isAbort, isForeframeError } from '../core/errors.ts';
import { redactDeep } from '../core/secrets.ts';
import { cameraId } from '../core/units.ts';
import { modelManifest } from '../detect/mnad/manifest.ts';
import { type Dataset, readDataset } from '../ingest/dataset.ts';
import { sourceOptions } from '../ingest/options.ts';
import { collectFootage, type LiveCamera } from './collect.ts';
import { collectedRate } from './collected-clips.ts';
import { LEARN_USAGE, type LearnOptions, parseLearnOptions, usage } from './command-line.ts';
import { eventLine, type LearnEvent } from './events.ts';
import type { LearnSource } from './gather.ts';
import { learn } from './learn.ts';
import { tellPeople } from './tell.ts';

export { LEARN_USAGE } from './command-line.ts';

export interface LearnIo {
	readonly stdout: { write(text: string): unknown };
	readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
	readonly signal: AbortSignal;
	/** What is told and shown passes through it. */
	readonly redact: (text: string) => string;
}

/** What this command has to be handed, as other folders own it. */
export interface LearnParts {
	readonly replaceFile: (path: string, content: Uint8Array | string) => Promise<void>;
	/** The only camera where none is named. @throws ForeframeError USAGE, CONFIG_INVALID */
	readonly cameraOf: (config: string, camera: string | null) => Promise<LiveCamera>;
	/** Lets other processes go first: 0 not at all, 19 all of them. */
	readonly yieldTo: (nice: number) => void;
}

const FRAMES_PER_SECOND = 5;
/** In the model's folder while it is made. */
const FOOTAGE = 'footage';

/** @throws ForeframeError USAGE, CONFIG_INVALID and what `learn` and `collectFootage` throw */
export async function learnCommand(
	args: readonly string[],
	io: LearnIo,
	parts: LearnParts,
): Promise<'done' | 'interrupted'> {
	const options = parseLearnOptions(args);
	if (options === null) {
		io.stdout.write(LEARN_USAGE);
		return 'done';
	}
	const tell = options.json ? (event: LearnEvent) => io.stdout.write(`${eventLine(event)}\n`) : tellPeople(io);
	const told = (event: LearnEvent) => tell(redactDeep(event, io.redact) as LearnEvent);
	try {
		await learnFrom(options, `foreframe learn ${args.join(' ')}`, io.signal, told, parts);
		return 'done';
	} catch (error) {
		if (io.signal.aborted && isAbort(error)) {
			told({ kind: 'interrupted' });
			return 'interrupted';
		}
		// A machine that reads the events need not read the error output too.
		if (options.json && isForeframeError(error)) told({ kind: 'failed', code: error.code, message: sentenceOf(error) });
		throw error;
	}
}

async function learnFrom(
	options: LearnOptions,
	command: string,
	signal: AbortSignal,
	told: (event: LearnEvent) => void,
	{ replaceFile, cameraOf, yieldTo }: LearnParts,
): Promise<void> {
	const { duration, task, network, seed, threads, provider, footageBytesMax, resume } = options;
	const out = resolve(options.out);
	const id = idOf(options.id ?? basename(out));
	await requireWritable(out);
	await requireThere(options);
	const datasets = await Promise.all(options.datasets.map(readDataset));
	const camera = await liveCamera(options, cameraOf);
	const framesPerSecond = options.framesPerSecond ?? camera?.framesPerSecond ?? (await rateOf(datasets, options));
	yieldTo(options.nice);

	const collected = join(out, FOOTAGE);
	if (camera !== null) {
		const minutes = options.watchMinutes;
		await collectFootage({
			camera: { ...camera, framesPerSecond },
			minutes,
			folder: collected,
			replaceFile,
			signal,
			told,
		});
	}
	await learn({
		sources: sourcesOf(datasets, options, camera === null ? null : collected),
		out,
		id,
		task,
		network,
		framesPerSecond,
		duration,
		seed,
		threads,
		provider,
		footageBytesMax,
		checkpoint: { resume, replaceFile },
		command,
		signal,
		told,
	});
	if (camera !== null && !options.keepFootage) await rm(collected, { recursive: true, force: true });
}

function sourcesOf(
	datasets: readonly Dataset[],
	{ videos, footage }: LearnOptions,
	collected: string | null,
): readonly LearnSource[] {
	return [
		...datasets.map((dataset) => ({ kind: 'dataset', dataset }) as const),
		...videos.map((path) => ({ kind: 'video', path: resolve(path), size: 'auto' }) as const),
		...footage.map((folder) => ({ kind: 'footage', folder: resolve(folder) }) as const),
		...(collected === null ? [] : [{ kind: 'footage', folder: collected } as const]),
	];
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

/** Before a camera is watched for an hour. @throws ForeframeError SOURCE_FAILED */
async function requireThere({ videos }: LearnOptions): Promise<void> {
	for (const video of videos) {
		const found = await stat(video).catch(() => null);
		if (found?.isFile() !== true) {
			throw new ForeframeError('SOURCE_FAILED', `Cannot learn from the video ${video}: there is no such file`);
		}
	}
}

async function liveCamera(
	{ live, framesPerSecond }: LearnOptions,
	cameraOf: LearnParts['cameraOf'],
): Promise<LiveCamera | null> {
	if (live === null) return null;
	switch (live.kind) {
		case 'configured':
			return cameraOf(live.config, live.camera);
		case 'address': {
			const source = sourceOptions.parse({ kind: 'rtsp', url: live.url });
			return { id: cameraId('camera'), source, framesPerSecond: framesPerSecond ?? FRAMES_PER_SECOND, size: 'auto' };
		}
		default:
			return live satisfies never;
	}
}

/** That of the first data set, else that at which the first footage was collected. */
async function rateOf(datasets: readonly Dataset[], { footage }: LearnOptions): Promise<number> {
	const [dataset] = datasets;
	if (dataset !== undefined) return dataset.framesPerSecond;
	return footage[0] === undefined ? FRAMES_PER_SECOND : collectedRate(resolve(footage[0]));
}

/** The message without its code, which is told beside it. */
function sentenceOf({ message, code }: ForeframeError): string {
	return message.replace(` (${code})`, '');
}
