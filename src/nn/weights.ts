import { sizeOf } from './shape.ts';

/** One named tensor of a weights file. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export interface Weights {
	readonly tensors: ReadonlyMap<string, StoredTensor>;
	readonly metadata: Readonly<Record<string, string>>;
}

/** A weights file that cannot be read or written; the message says which tensor and what was wanted. */
export class WeightsError extends Error {
	override readonly name = 'WeightsError';
}

/**
 * Tensors in the safetensors format: the header's length as a little-endian u64, a JSON header padded with spaces to a
 * multiple of eight bytes, and the data without gaps, in the order of the map.
 */
export function writeWeights({ tensors, metadata }: Weights): Uint8Array {
	const header: Record<string, unknown> = { __metadata__: metadata };
	let offset = 0;
	for (const [name, { shape, data }] of tensors) {
		if (name === '__metadata__') throw new WeightsError('A tensor cannot be named __metadata__');
		if (sizeOf(shape) !== data.length)
			throw new WeightsError(
				`The tensor ${name} has ${data.length} values; its shape [${shape}] wants ${sizeOf(shape)}`,
			);
		header[name] = { dtype: storedType(data), shape, data_offsets: [offset, offset + data.byteLength] };
		offset += data.byteLength;
	}
	const json = new TextEncoder().encode(JSON.stringify(header));
	const headerLength = Math.ceil(json.length / 8) * 8;
	const file = new Uint8Array(8 + headerLength + offset).fill(0x20, 8 + json.length, 8 + headerLength);
	new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
	file.set(json, 8);
	let position = 8 + headerLength;
	for (const { data } of tensors.values()) {
		file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
		position += data.byteLength;
	}
	return file;
}

/**
 * The tensors of a safetensors file, copied out of it.
 *
 * @throws WeightsError for a file that is cut short, has gaps or overlaps, or holds a type other than F32, I32, I64, U8
 * or BOOL
 */
export function readWeights(file: Uint8Array): Weights {
	const { header, data } = split(file);
	const { __metadata__: metadata = {}, ...entries } = header;
	const tensors = new Map<string, StoredTensor>();
	const parsed = Object.entries(entries)
		.map(([name, entry]) => parseEntry(name, entry))
		.sort((a, b) => a.begin - b.begin || a.end - b.end);
	let expected = 0;
	for (const { name, type, shape, begin, end } of parsed) {
		if (begin !== expected)
			throw new WeightsError(`The tensor ${name} begins at byte ${begin} of the data; wanted ${expected}`);
		if (end - begin !== sizeOf(shape) * STORED[type].BYTES_PER_ELEMENT)
			throw new WeightsError(
				`The tensor ${name} has ${end - begin} bytes; its shape [${shape}] as ${type} wants others`,
			);
		if (end > data.length)
			throw new WeightsError(
				`The weights file ends within the tensor ${name}: it wants ${end - data.length} more bytes`,
			);
		tensors.set(name, { shape, data: new STORED[type](Uint8Array.from(data.subarray(begin, end)).buffer) });
		expected = end;
	}
	if (expected !== data.length)
		throw new WeightsError(`The weights file has ${data.length - expected} bytes after its last tensor; wanted none`);
	return { tensors, metadata: parseMetadata(metadata) };
}

const STORED = { F32: Float32Array, I32: Int32Array, I64: BigInt64Array, U8: Uint8Array, BOOL: Uint8Array } as const;
type StoredType = keyof typeof STORED;

/** What the format's own reader allows a header to be. */
const LONGEST_HEADER = 100_000_000;

interface Entry {
	readonly name: string;
	readonly type: StoredType;
	readonly shape: readonly number[];
	readonly begin: number;
	readonly end: number;
}

function storedType(data: StoredTensor['data']): StoredType {
	if (data instanceof Float32Array) return 'F32';
	if (data instanceof Int32Array) return 'I32';
	return data instanceof BigInt64Array ? 'I64' : 'U8';
}

function split(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
	if (file.length < 8) throw new WeightsError(`The weights file has ${file.length} bytes; wanted at least 8`);
	const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
	if (length > LONGEST_HEADER || Number(length) > file.length - 8)
		throw new WeightsError(
			`The weights file announces a header of ${length} bytes but has ${file.length - 8} left: it is cut short or no safetensors file`,
		);
	const text = new TextDecoder().decode(file.subarray(8, 8 + Number(length)));
	return { header: parseHeader(text), data: file.subarray(8 + Number(length)) };
}

function parseHeader(text: string): Record<string, unknown> {
	try {
		const header: unknown = JSON.parse(text);
		if (isRecord(header)) return header;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	throw new WeightsError('The header of the weights file is no JSON object: it is no safetensors file');
}

function parseEntry(name: string, entry: unknown): Entry {
	const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
	if (typeof dtype !== 'string' || !Object.hasOwn(STORED, dtype))
		throw new WeightsError(
			`The tensor ${name} is of type ${String(dtype)}; wanted one of ${Object.keys(STORED).join(', ')}`,
		);
	if (!isCounts(shape))
		throw new WeightsError(`The tensor ${name} has the shape ${String(shape)}; wanted whole numbers`);
	const [begin, end] = isCounts(offsets) && offsets.length === 2 ? offsets : [];
	if (begin === undefined || end === undefined || end < begin)
		throw new WeightsError(`The tensor ${name} has the offsets ${String(offsets)}; wanted a beginning and an end`);
	return { name, type: dtype as StoredType, shape, begin, end };
}

function parseMetadata(metadata: unknown): Record<string, string> {
	const entries = isRecord(metadata) ? Object.entries(metadata) : undefined;
	if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
		throw new WeightsError('The __metadata__ of the weights file is no object of strings');
	return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
	return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
