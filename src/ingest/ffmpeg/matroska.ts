/** One packet of a Matroska stream. */
export interface MatroskaBlock {
	readonly ptsMs: number;
	/** A copy. */
	readonly data: Uint8Array;
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const CLUSTER_TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
/** What is entered; everything else is taken whole or skipped. */
const CONTAINERS = new Set([SEGMENT, CLUSTER, BLOCK_GROUP]);
const BLOCK_MAX_BYTES = 64 * 1024 * 1024;

/**
 * The packets of a Matroska stream with one track and timestamps in milliseconds, as FFmpeg writes it (RFC 9559, RFC 8794).
 * @throws RangeError when the bytes are not Matroska.
 */
export async function* readMatroska(chunks: AsyncIterable<Buffer>): AsyncGenerator<MatroskaBlock, void, undefined> {
	let waiting: Buffer[] = [];
	let held = 0;
	let wanted = 1;
	let clusterMs = 0;
	for await (const chunk of chunks) {
		waiting.push(chunk);
		held += chunk.length;
		if (held < wanted) continue;
		let bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting, held);
		for (;;) {
			const header = readHeader(bytes);
			wanted = header === null ? bytes.length + 1 : header.bytes;
			if (header === null) break;
			if (!CONTAINERS.has(header.id)) {
				wanted = header.bytes + header.size;
				if (wanted > BLOCK_MAX_BYTES) throw new RangeError(`A Matroska element of ${header.size} bytes is too long`);
				if (bytes.length < wanted) break;
				const payload = bytes.subarray(header.bytes, wanted);
				if (header.id === CLUSTER_TIMESTAMP) clusterMs = payload.readUIntBE(0, Math.min(6, payload.length));
				if (header.id === SIMPLE_BLOCK || header.id === BLOCK) yield readBlock(payload, clusterMs);
			}
			bytes = bytes.subarray(wanted);
		}
		waiting = [bytes];
		held = bytes.length;
	}
}

interface ElementHeader {
	readonly id: number;
	/** Of the payload. */
	readonly size: number;
	/** Of the header itself. */
	readonly bytes: number;
}

function readHeader(bytes: Buffer): ElementHeader | null {
	const idLength = variableLength(bytes, 0);
	if (idLength === null || bytes.length < idLength + 1) return null;
	const sizeLength = variableLength(bytes, idLength);
	if (sizeLength === null || bytes.length < idLength + sizeLength) return null;
	let size = bytes[idLength]! & (0xff >> sizeLength);
	for (let i = 1; i < sizeLength; i++) size = size * 256 + bytes[idLength + i]!;
	return { id: bytes.readUIntBE(0, Math.min(4, idLength)), size, bytes: idLength + sizeLength };
}

/** The number of leading zeros of the first byte says how many follow it. */
function variableLength(bytes: Buffer, offset: number): number | null {
	const first = bytes[offset];
	if (first === undefined) return null;
	if (first === 0) throw new RangeError('The stream is not Matroska');
	return Math.clz32(first) - 23;
}

/** Track number, time relative to the cluster, flags; no lacing in video. */
function readBlock(payload: Buffer, clusterMs: number): MatroskaBlock {
	const trackLength = variableLength(payload, 0) ?? 1;
	const ptsMs = clusterMs + payload.readInt16BE(trackLength);
	return { ptsMs, data: new Uint8Array(payload.subarray(trackLength + 3)) };
}
