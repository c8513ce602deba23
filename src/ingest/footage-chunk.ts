import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import { type UtcMs, utcMs } from '../core/units.ts';

/** Consecutive frames of one run of one camera. */
export interface FootageChunk {
	/** Of the daemon that collected it; runs of two daemons have nothing to do with each other. */
	readonly run: number;
	/** Of the first frame, see `Frame.index`. */
	readonly index: number;
	readonly framesPerSecond: number;
	readonly size: Size;
	/** When the first and the last frame were taken. */
	readonly from: UtcMs;
	readonly to: UtcMs;
	/** Luma 0..255, `height * width` each. */
	readonly frames: readonly Uint8Array[];
}

/** Most bytes that the header of a chunk may have, what stands before it included. */
export const CHUNK_HEAD_MAX = 1024;

/** "FFFC", format 1; then the header's length (uint32, little-endian), the header as JSON, the pictures. */
const MAGIC = Buffer.from('FFFC\u0001\0\0\0', 'latin1');
const HEADER_AT = MAGIC.length + 4;
const LEVEL = 1;

const positive = z.number().int().positive();
const header = z.strictObject({
	run: z.number().int().min(0),
	index: z.number().int().min(0),
	framesPerSecond: z.number().positive(),
	width: positive.max(4096),
	height: positive.max(4096),
	frames: positive.max(100_000),
	from: z.number(),
	to: z.number(),
	/** Of the pictures as they are stored. */
	bytes: positive,
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ChunkHeader = z.infer<typeof header>;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Lossless: each frame as its difference to the one before, modulo 256, then Zstandard (RFC 8878). Works off the main thread. */
export async function encodeChunk(chunk: FootageChunk): Promise<Uint8Array> {
	const { frames, size, from, to, run, index, framesPerSecond } = chunk;
	const pictures = await compress(differences(frames, size), {
		params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
	});
	const about: ChunkHeader = {
		run,
		index,
		framesPerSecond,
		...size,
		frames: frames.length,
		from,
		to,
		bytes: pictures.length,
		sha256: hashOf(pictures),
	};
	const text = Buffer.from(JSON.stringify(about));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	return Buffer.concat([MAGIC, length, text, pictures]);
}

/** `name` is told in the error. @throws ForeframeError SOURCE_FAILED when the bytes are not a whole chunk. */
export async function decodeChunk(name: string, bytes: Uint8Array): Promise<FootageChunk> {
	const { about, end } = readHeader(name, bytes);
	const stored = bytes.subarray(end);
	if (stored.length !== about.bytes)
		throw damaged(name, `it has ${stored.length} bytes of pictures, not ${about.bytes}`);
	if (hashOf(stored) !== about.sha256) throw damaged(name, 'its pictures have another SHA-256 than its header says');
	const { width, height, frames, run, index, framesPerSecond, from, to } = about;
	const wanted = width * height * frames;
	let pictures: Uint8Array;
	try {
		pictures = await decompress(stored, { maxOutputLength: wanted });
	} catch (error) {
		throw damaged(name, `its pictures cannot be unpacked: ${describeError(error)}`);
	}
	if (pictures.length !== wanted) throw damaged(name, `its pictures have ${pictures.length} bytes, not ${wanted}`);
	const size = { width, height };
	return { run, index, framesPerSecond, size, from: utcMs(from), to: utcMs(to), frames: sums(pictures, size) };
}

/** Of a chunk whose first `CHUNK_HEAD_MAX` bytes are given. @throws ForeframeError SOURCE_FAILED */
export function chunkHeader(name: string, bytes: Uint8Array): ChunkHeader {
	return readHeader(name, bytes).about;
}

function readHeader(name: string, bytes: Uint8Array): { readonly about: ChunkHeader; readonly end: number } {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (buffer.length < HEADER_AT || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) {
		throw damaged(name, 'it does not begin as one of format 1');
	}
	const end = HEADER_AT + buffer.readUInt32LE(MAGIC.length);
	if (end > Math.min(buffer.length, CHUNK_HEAD_MAX)) throw damaged(name, 'its header is not whole');
	let json: unknown;
	try {
		json = JSON.parse(buffer.toString('utf8', HEADER_AT, end));
	} catch (error) {
		throw damaged(name, `its header is no JSON: ${describeError(error)}`);
	}
	const parsed = header.safeParse(json);
	if (!parsed.success) throw damaged(name, `its header cannot be used: ${parsed.error.issues[0]?.message}`);
	return { about: parsed.data, end };
}

/** `[frames * height * width]` */
function differences(frames: readonly Uint8Array[], { width, height }: Size): Uint8Array {
	const pixels = width * height;
	const all = new Uint8Array(frames.length * pixels);
	frames.forEach((frame, place) => {
		if (frame.length !== pixels) throw new RangeError(`A frame of ${width}x${height} has ${frame.length} bytes`);
		const before = frames[place - 1];
		const out = all.subarray(place * pixels, (place + 1) * pixels);
		if (before === undefined) out.set(frame);
		// Written to bytes, differences wrap around.
		else for (let i = 0; i < pixels; i++) out[i] = frame[i]! - before[i]!;
	});
	return all;
}

function sums(all: Uint8Array, { width, height }: Size): Uint8Array[] {
	const pixels = width * height;
	const frames: Uint8Array[] = [];
	for (let start = 0; start < all.length; start += pixels) {
		const frame = all.subarray(start, start + pixels);
		const before = frames.at(-1);
		if (before !== undefined) for (let i = 0; i < pixels; i++) frame[i] = frame[i]! + before[i]!;
		frames.push(frame);
	}
	return frames;
}

function hashOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

function damaged(name: string, why: string): ForeframeError {
	return new ForeframeError('SOURCE_FAILED', `Cannot use the collected footage ${name}: ${why}`);
}
