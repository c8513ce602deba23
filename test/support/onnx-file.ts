/**
 * Writes small ONNX files byte by byte (protocol buffers, onnx.proto3), so that what runs networks is tested without what
 * builds them.
 */
export interface OnnxValue {
	readonly name: string;
	readonly type: 'float32' | 'uint8' | 'int64';
	readonly shape: readonly (number | string)[];
}

export interface OnnxNode {
	readonly op: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxGraph {
	readonly inputs: readonly OnnxValue[];
	readonly outputs: readonly OnnxValue[];
	readonly weights?: Readonly<
		Record<string, { readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }>
	>;
	readonly nodes: readonly OnnxNode[];
}

const DATA_TYPES = { float32: 1, uint8: 2, int64: 7 } as const;

export function onnxFile({ inputs, outputs, weights = {}, nodes }: OnnxGraph): Uint8Array {
	const graph = [
		...nodes.flatMap((node) => message(1, nodeBytes(node))),
		...text(2, 'test'),
		...Object.entries(weights).flatMap(([name, { shape, data }]) => message(5, weightBytes(name, shape, data))),
		...inputs.flatMap((value) => message(11, valueBytes(value))),
		...outputs.flatMap((value) => message(12, valueBytes(value))),
	];
	return Uint8Array.from([...integer(1, 8), ...message(7, graph), ...message(8, [...text(1, ''), ...integer(2, 17)])]);
}

function nodeBytes({ op, inputs, outputs, attributes = {} }: OnnxNode): number[] {
	return [
		...inputs.flatMap((name) => text(1, name)),
		...outputs.flatMap((name) => text(2, name)),
		...text(4, op),
		...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeBytes(name, value))),
	];
}

/** Whole numbers only: type 2 is one, type 7 several. */
function attributeBytes(name: string, value: number | readonly number[]): number[] {
	if (typeof value === 'number') return [...text(1, name), ...integer(3, value), ...integer(20, 2)];
	return [...text(1, name), ...value.flatMap((item) => integer(8, item)), ...integer(20, 7)];
}

function weightBytes(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): number[] {
	const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
	return [
		...shape.flatMap((side) => integer(1, side)),
		...integer(2, data instanceof Float32Array ? DATA_TYPES.float32 : DATA_TYPES.int64),
		...text(8, name),
		...message(9, [...raw]),
	];
}

function valueBytes({ name, type, shape }: OnnxValue): number[] {
	const sides = shape.flatMap((side) => message(1, typeof side === 'number' ? integer(1, side) : text(2, side)));
	const tensorType = [...integer(1, DATA_TYPES[type]), ...message(2, sides)];
	return [...text(1, name), ...message(2, message(1, tensorType))];
}

function integer(field: number, value: number): number[] {
	return [...varint(field * 8), ...varint(value)];
}

function text(field: number, value: string): number[] {
	return message(field, [...new TextEncoder().encode(value)]);
}

function message(field: number, bytes: readonly number[]): number[] {
	return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	while (rest > 127) {
		bytes.push((rest % 128) + 128);
		rest = Math.floor(rest / 128);
	}
	return [...bytes, rest];
}
