import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatestOnly } from '../../../src/window/latest-only.ts';

test('a newer value takes the place of the one that waits, which is handed back', async () => {
	const latest = new LatestOnly<{ n: number }>();
	const first = { n: 1 };
	assert.deepEqual(latest.put(first), []);
	assert.deepEqual(latest.put({ n: 2 }), [first]);
	latest.close();
	assert.deepEqual(await all(latest), [2]);
});

test('with more room more values wait; when there is less again, the oldest go', async () => {
	let room = 3;
	const latest = new LatestOnly<{ n: number }>(() => room);
	for (let n = 1; n <= 3; n++) assert.deepEqual(latest.put({ n }), []);
	assert.deepEqual(latest.put({ n: 4 }), [{ n: 1 }]);
	room = 2;
	assert.deepEqual(latest.put({ n: 5 }), [{ n: 2 }, { n: 3 }]);
	latest.close();
	assert.deepEqual(await all(latest), [4, 5]);
});

test('a reader that waits gets the next value', async () => {
	const latest = new LatestOnly<{ n: number }>();
	const reading = all(latest);
	await Promise.resolve();
	assert.deepEqual(latest.put({ n: 1 }), []);
	await new Promise(setImmediate);
	assert.deepEqual(latest.put({ n: 2 }), []);
	await new Promise(setImmediate);
	latest.close();
	assert.deepEqual(await reading, [1, 2]);
});

test('close ends a reader that waits, and later values are handed back', async () => {
	const latest = new LatestOnly<{ n: number }>();
	const reading = all(latest);
	await new Promise(setImmediate);
	latest.close();
	assert.deepEqual(await reading, []);
	const late = { n: 1 };
	assert.deepEqual(latest.put(late), [late]);
});

test('an aborted signal ends the wait with an AbortError, even while a value waits', async () => {
	const waiting = new AbortController();
	const reading = all(new LatestOnly<{ n: number }>(), waiting.signal);
	waiting.abort(new Error('enough'));
	await assert.rejects(reading, { name: 'AbortError' });
	const full = new LatestOnly<{ n: number }>();
	full.put({ n: 1 });
	await assert.rejects(all(full, AbortSignal.abort()), { name: 'AbortError' });
});

async function all(latest: LatestOnly<{ n: number }>, signal = new AbortController().signal): Promise<number[]> {
	const seen: number[] = [];
	for await (const value of latest.values(signal)) seen.push(value.n);
	return seen;
}
