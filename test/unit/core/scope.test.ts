import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scope } from '../../../src/core/scope.ts';

const forever = (signal: AbortSignal) => sleep(2 ** 30, undefined, { signal });

test('scope() ends its tasks when the body returns and waits for them', async () => {
	const ended: string[] = [];
	const result = await scope(new AbortController().signal, async ({ spawn }) => {
		spawn('one', async (signal) => {
			await forever(signal).catch(() => {});
			await Promise.resolve();
			ended.push('one');
		});
		return 42;
	});
	assert.equal(result, 42);
	assert.deepEqual(ended, ['one']);
});

test('scope() throws the first error of a task and ends the others', async () => {
	let othersEnded = false;
	const failure = new Error('The task failed');
	await assert.rejects(
		scope(new AbortController().signal, async ({ spawn, signal }) => {
			spawn('good', async (signal) => {
				await forever(signal).catch(() => {});
				othersEnded = true;
			});
			spawn('bad', () => Promise.reject(failure));
			await forever(signal);
		}),
		failure,
	);
	assert.ok(othersEnded);
});

test('scope() throws the abort when its parent is aborted', async () => {
	const parent = new AbortController();
	const running = scope(parent.signal, ({ signal }) => forever(signal));
	parent.abort();
	await assert.rejects(running, { name: 'AbortError' });
});

test('scope() lets a task spawn another', async () => {
	const seen: number[] = [];
	await scope(new AbortController().signal, async ({ spawn }) => {
		spawn('outer', async () => {
			spawn('inner', async () => void seen.push(1));
		});
		await sleep(1);
	});
	assert.deepEqual(seen, [1]);
});
