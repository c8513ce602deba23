import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { cameraId } from '../../../src/core/units.ts';
import { removeTemporaries, stateFiles } from '../../../src/record/state-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const YARD = cameraId('yard');

test('state comes back as it was saved last, for its own camera and kind only', async () => {
	await using folder = await temporaryFolder();
	const files = stateFiles(folder.path, unexpected);
	assert.equal(await files.load(YARD, 'memory'), null);
	await files.save(YARD, 'memory', Uint8Array.of(1, 2, 3));
	await files.save(YARD, 'memory', Uint8Array.of(4));
	await files.save(YARD, 'nothing', new Uint8Array(0));
	assert.deepEqual([...(await files.load(YARD, 'memory'))!], [4]);
	assert.deepEqual([...(await files.load(YARD, 'nothing'))!], []);
	assert.equal(await files.load(cameraId('door'), 'memory'), null);
	assert.deepEqual((await readdir(await files.folder(YARD))).toSorted(), ['memory.state', 'nothing.state']);
	await assert.rejects(files.save(YARD, '../memory', Uint8Array.of(1)), RangeError);
});

for (const [what, damage] of [
	['with one bit changed', (path: string, bytes: Buffer) => writeFile(path, bytes.with(45, bytes[45]! ^ 1))],
	['cut short', (path: string) => truncate(path, 20)],
	['of another format', (path: string, bytes: Buffer) => writeFile(path, bytes.with(4, 9))],
] as const) {
	test(`state ${what} is moved aside and told, not used`, async () => {
		await using folder = await temporaryFolder();
		const events: DaemonEvent[] = [];
		const files = stateFiles(folder.path, (event) => events.push(event));
		await files.save(
			YARD,
			'memory',
			Uint8Array.from({ length: 100 }, (_, i) => i),
		);
		const path = join(await files.folder(YARD), 'memory.state');
		await damage(path, await readFile(path));
		assert.equal(await files.load(YARD, 'memory'), null);
		assert.equal(events.length, 1);
		const [kept] = await readdir(await files.folder(YARD));
		assert.match(kept!, /^memory\.state\.damaged-/);
		assert.equal(await files.load(YARD, 'memory'), null);
		assert.equal(events.length, 1);
	});
}

test('what cut-off writes have left is removed, and nothing else', async () => {
	await using folder = await temporaryFolder();
	await removeTemporaries(folder.path);
	const files = stateFiles(folder.path, unexpected);
	await files.save(YARD, 'memory', Uint8Array.of(1));
	await writeFile(join(await files.folder(YARD), 'memory.state.1234.tmp'), 'half');
	await removeTemporaries(folder.path);
	assert.deepEqual(await readdir(await files.folder(YARD)), ['memory.state']);
});

test('a folder that cannot be made is a failure with what to do', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'cameras'), '');
	const files = stateFiles(folder.path, unexpected);
	await assert.rejects(files.save(YARD, 'memory', Uint8Array.of(1)), { code: 'STORE_FAILED', message: /may write to/ });
});

function unexpected(event: DaemonEvent): void {
	assert.fail(`nothing should be told, but was: ${event.kind}`);
}
