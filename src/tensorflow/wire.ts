/**
 * Messages between the daemon and its TensorFlow.js process: length of the rest (4 bytes), length of the JSON (4 bytes), both
 * little-endian; the JSON; the arrays that it lists, one after the other. Both ends are on one machine, so that numbers
 * are sent as they lie in memory.
 */

export type WireArray = Float32Array | Uint8Array | Int32Array | BigInt64Array;
export type WireArrays = Readonly<Record<string, WireArray>>;

export interface WireMessage {
	/** What was in the JSON, unchecked. */
	readonly head: unknown;
	/** In memory of their own. */
	readonly arrays: Record<string, WireArray>;
}

/** Where the process writes its answers: TensorFlow and its bindings print to standard output and error as they like. */
export const ANSWERS_FD = 3;

const LENGTHS_BYTES = 8;
/** The paper's network has 60 MB of weights. */
const MESSAGE_MAX_BYTES = 1024 * 1024 * 1024;
const CLASSES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array } as const;

interface Listed {
	readonly name: string;
	readonly type: keyof typeof CLASSES;
	readonly length: number;
}

/** In pieces, so that no array is copied before it is written. */
export function encodeMessage(head: object, arrays: WireArrays = {}): readonly Uint8Array[] {
	const listed = Object.entries(arrays).map(
		([name, data]): Listed => ({ name, type: typeOf(data), length: data.length }),
	);
	const json = Buffer.from(JSON.stringify({ head, arrays: listed }));
	const size = Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
	const lengths = Buffer.alloc(LENGTHS_BYTES);
	lengths.writeUInt32LE(4 + json.length + size, 0);
	lengths.writeUInt32LE(json.length, 4);
	const parts = Object.values(arrays).map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
	return [Buffer.concat([lengths, json]), ...parts];
}

/** @throws RangeError or SyntaxError when the bytes are no messages: the other end is broken. */
export async function* decodeMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<WireMessage, void, undefined> {
	let waiting: Buffer[] = [];
	let held = 0;
	let wanted = LENGTHS_BYTES;
	for await (const chunk of chunks) {
		waiting.push(chunk);
		held += chunk.length;
		if (held < wanted) continue;
		let bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting, held);
		for (;;) {
			wanted = bytes.length < 4 ? LENGTHS_BYTES : 4 + bytes.readUInt32LE(0);
			if (wanted > MESSAGE_MAX_BYTES) throw new RangeError(`A message of ${wanted} bytes is too long`);
			if (bytes.length < wanted) break;
			yield decodeMessage(bytes.subarray(4, wanted));
			bytes = bytes.subarray(wanted);
		}
		waiting = [bytes];
		held = bytes.length;
	}
}

function decodeMessage(bytes: Buffer): WireMessage {
	const jsonEnd = 4 + bytes.readUInt32LE(0);
	const { head, arrays: listed } = JSON.parse(bytes.toString('utf8', 4, jsonEnd)) as {
		readonly head: unknown;
		readonly arrays: readonly Listed[];
	};
	const arrays: Record<string, WireArray> = {};
	let place = jsonEnd;
	for (const { name, type, length } of listed) {
		const size = length * CLASSES[type].BYTES_PER_ELEMENT;
		// Copied out: at its beginning a number lies where its type wants it to.
		const own = new Uint8Array(bytes.subarray(place, place + size)).buffer;
		arrays[name] = new CLASSES[type](own);
		place += size;
	}
	return { head, arrays };
}

function typeOf(data: WireArray): Listed['type'] {
	if (data instanceof Float32Array) return 'float32';
	if (data instanceof Uint8Array) return 'uint8';
	return data instanceof Int32Array ? 'int32' : 'int64';
}
