import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AlarmNotice } from '../../../src/core/alarm.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';
import { recordOptions } from '../../../src/record/options.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOW = Date.UTC(2026, 10, 22);
const clock: Clock = {
	utcNow: () => utcMs(NOW),
	monotonicNow: () => monotonicMs(5000),
	sleep: async () => {},
};

test('notices are numbered by camera, across restarts, and the number is inside the message', async () => {
	await using folder = await temporaryFolder();
	{
		await using recorder = await open(folder.path);
		const numbers = await Promise.all(
			['yard', 'yard', 'door', 'yard'].map(
				async (camera) => (await recorder.saveAlarm(draft(camera), message)).sequence,
			),
		);
		assert.deepEqual(numbers, [1, 2, 1, 3]);
	}
	await using recorder = await open(folder.path);
	assert.equal((await recorder.saveAlarm(draft('yard'), message)).sequence, 4);
	assert.deepEqual(
		(await recorder.outbox.pending(10)).map(({ topic, payload }) => [topic, payload]),
		[
			['yard', '{"seq":1}'],
			['yard', '{"seq":2}'],
			['door', '{"seq":1}'],
			['yard', '{"seq":3}'],
			['yard', '{"seq":4}'],
		],
	);
});

test('the outbox hands over what was stored with the alarm, once', async () => {
	await using folder = await temporaryFolder();
	await using recorder = await open(folder.path);
	await recorder.saveAlarm(draft('yard'), message);
	const first = await recorder.outbox.put('yard', '{"seq":1}');
	assert.deepEqual(await recorder.outbox.pending(10), [first]);
	const second = await recorder.outbox.put('yard', '{"seq":1}');
	assert.ok(second.id > first.id);
	await recorder.outbox.acknowledge(first.id);
	assert.deepEqual(await recorder.outbox.depth(), { messages: 1, oldestQueuedAt: NOW });
});

test('without anybody to tell, the alarm alone is stored', async () => {
	await using folder = await temporaryFolder();
	await using recorder = await open(folder.path);
	const { alarm } = await recorder.saveAlarm(draft('yard'), () => null);
	assert.deepEqual(await recorder.alarm(alarm.id), alarm);
	assert.deepEqual(await recorder.alarms({ limit: 10, camera: cameraId('yard') }), [alarm]);
	assert.equal((await recorder.outbox.depth()).messages, 0);
});

test('alarms that were left open are ended as of what is known of them, and told', async () => {
	await using folder = await temporaryFolder();
	const open1 = sampleAlarm({ id: 'id-1' as AlarmId });
	const done = sampleAlarm({ id: 'id-2' as AlarmId, endedAt: utcMs(NOW) });
	{
		await using recorder = await open(folder.path);
		for (const alarm of [open1, done]) await recorder.saveAlarm({ ...draft('yard'), alarm }, () => null);
	}
	await using recorder = await open(folder.path);
	const told: AlarmNotice[] = [];
	const notices = await recorder.closeOpenAlarms((notice) => {
		told.push(notice);
		return message(notice);
	});
	const ended = { ...open1, endedAt: open1.frameAt, endReason: 'restart' as const };
	assert.deepEqual(notices, [{ change: 'ended', alarm: ended, sequence: 3, arrivedAt: 5000 }]);
	assert.deepEqual(told, notices);
	assert.deepEqual(await recorder.alarm(open1.id), ended);
	assert.equal((await recorder.outbox.depth()).messages, 1);
	assert.deepEqual(await recorder.closeOpenAlarms(message), []);
});

test('messages that a full outbox loses are counted, and old alarms are forgotten at the start', async () => {
	await using folder = await temporaryFolder();
	const events: DaemonEvent[] = [];
	{
		await using recorder = await open(folder.path, events);
		for (let i = 0; i < 102; i++) await recorder.outbox.put('t', `${i}`);
		const old = sampleAlarm({ startedAt: utcMs(NOW - 91 * 86_400_000), endedAt: utcMs(NOW - 91 * 86_400_000) });
		await recorder.saveAlarm({ ...draft('yard'), alarm: old }, () => null);
	}
	assert.deepEqual(events, Array(2).fill({ kind: 'message-published', result: 'dropped' }));
	await using recorder = await open(folder.path);
	assert.deepEqual(await recorder.alarms({ limit: 10 }), []);
});

test('an alarm that a full disk does not take is numbered and told all the same', async () => {
	await using folder = await temporaryFolder();
	const events: DaemonEvent[] = [];
	await using recorder = await open(folder.path, events, 40);
	await assert.rejects(
		async () => {
			for (;;) await recorder.outbox.put('t', 'x'.repeat(4000));
		},
		{ code: 'STORE_FAILED' },
	);
	const long = (notice: AlarmNotice) => ({ topic: 'yard', payload: `${notice.sequence}`.padEnd(8000) });
	const first = await recorder.saveAlarm(draft('yard'), long);
	const second = await recorder.saveAlarm(draft('yard'), long);
	assert.deepEqual([first.sequence, second.sequence], [1, 2]);
	assert.deepEqual(await recorder.alarms({ limit: 10 }), []);
	const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.detail] : []));
	assert.equal(warnings.length, 2);
	assert.match(warnings[0]!, /an alarm of yard is not recorded: .*free some space/);
	await assert.rejects(recorder.outbox.put('yard', '1'.padEnd(8000)), { code: 'STORE_FAILED' });
});

test('a damaged database is moved aside, told and replaced', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'foreframe.db'), 'no database'.repeat(1000));
	const events: DaemonEvent[] = [];
	await using recorder = await open(folder.path, events);
	await recorder.saveAlarm(draft('yard'), message);
	assert.equal(events.length, 1);
	assert.match(events[0]!.kind === 'warning' ? events[0]!.detail : '', /was damaged; it was moved to/);
	const files = await readdir(folder.path);
	assert.equal(files.filter((name) => name.startsWith('foreframe.db.damaged-')).length, 1);
});

test('folders and database are for nobody else', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'state');
	await mkdir(path);
	await chmod(path, 0o755);
	await using recorder = await open(path);
	await recorder.state.save(cameraId('yard'), 'memory', Uint8Array.of(1));
	await recorder.saveAlarm(draft('yard'), message);
	for (const [name, mode] of [
		['', 0o700],
		['foreframe.db', 0o600],
		['foreframe.db-wal', 0o600],
		['cameras/yard', 0o700],
		['cameras/yard/memory.state', 0o600],
	] as const) {
		assert.equal((await stat(join(path, name))).mode & 0o777, mode, name);
	}
});

test('a folder that cannot be used is refused with what to do', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'file');
	await writeFile(path, '');
	await assert.rejects(open(join(path, 'state')), { code: 'STORE_FAILED', message: /state folder.*may write to/ });
	await mkdir(join(folder.path, 'foreframe.db'));
	await assert.rejects(open(folder.path), { code: 'STORE_FAILED', message: /foreframe\.db.*may write to/ });
});

test('a second daemon on the same folder is refused, and the first goes on', async () => {
	await using folder = await temporaryFolder();
	await using recorder = await open(folder.path);
	await assert.rejects(open(folder.path), { code: 'STORE_FAILED', message: /another Foreframe uses the folder/ });
	await recorder.saveAlarm(draft('yard'), message);
});

test('a bug in the recording thread is told to who waits and to who watches', async () => {
	await using folder = await temporaryFolder();
	const recorder = await open(folder.path);
	const nonsense = { ...draft('yard'), alarm: sampleAlarm({ id: {} as AlarmId }) };
	await assert.rejects(recorder.saveAlarm(nonsense, message), /recording thread died/);
	await assert.rejects(recorder.watch(new AbortController().signal), /recording thread died/);
	await assert.rejects(recorder.outbox.depth(), /recording thread died/);
	await assert.rejects(async () => await recorder[Symbol.asyncDispose](), /recording thread died/);
});

test('watching the recorder ends with its signal', async () => {
	await using folder = await temporaryFolder();
	await using recorder = await open(folder.path);
	const stop = new AbortController();
	const watching = recorder.watch(stop.signal);
	stop.abort();
	await watching;
	await recorder.watch(AbortSignal.abort());
});

test('calls that were made before closing are still done, later ones are a bug', async () => {
	await using folder = await temporaryFolder();
	const recorder = await open(folder.path);
	const saving = recorder.saveAlarm(draft('yard'), message);
	await recorder[Symbol.asyncDispose]();
	assert.equal((await saving).sequence, 1);
	await recorder.watch(new AbortController().signal);
	await assert.rejects(recorder.outbox.depth(), /was closed/);
	await recorder[Symbol.asyncDispose]();
});

function open(folder: string, events: DaemonEvent[] = [], pagesMax = 1e6) {
	const options = recordOptions.parse({ folder, outboxMax: 100 });
	return openRecorder(options, { clock, observe: (event) => void events.push(event), pagesMax });
}

function draft(camera: string): Omit<AlarmNotice, 'sequence'> {
	return {
		change: 'started',
		alarm: sampleAlarm({ camera: cameraId(camera), startedAt: utcMs(NOW) }),
		arrivedAt: monotonicMs(1),
	};
}

function message({ alarm, sequence }: AlarmNotice) {
	return { topic: alarm.camera, payload: { seq: sequence } };
}
