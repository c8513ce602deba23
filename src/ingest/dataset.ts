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
		}),
	),
});
type Labels = z.infer<typeof labelsSchema>;

/**
 * Reads a folder with `training/frames/<clip>/`, `testing/frames/<clip>/` (pictures in the order of their names) and
 * `labels.json`.
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
		testing: testing.map((clip) => ({ ...clip, anomalous: labelsOf(clip, labels) })),
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
		throw new ForeframeError('DATASET_INVALID', `Reading the labels ${path} failed: ${describeError(error)}`);
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
			const pictures = files.filter((file) => /\.(jpe?g|png)$/i.test(file)).map((file) => join(folder, name, file));
			return { name, pictures };
		}),
	);
	const filled = clips.filter(({ pictures }) => pictures.length > 0);
	if (filled.length > 0) return filled;
	throw new ForeframeError(
		'DATASET_INVALID',
		`The folder ${folder} holds no clips: expected folders of JPEG or PNG pictures`,
	);
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

function labelsOf({ name, pictures }: Clip, labels: Labels): boolean[] {
	const label = labels.clips[name];
	if (label === undefined) throw new ForeframeError('DATASET_INVALID', `Testing clip ${name} has no labels`);
	if (label.frames !== pictures.length) {
		throw new ForeframeError(
			'DATASET_INVALID',
			`Testing clip ${name} has ${pictures.length} pictures: its labels are for ${label.frames}`,
		);
	}
	return pictures.map((_, index) => label.anomalous.some(([first, last]) => index >= first && index <= last));
}
