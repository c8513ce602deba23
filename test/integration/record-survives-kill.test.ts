import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { cameraId } from '../../src/core/units.ts';
import { recordOptions } from '../../src/record/options.ts';
import { openRecorder } from '../../src/record/recorder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHILD = new URL('../support/recording-child.ts', import.meta.url).pathname;

test('kill -9 during writes loses no alarm, no message and no number, and leaves no half file', async () => {
	await using folder = await temporaryFolder();
	let told = 0;
	for (const lines of [30, 77, 151]) {
		told = await killedAfter(folder.path, told + lines);
		const warnings: string[] = [];
		await using recorder = await openRecorder(recordOptions.parse({ folder: folder.path }), {
			clock: systemClock,
			observe: (event) => warnings.push(JSON.stringify(event)),
		});
		const messages = await recorder.outbox.pending(10_000);
		const payloads = messages.map(({ payload }) => JSON.parse(payload) as { sequence: number; alarm: string });
		const numbers = payloads.map(({ sequence }) => sequence);
		assert.ok(numbers.length >= told, `${numbers.length} messages of ${told} that were safe`);
		assert.deepEqual(
			numbers,
			numbers.map((_, i) => i + 1),
			'every number once, in order, across restarts',
		);
		const stored = new Set((await recorder.alarms({ limit: 10_000 })).map(({ id }) => id as string));
		assert.deepEqual(stored, new Set(payloads.map(({ alarm }) => alarm)), 'an alarm for every message and back');
		const memory = await recorder.state.load(cameraId('yard'), 'memory');
		assert.ok(memory !== null && memory.length === 200_000 && memory.every((byte) => byte === memory[0]));
		assert.deepEqual(await readdir(await recorder.state.folder(cameraId('yard'))), ['memory.state']);
		assert.deepEqual(warnings, []);
		told = numbers.length;
	}
});

/** Lets the child record until it has said number `until`, kills it, and returns the last number it said. */
async function killedAfter(folder: string, until: number): Promise<number> {
	const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
	const exited = once(child, 'exit');
	let last = 0;
	for await (const line of createInterface({ input: child.stdout })) {
		last = Number(line);
		if (last >= until) child.kill('SIGKILL');
	}
	const [, signal] = (await exited) as [number | null, string | null];
	assert.equal(signal, 'SIGKILL');
	return last;
}
