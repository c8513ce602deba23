import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import { openBroker } from '../../src/publish/broker.ts';
import { alarmMessageOf } from '../../src/publish/messages.ts';
import { openMqtt } from '../../src/publish/mqtt.ts';
import { type AlarmMessage, alarmMessage } from '../../src/publish/wire.ts';
import { recordOptions } from '../../src/record/options.ts';
import { openRecorder } from '../../src/record/recorder.ts';
import { sampleNotice } from '../support/alarms.ts';
import { freePort, mosquittoMissing, subscribe } from '../support/mosquitto.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('alarms kept by the recorder reach the broker once each, also those of a daemon that ended before', {
	skip: mosquittoMissing,
}, async () => {
	await using temporary = await temporaryFolder();
	const folder = temporary.path;
	const port = await freePort();
	{
		// Nobody listens there yet.
		await using daemon = await start(folder, port);
		await daemon.raise();
		await daemon.raise();
	}
	await using broker = await openBroker({ host: '127.0.0.1', port });
	await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
	await using daemon = await start(folder, port);
	await subscriber.until('two old alarms', (messages) => messages.length === 2);
	while (daemon.delivered() < 2) await systemClock.sleep(20, AbortSignal.timeout(10_000));
	for (let n = 0; n < 20; n += 1) await daemon.raise();
	await subscriber.until('twenty more', (messages) => messages.length === 22);
	while (daemon.delivered() < 22) await systemClock.sleep(20, AbortSignal.timeout(10_000));
	const seen = subscriber.messages.map(({ text }): AlarmMessage => alarmMessage.parse(JSON.parse(text)));
	assert.deepEqual(
		seen.map(({ seq, replayed }) => [seq, replayed]),
		Array.from({ length: 22 }, (_, index) => [index + 1, index < 2]),
	);
	assert.deepEqual(await daemon.pending(), []);
});

async function start(folder: string, port: number) {
	const events: DaemonEvent[] = [];
	const observe = (event: DaemonEvent) => void events.push(event);
	const recorder = await openRecorder(recordOptions.parse({ folder }), { clock: systemClock, observe });
	const link = openMqtt(
		{
			url: `mqtt://127.0.0.1:${port}`,
			username: null,
			password: null,
			ca: null,
			clientId: 'foreframe-test',
			base: 'foreframe',
		},
		{
			retained: new Map(),
			outbox: recorder.outbox,
			onMessage: () => {},
			filters: [],
			clock: systemClock,
			random: Math.random,
			observe,
		},
	);
	return {
		raise: async () => {
			const { sequence: _sequence, ...draft } = sampleNotice(0, 'updated');
			const notice = await recorder.saveAlarm(draft, alarmMessageOf);
			const { topic, payload } = alarmMessageOf(notice);
			await link.deliver(topic, payload, notice.arrivedAt);
		},
		delivered: () => events.filter(({ kind }) => kind === 'alarm-delivered').length,
		pending: () => recorder.outbox.pending(100),
		[Symbol.asyncDispose]: async () => {
			await link[Symbol.asyncDispose]();
			await recorder[Symbol.asyncDispose]();
		},
	};
}
