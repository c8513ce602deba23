import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { describeError, ForeframeError } from '../core/errors.ts';

/** A recording: its pictures in order of time. */
export interface Clip {
	readonly name: string;
	readonly pictures: readonly string[];
}

export interface LabelledClip extends Clip {
	/** One for each picture. */
	readonly anomalous: readonly boolean[];
	/** What kind the oddities are and in which pictures; empty where the labels do not say. */
	readonly oddities: readonly LabelledOddity[];
	/** One for each picture, black where nothing is anomalous; null where the clip has none. */
	readonly masks: readonly string[] | null;
}

/** Pictures count from zero, both ends included. */
export interface LabelledOddity {
	readonly kind: string;
	readonly first: number;
	readonly last: number;
}

/** Recordings of one fixed camera: normal ones to learn from, labelled ones to be judged on. */
export interface Dataset {
	readonly name: string;
	/** At which the pictures were taken. */
	readonly framesPerSecond: number;
	readonly training: readonly Clip[];
	readonly testing: readonly LabelledClip[];
}

const range = z.tuple([z.number().int().min(0), z.number().int().min(0)]);
const labelsSchema = z.object({
	framesPerSecond: z.number().positive(),
	clips: z.record(
		z.string(),
		z.object({
			frames: z.number().int().positive(),
			/** First and last picture, from zero, both included. */
			anomalous: z.array(range),
			/** The same by kind, where it is known. */
			oddities: z.array(z.object({ kind: z.string().min(1), frames: range })).default([]),
		}),
	),
});
type Labels = z.infer<typeof labelsSchema>;

/**
 * Reads a folder with `training/frames/<clip>/`, `testing/frames/<clip>/` (pictures in the order of their names),
 * `labels.json` and perhaps `testing/masks/<clip>/`.
 * @throws ForeframeError DATASET_INVALID
 */
export async function readDataset(path: string): Promise<Dataset> {
	const folder = resolve(path);
	const labels = await readLabels(join(folder, 'labels.json'));
	const training = await readClips(join(folder, 'training', 'frames'));
	const testing = await readClips(join(folder, 'testing', 'frames'));
	return {
		name: basename(folder),
		framesPerSecond: labels.framesPerSecond,
		training,
		testing: await Promise.all(testing.map((clip) => labelled(clip, labels, join(folder, 'testing', 'masks')))),
	};
}

/** @throws ForeframeError DATASET_INVALID unless every name is a training clip. */
export function pickClips({ name, training }: Dataset, names: readonly string[]): readonly Clip[] {
	return names.map((wanted) => {
		const clip = training.find((candidate) => candidate.name === wanted);
		if (clip !== undefined) return clip;
		const known = training.map((candidate) => candidate.name).join(', ');
		throw new ForeframeError(
			'DATASET_INVALID',
			`Data set ${name} has no training clip "${wanted}": expected one of ${known}`,
		);
	});
}

/**
 * Every how many-th picture makes this frame rate.
 * @throws ForeframeError DATASET_INVALID when no whole number does.
 */
export function strideFor({ name, framesPerSecond: own }: Dataset, framesPerSecond: number): number {
	const stride = own / framesPerSecond;
	if (Number.isInteger(stride)) return stride;
	throw new ForeframeError(
		'DATASET_INVALID',
		`Data set ${name} of ${own} frames a second cannot be shown at ${framesPerSecond}: ` +
			`expected ${own} divided by a whole number`,
	);
}

async function readLabels(path: string): Promise<Labels> {
	let json: unknown;
	try {
		json = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const wanted = isMissing
			? '; expected a file that tells its frame rate and what is anomalous in its test clips'
			: '';
		throw new ForeframeError('DATASET_INVALID', `Reading the labels ${path} failed: ${describeError(error)}${wanted}`);
	}
	const labels = labelsSchema.safeParse(json);
	if (labels.success) return labels.data;
	const issue = labels.error.issues[0];
	throw new ForeframeError(
		'DATASET_INVALID',
		`The labels ${path} have a fault at ${issue?.path.join('.')}: ${issue?.message}`,
	);
}

async function readClips(folder: string): Promise<Clip[]> {
	const names = await listFolder(folder);
	const clips = await Promise.all(
		names.map(async (name) => {
			const files = await listFolder(join(folder, name));
			return { name, pictures: picturesIn(join(folder, name), files) };
		}),
	);
	const filled = clips.filter(({ pictures }) => pictures.length > 0);
	if (filled.length > 0) return filled;
	throw new ForeframeError(
		'DATASET_INVALID',
		`The folder ${folder} holds no clips: expected folders of JPEG or PNG pictures`,
	);
}

function picturesIn(folder: string, files: readonly string[]): string[] {
	return files.filter((file) => /\.(jpe?g|png)$/i.test(file)).map((file) => join(folder, file));
}

async function listFolder(folder: string): Promise<string[]> {
	try {
		const names = await readdir(folder);
		return names.filter((name) => !name.startsWith('.')).sort(byNumberThenName);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		// A stray file among the clips is no clip.
		if (code === 'ENOTDIR') return [];
		throw new ForeframeError('DATASET_INVALID', `Reading the folder ${folder} failed: ${describeError(error)}`);
	}
}

/** "9.jpg" comes before "10.jpg". */
function byNumberThenName(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}

async function labelled(clip: Clip, labels: Labels, masks: string): Promise<LabelledClip> {
	const { name, pictures } = clip;
	const label = labels.clips[name];
	if (label === undefined) throw new ForeframeError('DATASET_INVALID', `Testing clip ${name} has no labels`);
	if (label.frames !== pictures.length) {
		throw new ForeframeError(
			'DATASET_INVALID',
			`Testing clip ${name} has ${pictures.length} pictures: its labels are for ${label.frames}`,
		);
	}
	return {
		...clip,
		anomalous: pictures.map((_, index) => label.anomalous.some(([first, last]) => index >= first && index <= last)),
		oddities: label.oddities.map(({ kind, frames: [first, last] }) => ({ kind, first, last })),
		masks: await readMasks(clip, join(masks, name)),
	};
}

async function readMasks({ name, pictures }: Clip, folder: string): Promise<string[] | null> {
	const masks = existsSync(folder) ? picturesIn(folder, await listFolder(folder)) : [];
	if (masks.length === 0) return null;
	if (masks.length === pictures.length) return masks;
	throw new ForeframeError(
		'DATASET_INVALID',
		`Testing clip ${name} has ${pictures.length} pictures and ${masks.length} masks: expected one for each, or none`,
	);
}
