import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWeights, type StoredTensor, WeightsError, writeWeights } from '../../../src/nn/weights.ts';

const TENSORS = new Map<string, StoredTensor>([
	['enc1.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3, 1e-30, Number.NaN) }],
	['steps', { shape: [], data: BigInt64Array.of(-7n) }],
	['mask', { shape: [3], data: Uint8Array.of(0, 1, 255) }],
	['classes', { shape: [2], data: Int32Array.of(-1, 5) }],
]);

/** A safetensors file of this header and data, without any check. */
function file(header: unknown, data = new Uint8Array()): Uint8Array {
	const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
	const bytes = new Uint8Array(8 + json.length + data.length);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
	bytes.set(json, 8);
	bytes.set(data, 8 + json.length);
	return bytes;
}

test('weights come back as they were written, metadata and all types included', () => {
	const read = readWeights(writeWeights({ tensors: TENSORS, metadata: { method: 'mnad' } }));
	assert.deepEqual(read.metadata, { method: 'mnad' });
	assert.deepEqual([...read.tensors], [...TENSORS]);
});

test('the header is padded so that the data begin at a multiple of eight bytes', () => {
	const bytes = writeWeights({ tensors: TENSORS, metadata: {} });
	assert.equal(new DataView(bytes.buffer).getBigUint64(0, true) % 8n, 0n);
});

test('a file is read from the middle of a larger buffer', () => {
	const bytes = writeWeights({ tensors: TENSORS, metadata: {} });
	const larger = new Uint8Array(bytes.length + 3);
	larger.set(bytes, 3);
	assert.deepEqual([...readWeights(larger.subarray(3)).tensors], [...TENSORS]);
});

test('a file of another writer, with its tensors in any order and without metadata, is read', () => {
	const header = {
		b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
		a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
	};
	const { tensors } = readWeights(file(header, new Uint8Array(Float32Array.of(1, 2).buffer)));
	assert.deepEqual(tensors.get('a')?.data, Float32Array.of(1));
	assert.deepEqual(tensors.get('b')?.data, Float32Array.of(2));
});

const entry = (fields: object) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields });
const REFUSED: [string, Uint8Array, RegExp][] = [
	['an empty file', new Uint8Array(), /has 0 bytes; wanted at least 8/],
	['a header longer than the file', file({}).with(0, 99), /announces a header of 99 bytes but has 2 left/],
	['an absurd header length', file({}).with(7, 99), /cut short or no safetensors file/],
	['a header that is no JSON', file('{nonsense'), /no JSON object/],
	['a header that is a list', file([]), /no JSON object/],
	['data that end early', file({ w: entry({}) }, new Uint8Array(5)), /ends within the tensor w: it wants 3 more bytes/],
	['bytes after the last tensor', file({ w: entry({}) }, new Uint8Array(9)), /1 bytes after its last tensor/],
	[
		'a gap',
		file({ w: entry({ data_offsets: [4, 12] }) }, new Uint8Array(12)),
		/begins at byte 4 of the data; wanted 0/,
	],
	['an unknown type', file({ w: entry({ dtype: 'F16' }) }, new Uint8Array(8)), /type F16; wanted one of F32/],
	[
		'a shape that does not fit',
		file({ w: entry({ shape: [3] }) }, new Uint8Array(8)),
		/w has 8 bytes; its shape \[3\]/,
	],
	['a negative shape', file({ w: entry({ shape: [-2] }) }, new Uint8Array(8)), /shape -2; wanted whole numbers/],
	['offsets that run backwards', file({ w: entry({ data_offsets: [8, 0] }) }), /wanted a beginning and an end/],
	['metadata that are no strings', file({ __metadata__: { a: 1 } }), /no object of strings/],
];

for (const [what, bytes, message] of REFUSED)
	test(`${what} is refused with what is wrong`, () => {
		assert.throws(
			() => readWeights(bytes),
			(error: unknown) => error instanceof WeightsError && message.test(error.message),
		);
	});

test('overlapping tensors are refused', () => {
	const header = { a: entry({}), b: entry({ data_offsets: [4, 12] }) };
	assert.throws(() => readWeights(file(header, new Uint8Array(12))), /b begins at byte 4 of the data; wanted 8/);
});

test('a tensor whose values do not fill its shape is not written', () => {
	const tensors = new Map([['w', { shape: [3], data: Float32Array.of(1) }]]);
	assert.throws(() => writeWeights({ tensors, metadata: {} }), /w has 1 values; its shape \[3\] wants 3/);
});

test('readWeights() copies each tensor out of a Buffer, whose slice is only a view', () => {
	const file = Buffer.from(
		writeWeights({
			tensors: new Map([
				['first', { shape: [2], data: Float32Array.of(1, 2) }],
				['second', { shape: [1], data: Float32Array.of(3) }],
			]),
			metadata: {},
		}),
	);
	const { tensors } = readWeights(file);
	assert.deepEqual([...tensors.get('first')!.data], [1, 2]);
	assert.deepEqual([...tensors.get('second')!.data], [3]);
});
