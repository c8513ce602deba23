import { link, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, ForeframeError } from '../../core/errors.ts';
import type { TimeSpan } from '../../core/time-span.ts';
import { type FootageFile, listFootage } from '../../ingest/footage-folder.ts';
import { replaceFile } from '../../record/replace-file.ts';

const schema = z.object({
	v: z.literal(1),
	stage: z.enum(['training', 'exam']),
	/** Of footage that it learns from. */
	seconds: z.number(),
	/** How often it was begun or gone on with. */
	attempts: z.number().int(),
});
type Noted = Omit<z.infer<typeof schema>, 'v'>;

/** One learning on disk: what it learns from, how far it is. It is gone on from after any death of the process. */
export interface LearningJob {
	readonly stage: Noted['stage'];
	readonly seconds: number;
	readonly attempts: number;
	/** Footage to train on. */
	readonly footage: string;
	/** Later footage, which the new model has not seen: it is examined and calibrated on it. */
	readonly heldOut: string;
	/** The new model's folder. */
	readonly model: string;
}

/** Share of the footage, its last part, that is not trained on. */
const HELD_OUT_SHARE = 0.2;
/** The least of it, so that there is enough to calibrate on. */
const HELD_OUT_SECONDS = 25;
const FILE = 'job.json';

/** The learning that is under way in a folder; null where none is, or where it cannot be gone on from. */
export async function findJob(folder: string): Promise<LearningJob | null> {
	try {
		return jobOf(folder, schema.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8'))));
	} catch {
		// Whatever is there instead is no learning: it begins anew.
		return null;
	}
}

/**
 * Begins one with the footage as it is now, but for what lies in `without`: the files are linked, so that they stay as they are while the footage goes on.
 * @throws ForeframeError LEARNING_FAILED when there is too little of it; SOURCE_FAILED, STORE_FAILED
 */
export async function beginJob(
	folder: string,
	collected: string,
	without: readonly TimeSpan[] = [],
): Promise<LearningJob> {
	const { training, heldOut } = split(await listFootage(collected, without));
	const seconds = training.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
	const job = jobOf(folder, { stage: 'training', seconds, attempts: 1 });
	try {
		await rm(folder, { recursive: true, force: true });
		for (const [files, into] of [
			[training, job.footage],
			[heldOut, job.heldOut],
		] as const) {
			await mkdir(into, { recursive: true, mode: 0o700 });
			for (const { name } of files) await linkUnlessGone(join(collected, name), join(into, name));
		}
		await save(folder, job);
	} catch (error) {
		throw storeFailed(folder, error);
	}
	return job;
}

/** Notes how far it is. @throws ForeframeError STORE_FAILED */
export async function noteJob(
	folder: string,
	job: LearningJob,
	change: Partial<Pick<LearningJob, 'stage' | 'attempts'>>,
): Promise<LearningJob> {
	const next: LearningJob = { ...job, ...change };
	try {
		await save(folder, next);
	} catch (error) {
		throw storeFailed(folder, error);
	}
	return next;
}

export async function endJob(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
}

function jobOf(folder: string, { stage, seconds, attempts }: Noted): LearningJob {
	return {
		stage,
		seconds,
		attempts,
		footage: join(folder, 'footage'),
		heldOut: join(folder, 'held-out'),
		model: join(folder, 'model'),
	};
}

function save(folder: string, { stage, seconds, attempts }: LearningJob): Promise<void> {
	const noted: z.infer<typeof schema> = { v: 1, stage, seconds, attempts };
	return replaceFile(join(folder, FILE), JSON.stringify(noted));
}

function split(files: readonly FootageFile[]): {
	readonly training: readonly FootageFile[];
	readonly heldOut: readonly FootageFile[];
} {
	const secondsOf = ({ from, to }: FootageFile) => (to - from) / 1000;
	const total = files.reduce((sum, file) => sum + secondsOf(file), 0);
	const wanted = Math.max(HELD_OUT_SECONDS, HELD_OUT_SHARE * total);
	let held = 0;
	let place = files.length;
	while (place > 0 && held < wanted) held += secondsOf(files[--place]!);
	if (place === 0) {
		throw new ForeframeError(
			'LEARNING_FAILED',
			`Cannot learn from ${Math.round(total)} s of footage: expected at least ${HELD_OUT_SECONDS} s to hold out, and some to learn from`,
		);
	}
	return { training: files.slice(0, place), heldOut: files.slice(place) };
}

/** One that was thinned out since the folder was read is not missed. */
async function linkUnlessGone(from: string, to: string): Promise<void> {
	await link(from, to).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
	});
}

function storeFailed(folder: string, error: unknown): ForeframeError {
	return new ForeframeError('STORE_FAILED', `Cannot prepare learning in ${folder}: ${describeError(error)}`, {
		cause: error,
	});
}
