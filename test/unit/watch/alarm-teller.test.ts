import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm, AlarmChange } from '../../../src/core/alarm.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { type AlarmId, monotonicMs, surprise, utcMs } from '../../../src/core/units.ts';
import { alarmMessageOf } from '../../../src/publish/messages.ts';
import { recordOptions } from '../../../src/record/options.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openAlarmTeller } from '../../../src/watch/alarm-teller.ts';
import { CameraStatus } from '../../../src/watch/camera-status.ts';
import { sampleAlarm } from '../../support/alarms.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const START = Date.UTC(2026, 10, 22);

test('what is gathered is stored and marked, takes no number and sends no alarm message; the summary is told instead', async () => {
	await using rig = await create();
	for (const [n, id] of ['a', 'b', 'c', 'd'].entries()) {
		await rig.tell(id, 'started', n);
		await rig.tell(id, 'ended', n + 0.5);
	}
	assert.deepEqual(rig.published, [
		'started 1',
		'ended 2',
		'started 3',
		'ended 4',
		'flood started 1',
		'flood updated 2',
	]);
	const stored = await rig.recorder.alarms({ limit: 9 });
	assert.deepEqual(
		stored.map(({ id, gathered, endedAt }) => [id, gathered, endedAt !== null]),
		[
			['d', true, true],
			['c', true, true],
			['b', false, true],
			['a', false, true],
		],
	);
	assert.equal((await rig.recorder.outbox.pending(100)).length, 4, 'alarms that wait for the broker');
	assert.deepEqual(
		rig.events.map(({ kind }) => kind),
		[
			'alarm',
			'alarm',
			'alarm',
			'alarm',
			'alarm-gathered',
			'flood',
			'alarm-gathered',
			'alarm-gathered',
			'flood',
			'alarm-gathered',
		],
	);
	assert.deepEqual(rig.status.state.flood, { ...rig.status.state.flood, alarms: 2, startedAt: START + 2 * 60_000 });
	assert.deepEqual(rig.ended, ['a', 'b', 'c', 'd']);
});

test('a summary goes on after a restart, and what was gathered and left open is ended without a message', async () => {
	await using rig = await create();
	for (const [n, id] of ['a', 'b', 'c'].entries()) await rig.tell(id, 'started', n);
	const closed = await rig.recorder.closeOpenAlarms(alarmMessageOf);
	assert.deepEqual(
		closed.map(({ alarm }) => alarm.id),
		['a', 'b'],
	);
	assert.equal((await rig.recorder.alarm('c' as AlarmId))!.endReason, 'restart');
	const again = await rig.open();
	assert.equal(rig.status.state.flood?.alarms, 1);
	await again.tell(alarm('d', 3), 'started', monotonicMs(0));
	assert.equal(rig.status.state.flood?.alarms, 2);
});

async function create() {
	const folder = await temporaryFolder();
	const clock = manualClock();
	const events: DaemonEvent[] = [];
	const published: string[] = [];
	const ended: AlarmId[] = [];
	const observe = (event: DaemonEvent) => void events.push(event);
	const recorder = await openRecorder(recordOptions.parse({ folder: folder.path }), { clock, observe });
	const { camera } = sampleAlarm();
	const status = new CameraStatus(camera, 'armed', clock, () => {});
	const open = () =>
		openAlarmTeller({
			camera,
			falseAlarmsPerHour: 1 / 24,
			clock,
			observe,
			status,
			recorder,
			messageOf: alarmMessageOf,
			publisher: () =>
				({
					publishAlarm: async ({ change, sequence }) => void published.push(`${change} ${sequence}`),
					publishFlood: async ({ change, flood }) => void published.push(`flood ${change} ${flood.alarms}`),
				}) as ReturnType<Parameters<typeof openAlarmTeller>[0]['publisher']>,
			ended: async ({ id }) => void ended.push(id),
		});
	const teller = await open();
	return {
		recorder,
		events,
		published,
		ended,
		status,
		open,
		tell: (id: string, change: AlarmChange, minute: number) =>
			teller.tell(alarm(id, Math.floor(minute), minute, change), change, monotonicMs(0)),
		[Symbol.asyncDispose]: async () => {
			await recorder[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}

function alarm(id: string, startMinute: number, minute = startMinute, change: AlarmChange = 'started'): Alarm {
	const at = utcMs(START + minute * 60_000);
	return sampleAlarm({
		id: id as AlarmId,
		startedAt: utcMs(START + startMinute * 60_000),
		frameAt: at,
		endedAt: change === 'ended' ? at : null,
		peakSurprise: surprise(5),
	});
}
