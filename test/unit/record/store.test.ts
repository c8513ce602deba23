import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type AlarmId, cameraId, utcMs } from '../../../src/core/units.ts';
import { Store } from '../../../src/record/store.ts';
import { isDamaged, storeError } from '../../../src/record/store-error.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AT = utcMs(1_790_000_000_000.5);

test('an alarm, its sequence number and its message are there again after closing', async () => {
	await using folder = await temporaryFolder();
	const options = { path: join(folder.path, 'a.db'), outboxMax: 100 };
	const started = sampleAlarm();
	const ended = sampleAlarm({ endedAt: utcMs(started.startedAt + 5000.25) });
	{
		using store = new Store(options);
		store.save({ alarm: started, sequence: 1, message: { topic: 't', payload: '1' }, at: AT });
		assert.deepEqual(store.openAlarms(), [started]);
		const put = store.save({ alarm: ended, sequence: 2, message: { topic: 't', payload: '2' }, at: AT });
		assert.deepEqual(put, { message: { id: 2, topic: 't', payload: '2', queuedAt: 1_790_000_000_000 }, dropped: 0 });
	}
	using store = new Store(options);
	assert.deepEqual(store.alarm(started.id), ended);
	assert.equal(store.alarm('none' as AlarmId), null);
	assert.deepEqual(store.openAlarms(), []);
	assert.deepEqual([...store.sequences()], [['yard', 2]]);
	assert.deepEqual(
		store.pending(10).map(({ payload }) => payload),
		['1', '2'],
	);
});

test('what fails on the way leaves nothing of an alarm behind', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 100 });
	const broken = { topic: 't', payload: null as unknown as string };
	assert.throws(() => store.save({ alarm: sampleAlarm(), sequence: 1, message: broken, at: AT }));
	assert.deepEqual(store.alarms({ limit: 10 }), []);
	assert.equal(store.sequences().size, 0);
	assert.deepEqual(store.depth(), { messages: 0, oldestQueuedAt: null });
	store.save({ alarm: sampleAlarm(), sequence: 1, message: null, at: AT });
	assert.equal(store.alarms({ limit: 10 }).length, 1);
});

test('alarms are found by camera and time, newest first, page by page', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 100 });
	for (let i = 0; i < 6; i++) {
		const camera = cameraId(i % 2 === 0 ? 'yard' : 'door');
		const zones = i < 2 ? [] : i < 4 ? ['Front gate'] : ['lawn', 'Front gate'];
		const alarm = sampleAlarm({ id: `id-${i}` as AlarmId, camera, startedAt: utcMs(1000 * i), zones });
		store.save({ alarm, sequence: i, message: null, at: AT });
	}
	const ids = (query: Parameters<Store['alarms']>[0]) => store.alarms(query).map(({ id }) => id);
	assert.deepEqual(ids({ limit: 2 }), ['id-5', 'id-4']);
	assert.deepEqual(ids({ limit: 2, before: 'id-4' as AlarmId }), ['id-3', 'id-2']);
	assert.deepEqual(ids({ limit: 9, camera: cameraId('door') }), ['id-5', 'id-3', 'id-1']);
	assert.deepEqual(ids({ limit: 9, from: utcMs(2000), to: utcMs(4000) }), ['id-3', 'id-2']);
	assert.deepEqual(ids({ limit: 9, zone: 'lawn' }), ['id-5', 'id-4']);
	assert.deepEqual(ids({ limit: 9, zone: 'Front gate', camera: cameraId('yard') }), ['id-4', 'id-2']);
	assert.deepEqual(ids({ limit: 9, zone: 'gate' }), []);
});

test('old alarms are forgotten, open ones never', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 100 });
	for (const [id, startedAt, endedAt] of [
		['old', 1000, 2000],
		['old-open', 1000, null],
		['new', 5000, 6000],
	] as const) {
		const times = { startedAt: utcMs(startedAt), endedAt: endedAt === null ? null : utcMs(endedAt) };
		store.save({ alarm: sampleAlarm({ id: id as AlarmId, ...times }), sequence: 1, message: null, at: AT });
	}
	assert.equal(store.forget(utcMs(5000)), 1);
	assert.deepEqual(
		store.alarms({ limit: 10 }).map(({ id }) => id),
		['old-open', 'new'],
	);
});

test('a full outbox loses its oldest messages and says how many', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.db');
	{
		using store = new Store({ path, outboxMax: 3 });
		const dropped = ['a', 'b', 'c', 'd'].map((payload) => store.put('t', payload, AT).dropped);
		assert.deepEqual(dropped, [0, 0, 0, 1]);
		store.acknowledge(2);
		store.acknowledge(2);
		assert.equal(store.depth().messages, 2);
		assert.equal(store.put('t', 'e', AT).dropped, 0);
		assert.deepEqual(
			store.pending(2).map(({ id, payload }) => [id, payload]),
			[
				[3, 'c'],
				[4, 'd'],
			],
		);
	}
	using smaller = new Store({ path, outboxMax: 1 });
	assert.equal(smaller.put('t', 'f', AT).dropped, 3);
	assert.deepEqual(smaller.depth(), { messages: 1, oldestQueuedAt: 1_790_000_000_000 });
});

test('one daemon a folder: a second one is told what to do', async () => {
	await using folder = await temporaryFolder();
	const options = { path: join(folder.path, 'a.db'), outboxMax: 100 };
	using _store = new Store(options);
	const error = thrownBy(() => new Store(options));
	assert.match(String(storeError('open it', error)), /STORE_FAILED/);
	assert.match(String(storeError('open it', error)), /another Foreframe uses the folder/);
});

test('a database of a newer version is refused and left alone', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.db');
	const newer = new DatabaseSync(path);
	newer.exec('PRAGMA user_version = 99');
	newer.close();
	assert.throws(() => new Store({ path, outboxMax: 100 }), { code: 'STORE_FAILED', message: /version 99/ });
});

test('a full disk stores nothing of an alarm, says so, and is forgotten when there is space again', async () => {
	await using folder = await temporaryFolder();
	using store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 1e6, pagesMax: 40 });
	const fill = () => {
		for (let i = 0; i < 1000; i++) store.put('t', 'x'.repeat(4000), AT);
	};
	const full = storeError('record', thrownBy(fill));
	assert.match(String(full), /free some space on the disk \(STORE_FAILED\)/);
	const { messages } = store.depth();
	const message = { topic: 't', payload: 'x'.repeat(9000) };
	assert.throws(() => store.save({ alarm: sampleAlarm(), sequence: 1, message, at: AT }), /full/);
	assert.equal(store.depth().messages, messages);
	assert.equal(store.pending(1e6).length, messages);
	assert.deepEqual(store.alarms({ limit: 10 }), []);
	for (const { id } of store.pending(10)) store.acknowledge(id);
	store.save({ alarm: sampleAlarm(), sequence: 1, message, at: AT });
	assert.equal(store.depth().messages, messages - 9);
});

test('what is no database is told apart as damaged, and a bug is not dressed up as a failure', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.db');
	writeFileSync(path, 'this is no database at all, and long enough to be looked at'.repeat(100));
	assert.equal(isDamaged(thrownBy(() => new Store({ path, outboxMax: 100 }))), true);
	const bug = new TypeError('undefined is not a function');
	assert.equal(storeError('record', bug), bug);
	assert.equal(isDamaged(bug), false);
});

function thrownBy(act: () => unknown): unknown {
	try {
		act();
	} catch (error) {
		return error;
	}
	return assert.fail('it should have thrown');
}
