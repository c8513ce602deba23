import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError, isForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import { type TimeSpan, touches } from '../core/time-span.ts';
import { type UtcMs, utcMs } from '../core/units.ts';
import { CHUNK_HEAD_MAX, type ChunkHeader, chunkHeader, decodeChunk } from './footage-chunk.ts';

/** A stretch of collected footage: frames that follow each other. */
export interface FootageClip {
	/** Unique in its folder; sorts by time. */
	readonly name: string;
	readonly size: Size;
	readonly framesPerSecond: number;
	readonly from: UtcMs;
	/** Luma 0..255, `height * width` each. */
	readonly frames: readonly Uint8Array[];
}

export interface ReadFootageOptions {
	/** Only clips like this; without it all. */
	readonly like?: { readonly size: Size; readonly framesPerSecond: number };
	/** Most bytes of pixels in all clips together: where there are more, clips spread over all of the time are taken. */
	readonly bytesMax?: number;
	/** Clips with a moment in one of these are left out. */
	readonly without?: readonly TimeSpan[];
	/** Told of each clip that cannot be read and is left out. */
	readonly refused?: (reason: ForeframeError) => void;
}

/** A chunk's file as its name and its entry in the folder tell it. */
export interface FootageFile {
	readonly name: string;
	readonly from: UtcMs;
	readonly to: UtcMs;
	readonly bytes: number;
}

const NAME = /^(\d{13,15})-(\d{13,15})\.footage$/;
/** What a learning process can hold besides its own needs. */
const BYTES_MAX = 640 * 1024 * 1024;

/**
 * What a camera's footage folder holds, oldest first, one clip after the other.
 * @throws ForeframeError SOURCE_FAILED when the folder cannot be read; the signal's reason when it aborts.
 */
export async function* readFootage(
	folder: string,
	signal: AbortSignal,
	{ like, bytesMax = BYTES_MAX, without = [], refused = () => {} }: ReadFootageOptions = {},
): AsyncGenerator<FootageClip, void, undefined> {
	const wanted: { readonly name: string; readonly bytes: number }[] = [];
	for (const { name } of await listFootage(folder, without)) {
		signal.throwIfAborted();
		const about = await orRefused(() => readHead(folder, name), refused);
		if (about === null || !isLike(about, like)) continue;
		wanted.push({ name, bytes: about.width * about.height * about.frames });
	}
	for (const { name } of spread(wanted, bytesMax)) {
		signal.throwIfAborted();
		const chunk = await orRefused(async () => decodeChunk(name, await readOrFail(folder, name)), refused);
		if (chunk === null) continue;
		const { size, framesPerSecond, from, frames } = chunk;
		yield { name, size, framesPerSecond, from, frames };
	}
}

/** Oldest first, but for chunks with a moment in one of `without`. @throws ForeframeError SOURCE_FAILED */
export async function listFootage(folder: string, without: readonly TimeSpan[] = []): Promise<FootageFile[]> {
	let names: string[];
	try {
		names = await readdir(folder);
	} catch (error) {
		throw failed(folder, error);
	}
	const files: FootageFile[] = [];
	for (const name of names) {
		const [, from, to] = NAME.exec(name) ?? [];
		if (from === undefined || to === undefined) continue;
		// One that goes in the meantime was thinned out.
		const bytes = await stat(join(folder, name)).then(
			({ size }) => size,
			() => null,
		);
		const span = { from: utcMs(Number(from)), to: utcMs(Number(to)) };
		if (bytes !== null && !touches(span, without)) files.push({ name, ...span, bytes });
	}
	return files.sort((a, b) => a.from - b.from);
}

export function footageName(from: UtcMs, to: UtcMs): string {
	const digits = (at: UtcMs) => String(Math.max(0, Math.round(at))).padStart(13, '0');
	return `${digits(from)}-${digits(to)}.footage`;
}

function isLike(about: ChunkHeader, like: ReadFootageOptions['like']): boolean {
	if (like === undefined) return true;
	const { width, height } = like.size;
	return about.width === width && about.height === height && about.framesPerSecond === like.framesPerSecond;
}

/** Every clip where there is room for all, else as many as fit, evenly spread. */
function spread<Clip extends { readonly bytes: number }>(clips: readonly Clip[], bytesMax: number): readonly Clip[] {
	const total = clips.reduce((sum, { bytes }) => sum + bytes, 0);
	if (total <= bytesMax) return clips;
	const count = Math.max(1, Math.floor((clips.length * bytesMax) / total));
	return Array.from({ length: count }, (_, place) => clips[Math.floor(((place + 0.5) * clips.length) / count)]!);
}

async function readHead(folder: string, name: string): Promise<ChunkHeader> {
	const bytes = Buffer.alloc(CHUNK_HEAD_MAX);
	try {
		await using file = await open(join(folder, name), 'r');
		const { bytesRead } = await file.read(bytes);
		return chunkHeader(name, bytes.subarray(0, bytesRead));
	} catch (error) {
		if (isForeframeError(error)) throw error;
		throw failed(join(folder, name), error);
	}
}

async function readOrFail(folder: string, name: string): Promise<Uint8Array> {
	try {
		return await readFile(join(folder, name));
	} catch (error) {
		throw failed(join(folder, name), error);
	}
}

async function orRefused<Value>(
	read: () => Promise<Value>,
	refused: (reason: ForeframeError) => void,
): Promise<Value | null> {
	try {
		return await read();
	} catch (error) {
		if (!isForeframeError(error, 'SOURCE_FAILED')) throw error;
		refused(error);
		return null;
	}
}

function failed(path: string, error: unknown): ForeframeError {
	return new ForeframeError('SOURCE_FAILED', `Cannot read collected footage in ${path}: ${describeError(error)}`, {
		cause: error,
	});
}
