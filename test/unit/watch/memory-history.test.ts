import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemorySnapshot } from '../../../src/core/memory.ts';
import { cameraId, utcMs } from '../../../src/core/units.ts';
import { stateFiles } from '../../../src/record/state-files.ts';
import { keptSnapshots, memoryHistory } from '../../../src/watch/memory-history.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12, 30);
const YARD = cameraId('yard');

test('a month of hours is thinned out to 24 hours and 7 days, a flood of alarms to the newest 24', () => {
	const hourly = Array.from(
		{ length: 720 },
		(_, hour): MemorySnapshot => ({ at: utcMs(NOW - hour * HOUR), reason: 'hourly' }),
	);
	const alarms = Array.from(
		{ length: 500 },
		(_, n): MemorySnapshot => ({ at: utcMs(NOW - n * 60_000), reason: 'alarm' }),
	);
	const replaced = Array.from(
		{ length: 20 },
		(_, n): MemorySnapshot => ({ at: utcMs(NOW - n * HOUR), reason: 'replaced' }),
	);
	const kept = keptSnapshots([...hourly, ...alarms, ...replaced].sort((a, b) => b.at - a.at));
	const of = (reason: string) => kept.filter((snapshot) => snapshot.reason === reason).map(({ at }) => at);
	assert.deepEqual(
		of('hourly').slice(0, 24),
		hourly.slice(0, 24).map(({ at }) => at),
	);
	const days = new Set(of('hourly').map((at) => Math.floor(at / (24 * HOUR))));
	assert.equal(days.size, 7);
	assert.equal(of('hourly').length, 24 + 5, 'two of the days are among the hours');
	assert.deepEqual(
		of('alarm'),
		alarms.slice(0, 24).map(({ at }) => at),
	);
	assert.equal(of('replaced').length, 8);
	assert.deepEqual(keptSnapshots(kept.toSorted((a, b) => b.at - a.at)).length, kept.length, 'nothing more goes');
});

test('of a camera that was off for weeks its last hours stay', () => {
	const old = Array.from(
		{ length: 5 },
		(_, hour): MemorySnapshot => ({ at: utcMs(NOW - (1000 + hour) * HOUR), reason: 'hourly' }),
	);
	assert.equal(keptSnapshots([{ at: utcMs(NOW), reason: 'hourly' }, ...old]).length, 6);
});

test('snapshots lie on disk, are found by their time, and those from after one can be forgotten', async () => {
	await using folder = await temporaryFolder();
	const state = stateFiles(folder.path, () => assert.fail('nothing is told'));
	const history = memoryHistory(state, YARD, 'memory-0123456789ab');
	await state.save(YARD, 'memory-0123456789ab', Uint8Array.of(9));
	await memoryHistory(state, YARD, 'memory').keep({ at: utcMs(NOW), reason: 'hourly' }, Uint8Array.of(8));
	assert.deepEqual(await history.list(), []);
	assert.equal(await history.before(utcMs(NOW)), null);
	const at = (hours: number, reason: MemorySnapshot['reason'] = 'hourly') => ({
		at: utcMs(NOW + hours * HOUR),
		reason,
	});
	for (const [n, snapshot] of [at(0), at(1), at(1.5, 'alarm'), at(2), at(2.5, 'replaced')].entries()) {
		await history.keep(snapshot, Uint8Array.of(n));
	}
	assert.deepEqual(await history.before(utcMs(NOW + 1.7 * HOUR)), at(1.5, 'alarm'));
	assert.deepEqual(await history.before(utcMs(NOW + 1.2 * HOUR)), at(1));
	assert.deepEqual(await history.before(utcMs(NOW + 9 * HOUR)), at(2), 'never one that was replaced');
	assert.deepEqual([...(await history.load(at(1.5, 'alarm')))!], [2]);
	await history.forgetAfter(at(1).at);
	assert.deepEqual(await history.list(), [at(2.5, 'replaced'), at(1), at(0)]);
	assert.equal((await memoryHistory(state, YARD, 'memory').list()).length, 1, 'another model has its own');
});
