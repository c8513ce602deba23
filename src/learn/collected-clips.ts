import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import { CHUNK_HEAD_MAX, chunkHeader } from '../ingest/footage-chunk.ts';
import { listFootage, readFootage } from '../ingest/footage-folder.ts';
import type { Clip } from './scene.ts';

/** Footage that a daemon collected of a camera, and what of it was not taken. */
export interface CollectedClips {
	readonly clips: readonly Clip[];
	/** Clips in the folder. */
	readonly seen: number;
	/** Why each of the others was left out that could not be read, or is of another frame rate. */
	readonly refused: readonly string[];
}

/** @throws ForeframeError SOURCE_FAILED; the signal's reason when it aborts. */
export async function collectedClips(
	folder: string,
	{ framesPerSecond, bytesMax }: { readonly framesPerSecond: number; readonly bytesMax: number },
	signal: AbortSignal,
	progress: (clips: number) => void,
): Promise<CollectedClips> {
	const clips: Clip[] = [];
	const refused: string[] = [];
	const seen = (await listFootage(folder)).length;
	const options = { bytesMax, refused: (reason: ForeframeError) => refused.push(reason.message) };
	for await (const clip of readFootage(folder, signal, options)) {
		const { name, size, frames } = clip;
		if (clip.framesPerSecond === framesPerSecond) clips.push({ name, size, frames });
		else refused.push(`${name} has ${clip.framesPerSecond} frames a second, not ${framesPerSecond}`);
		progress(clips.length + refused.length);
	}
	return { clips, seen, refused };
}

/** The rate of the newest footage in a folder. @throws ForeframeError SOURCE_FAILED */
export async function collectedRate(folder: string): Promise<number> {
	const newest = (await listFootage(folder)).at(-1);
	if (newest === undefined)
		throw new ForeframeError('SOURCE_FAILED', `The folder ${folder} holds no collected footage`);
	const bytes = Buffer.alloc(CHUNK_HEAD_MAX);
	try {
		await using file = await open(join(folder, newest.name), 'r');
		const { bytesRead } = await file.read(bytes);
		return chunkHeader(newest.name, bytes.subarray(0, bytesRead)).framesPerSecond;
	} catch (error) {
		if (error instanceof ForeframeError) throw error;
		throw new ForeframeError('SOURCE_FAILED', `Cannot read ${newest.name} in ${folder}: ${describeError(error)}`, {
			cause: error,
		});
	}
}
