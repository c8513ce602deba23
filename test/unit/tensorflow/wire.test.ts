import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessages, encodeMessage, type WireMessage } from '../../../src/tensorflow/wire.ts';

const ARRAYS = {
	frames: Uint8Array.of(1, 2, 255),
	memory: Float32Array.of(-1.5, Number.NaN, 3e38),
	places: Int32Array.of(-7),
	big: BigInt64Array.of(2n ** 60n),
	nothing: new Float32Array(0),
};

async function decoded(chunks: readonly Buffer[]): Promise<WireMessage[]> {
	async function* arriving() {
		yield* chunks;
	}
	return Array.fromAsync(decodeMessages(arriving()));
}

test('messages arrive as they were sent, however the bytes are cut', async () => {
	const bytes = Buffer.concat([
		...encodeMessage({ kind: 'run', id: 1 }, ARRAYS),
		...encodeMessage({ kind: 'close', id: 2, session: 'ä' }),
		// A view into the middle of a buffer.
		...encodeMessage({ kind: 'run', id: 3 }, { part: new Float32Array([9, 8, 7, 6]).subarray(1, 3) }),
	]);
	for (const size of [1, 3, 64, bytes.length]) {
		const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
			bytes.subarray(index * size, (index + 1) * size),
		);
		const [first, second, third, ...more] = await decoded(chunks);
		assert.deepEqual(first, { head: { kind: 'run', id: 1 }, arrays: ARRAYS });
		assert.deepEqual(second, { head: { kind: 'close', id: 2, session: 'ä' }, arrays: {} });
		assert.deepEqual(third!.arrays, { part: Float32Array.of(8, 7) });
		assert.equal(more.length, 0);
	}
});

test('a length that no message has is told at once, not waited for', async () => {
	await assert.rejects(decoded([Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])]), RangeError);
});
