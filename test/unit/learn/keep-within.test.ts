import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepWithin } from '../../../src/learn/keep-within.ts';
import type { Clip } from '../../../src/learn/scene.ts';

const BYTES = 100;

async function* units(count: number): AsyncGenerator<{ readonly place: number; readonly clips: readonly Clip[] }> {
	for (let place = 0; place < count; place++) {
		const clip = { name: `${place}`, size: { width: 10, height: 5 }, frames: [new Uint8Array(50), new Uint8Array(50)] };
		yield { place, clips: [clip] };
	}
}
const places = async (count: number, bytesMax: number) => {
	const { units: kept, seen, every } = await keepWithin(units(count), bytesMax);
	return { kept: kept.map(({ place }) => place), seen, every };
};

test('all of what fits stays, in its order', async () => {
	assert.deepEqual(await places(4, 4 * BYTES), { kept: [0, 1, 2, 3], seen: 4, every: 1 });
});

test('of more, every second stays, then every fourth: evenly spread, never above the bound', async () => {
	assert.deepEqual(await places(5, 4 * BYTES), { kept: [0, 2, 4], seen: 5, every: 2 });
	assert.deepEqual(await places(8, 4 * BYTES), { kept: [0, 2, 4, 6], seen: 8, every: 2 });
	assert.deepEqual(await places(20, 4 * BYTES), { kept: [0, 8, 16], seen: 20, every: 8 });
});

test('one stays, however large', async () => {
	assert.deepEqual((await places(3, 1)).kept, [0]);
});
