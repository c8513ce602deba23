import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../../../src/watch/learning/turns.ts';

test('one has the turn at a time, in the order in which they came', async () => {
	const turns = new Turns();
	const { signal } = new AbortController();
	const order: string[] = [];
	const work = async (name: string) => {
		using _turn = await turns.take(signal);
		order.push(`${name} begins`);
		await new Promise(setImmediate);
		order.push(`${name} ends`);
	};
	await Promise.all(['a', 'b', 'c'].map(work));
	assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
	assert.equal(turns.taken, false);
});

test('whoever gives up waiting is passed over', async () => {
	const turns = new Turns();
	const first = await turns.take(new AbortController().signal);
	const giveUp = new AbortController();
	const second = turns.take(giveUp.signal);
	const third = turns.take(new AbortController().signal);
	giveUp.abort();
	await assert.rejects(second, { name: 'AbortError' });
	first[Symbol.dispose]();
	(await third)[Symbol.dispose]();
	assert.equal(turns.taken, false);
	await assert.rejects(turns.take(AbortSignal.abort()), { name: 'AbortError' });
});
