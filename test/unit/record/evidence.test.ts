import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { uuidv7 } from '../../../src/alarm/alarm-id.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import type { Evidence } from '../../../src/core/explanation.ts';
import { type AlarmId, utcMs } from '../../../src/core/units.ts';
import { openEvidence } from '../../../src/record/evidence.ts';
import { sampleExplanation } from '../../support/alarms.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MONDAY = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;

test('evidence is there at once, after closing too, and newer evidence of an alarm takes its place', async () => {
	await using folder = await temporaryFolder();
	const alarm = idAt(MONDAY);
	{
		await using store = await openEvidence(folder.path, { bytesMax: 1e6, observe: unexpected });
		store.keep(evidenceOf(alarm, 100, 'first'));
		assert.equal((await store.explanation(alarm))?.text, 'first');
		store.keep(evidenceOf(alarm, 200, 'second'));
		assert.equal((await store.picture(alarm, 'seen'))?.length, 200);
	}
	await using again = await openEvidence(folder.path, { bytesMax: 1e6, observe: unexpected });
	assert.deepEqual(await again.explanation(alarm), evidenceOf(alarm, 200, 'second').explanation);
	assert.equal((await again.picture(alarm, 'seen'))?.length, 200);
	assert.equal(await again.picture(alarm, 'expected'), null);
	assert.equal(await again.explanation(idAt(MONDAY + 1)), null);
	assert.deepEqual(await readdir(folder.path), ['2026-11-23']);
});

test('the oldest evidence goes when there is more than may be, also what an earlier run has left', async () => {
	await using folder = await temporaryFolder();
	const alarms = Array.from({ length: 6 }, (_, n) => idAt(MONDAY + n * 3 * 3_600_000));
	for (const alarm of alarms) {
		await using store = await openEvidence(folder.path, { bytesMax: 5000, observe: unexpected });
		store.keep(evidenceOf(alarm, 1000, 'text'));
	}
	await using store = await openEvidence(folder.path, { bytesMax: 5000, observe: unexpected });
	const kept = await Promise.all(alarms.map((alarm) => store.explanation(alarm)));
	assert.deepEqual(
		kept.map((explanation) => explanation !== null),
		[false, false, false, true, true, true],
	);
});

test('evidence of days before is forgotten', async () => {
	await using folder = await temporaryFolder();
	const [old, recent] = [idAt(MONDAY - 3 * DAY_MS), idAt(MONDAY)];
	{
		await using store = await openEvidence(folder.path, { bytesMax: 1e6, observe: unexpected });
		store.keep(evidenceOf(old, 10, 'old'));
		store.keep(evidenceOf(recent, 10, 'recent'));
	}
	await using store = await openEvidence(folder.path, { bytesMax: 1e6, observe: unexpected });
	await store.forget(utcMs(MONDAY - DAY_MS));
	assert.equal(await store.explanation(old), null);
	assert.equal((await store.explanation(recent))?.text, 'recent');
});

test('a disk that takes nothing is told, and ends nothing', async () => {
	await using folder = await temporaryFolder();
	const events: DaemonEvent[] = [];
	const path = join(folder.path, 'evidence');
	{
		await using store = await openEvidence(path, { bytesMax: 1e6, observe: (event) => events.push(event) });
		await rm(path, { recursive: true });
		await writeFile(path, 'a file where the folder was');
		store.keep(evidenceOf(idAt(MONDAY), 10, 'text'));
	}
	assert.deepEqual(
		events.map((event) => event.kind === 'warning' && /what explains alarm .* is not kept/.test(event.detail)),
		[true],
	);
});

test('more alarms than can wait to be written give up the oldest and say so', async () => {
	await using folder = await temporaryFolder();
	const events: DaemonEvent[] = [];
	const alarms = Array.from({ length: 34 }, (_, n) => idAt(MONDAY + n));
	{
		await using store = await openEvidence(folder.path, { bytesMax: 1e7, observe: (event) => events.push(event) });
		for (const alarm of alarms) store.keep(evidenceOf(alarm, 10, 'text'));
	}
	assert.equal(events.length, 2);
	assert.equal((await readdir(join(folder.path, '2026-11-23'))).length >= 32, true);
});

function evidenceOf(alarm: AlarmId, bytes: number, text: string): Evidence {
	return {
		explanation: sampleExplanation({ alarm, text, pictures: ['seen'] }),
		pictures: new Map([['seen', new Uint8Array(bytes).fill(7)]]),
	};
}

function idAt(ms: number): AlarmId {
	return uuidv7(utcMs(ms), new Uint8Array(10));
}

function unexpected(event: DaemonEvent): void {
	assert.fail(`unexpected ${JSON.stringify(event)}`);
}
