import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { describeError, ForeframeError, isAbort, isForeframeError } from '../core/errors.ts';
import { redactDeep } from '../core/secrets.ts';
import { cameraId } from '../core/units.ts';
import { modelManifest } from '../detect/mnad/manifest.ts';
import type { MnadModel } from '../detect/mnad/model.ts';
import { type Dataset, readDataset } from '../ingest/dataset.ts';
import { sourceOptions } from '../ingest/options.ts';
import { CHECKPOINT } from './checkpoint.ts';
import { collectFootage, type LiveCamera } from './collect.ts';
import { collectedRate } from './collected-clips.ts';
import { LEARN_USAGE, type LearnOptions, parseLearnOptions, usage } from './command-line.ts';
import { eventLine, type LearnEvent } from './events.ts';
import { freezeFootage } from './freeze-footage.ts';
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
	/** The model that says what to doubt in footage nobody has looked at, for a frame rate. */
	readonly doubter: (framesPerSecond: number) => Promise<MnadModel>;
	/** Lets other processes go first: 0 not at all, 19 all of them. */
	readonly yieldTo: (nice: number) => void;
}

const FRAMES_PER_SECOND = 5;
/** Share of the windows of footage that nobody has looked at in which something is not believed to be normal. */
const DOUBT = 0.1;
/** Footage in the model's folder while it is learned. */
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
	{ replaceFile, cameraOf, doubter, yieldTo }: LearnParts,
): Promise<void> {
	const { duration, task, places, network, seed, threads, provider, footageBytesMax, resume } = options;
	const out = resolve(options.out);
	const id = idOf(options.id ?? basename(out));
	await requireWritable(out);
	await requireThere(options);
	const datasets = await Promise.all(options.datasets.map(readDataset));
	const camera = await liveCamera(options, cameraOf);
	yieldTo(options.nice);

	const sources: LearnSource[] = datasets.map((dataset) => ({ kind: 'dataset', dataset }));
	for (const video of options.videos) sources.push({ kind: 'video', path: resolve(video), size: 'auto' });
	const frozen = await freeze(options, out, replaceFile);
	sources.push(...frozen);
	const ours = frozen.map(({ folder }) => folder);
	const framesPerSecond = options.framesPerSecond ?? camera?.framesPerSecond ?? (await rateOf(datasets, frozen));
	if (camera !== null) {
		const folder = join(out, FOOTAGE);
		await mkdir(out, { recursive: true });
		const watched = { ...camera, framesPerSecond };
		await collectFootage({ camera: watched, minutes: options.watchMinutes, folder, replaceFile, signal, told });
		sources.push({ kind: 'footage', folder, name: camera.id });
		if (!options.keepFootage) ours.push(folder);
	}
	const doubt = options.doubt ?? (sources.every(({ kind }) => kind === 'dataset') ? 0 : DOUBT);
	await learn({
		sources,
		doubt: doubt === 0 ? null : { model: await doubter(framesPerSecond), share: doubt },
		out,
		id,
		task,
		places,
		network,
		framesPerSecond,
		duration,
		seed,
		threads,
		provider,
		footageBytesMax,
		checkpoint: { resume, everyMs: options.checkpointMs, replaceFile },
		command,
		signal,
		told,
	});
	for (const folder of ours) await rm(folder, { recursive: true, force: true });
}

/** A run that goes on has the footage it began with. */
async function freeze(
	{ footage }: LearnOptions,
	out: string,
	replaceFile: LearnParts['replaceFile'],
): Promise<readonly Extract<LearnSource, { kind: 'footage' }>[]> {
	if (footage.length > 0) await mkdir(out, { recursive: true });
	const keep = await isThere(join(out, CHECKPOINT));
	const sources = footage.map((folder, place) => {
		const from = resolve(folder);
		return { kind: 'footage', from, folder: join(out, `${FOOTAGE}-${place + 1}`), name: basename(from) } as const;
	});
	for (const { from, folder } of sources) await freezeFootage({ from, into: folder, keep, replaceFile });
	return sources;
}

/** Before hours go into a model that nobody could read. */
function idOf(name: string): string {
	if (modelManifest.shape.id.safeParse(name).success) return name;
	throw usage(`learn cannot call a model "${name}": expected --id with small letters, digits, dots, - and _`);
}

function isThere(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
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
async function rateOf(
	[dataset]: readonly Dataset[],
	[footage]: readonly { readonly folder: string }[],
): Promise<number> {
	if (dataset !== undefined) return dataset.framesPerSecond;
	return footage === undefined ? FRAMES_PER_SECOND : collectedRate(footage.folder);
}

/** The message without its code, which is told beside it. */
function sentenceOf({ message, code }: ForeframeError): string {
	return message.replace(` (${code})`, '');
}
