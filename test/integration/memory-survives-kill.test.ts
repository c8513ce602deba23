import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { cameraId, utcMs } from '../../src/core/units.ts';
import { removeTemporaries, stateFiles } from '../../src/record/state-files.ts';
import { memoryHistory } from '../../src/watch/memory-history.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHILD = new URL('../support/remembering-child.ts', import.meta.url).pathname;
const HOUR = 3_600_000;
const YARD = cameraId('yard');

test('kill -9 while memories are kept leaves whole ones only: the newest that was safe, and all that is kept of before', async () => {
	await using folder = await temporaryFolder();
	let safe = 0;
	for (const lines of [40, 7, 23]) {
		safe = await killedAfter(folder.path, safe, safe + lines);
		await removeTemporaries(folder.path);
		const state = stateFiles(folder.path, (event) => assert.fail(JSON.stringify(event)));
		const history = memoryHistory(state, YARD, 'memory');
		const memory = await state.load(YARD, 'memory');
		assert.ok(memory !== null && memory.length === 20_000 && memory.every((byte) => byte === memory[0]));
		const snapshots = await history.list();
		// One more of each may be there where the kill came before it was thinned out.
		assert.ok(snapshots.length <= 24 + 7 + 24 + 2, `${snapshots.length} are kept`);
		for (const snapshot of snapshots) {
			const state = await history.load(snapshot);
			assert.equal(state?.[0], Math.floor(snapshot.at / HOUR) % 256);
		}
		const newest = await history.before(utcMs((safe + 100) * HOUR));
		assert.ok(newest !== null && newest.at >= safe * HOUR, 'what was said to be safe is there');
		const files = await readdir(state.path(YARD));
		assert.ok(
			files.every((name) => name.endsWith('.state')),
			files.join(' '),
		);
	}
});

/** Lets the child keep memories until it has said number `until`, kills it, and returns the last number it said. */
async function killedAfter(folder: string, from: number, until: number): Promise<number> {
	const child = spawn(process.execPath, [CHILD, folder, String(from + 1)], { stdio: ['ignore', 'pipe', 'inherit'] });
	const exited = once(child, 'exit');
	let last = from;
	for await (const line of createInterface({ input: child.stdout })) {
		last = Number(line);
		if (last >= until) child.kill('SIGKILL');
	}
	const [, signal] = (await exited) as [number | null, string | null];
	assert.equal(signal, 'SIGKILL');
	return last;
}
