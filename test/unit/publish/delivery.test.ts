import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { ForeframeError } from '../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import type { Outbox } from '../../../src/core/outbox.ts';
import { monotonicMs, utcMs } from '../../../src/core/units.ts';
import { createDelivery } from '../../../src/publish/delivery.ts';
import { alarmMessageOf, payloadText } from '../../../src/publish/messages.ts';
import { MqttLost, MqttRefused } from '../../../src/publish/mqtt-failure.ts';
import type { MqttSession } from '../../../src/publish/mqtt-session.ts';
import { type AlarmMessage, alarmMessage } from '../../../src/publish/wire.ts';
import { sampleNotice } from '../../support/alarms.ts';
import { memoryOutbox } from '../../support/memory-outbox.ts';

test('alarms go out one after the other, each forgotten when it is confirmed', async () => {
	const { delivery, outbox, put } = create();
	const atBroker: number[] = [];
	let confirm = Promise.withResolvers<void>();
	const session = sessionThat(async ({ seq }) => {
		atBroker.push(seq);
		await confirm.promise;
	});
	const stop = new AbortController();
	const running = delivery.run(session, stop.signal);
	await Promise.all([put(1), put(2), put(3)]);
	await turns();
	assert.deepEqual(atBroker, [1]);
	assert.equal(outbox.messages.length, 3);
	confirm.resolve();
	confirm = Promise.withResolvers();
	await turns();
	assert.deepEqual(atBroker, [1, 2]);
	assert.deepEqual(
		outbox.messages.map(({ id }) => id),
		[2, 3],
	);
	stop.abort();
	confirm.resolve();
	await running;
	assert.deepEqual(atBroker, [1, 2, 3], 'a stop lets out what was put in before it');
	assert.deepEqual(outbox.messages, []);
});

test('what was put in before the connection, or was sent before without an answer, is marked as replayed', async () => {
	const { delivery, put, events } = create();
	const seen: AlarmMessage[] = [];
	await put(1);
	const first = sessionThat(async (message) => {
		seen.push(message);
		if (message.seq === 2) throw new MqttLost('gone');
	});
	const stop = new AbortController();
	const running = delivery.run(first, stop.signal);
	await turns();
	await put(2);
	await running;
	await put(3);
	const second = sessionThat(async (message) => void seen.push(message));
	const again = delivery.run(second, stop.signal);
	await turns();
	await put(4);
	await turns();
	stop.abort();
	await again;
	assert.deepEqual(
		seen.map(({ seq, replayed }) => [seq, replayed]),
		[
			[1, true],
			[2, false],
			[2, true],
			[3, true],
			[4, false],
		],
	);
	assert.deepEqual(
		events.filter((event) => event.kind === 'alarm-delivered').map(({ replayed, delayMs }) => [replayed, delayMs]),
		[
			[true, 40],
			[true, 40],
			[true, 40],
			[false, 40],
		],
	);
});

test('a message that the recorder has stored already, but that was not put in yet, is fresh', async () => {
	const stored = memoryOutbox(laterAndLater);
	const { delivery, put } = create({
		...stored,
		put: async () => ({ ...message, topic: 'unused', payload: 'unused' }),
	});
	const seen: boolean[] = [];
	const stop = new AbortController();
	const running = delivery.run(
		sessionThat(async ({ replayed }) => void seen.push(replayed)),
		stop.signal,
	);
	const { topic, payload } = alarmMessageOf(sampleNotice(1));
	const message = await stored.put(topic, payloadText(payload));
	await turns();
	await put(1);
	await turns();
	stop.abort();
	await running;
	assert.deepEqual(seen, [false]);
});

test('an alarm that the broker refuses is tried again before any later one', async () => {
	const { delivery, put, events } = create();
	const seen: number[] = [];
	let refusals = 2;
	const session = sessionThat(async ({ seq }) => {
		seen.push(seq);
		if (refusals > 0) {
			refusals -= 1;
			throw new MqttRefused('Publish error: Not authorized');
		}
	});
	await put(1);
	await put(2);
	const stop = new AbortController();
	const running = delivery.run(session, stop.signal);
	await turns();
	stop.abort();
	await running;
	assert.deepEqual(seen, [1, 1, 1, 2]);
	assert.equal(events.filter(({ kind }) => kind === 'warning').length, 2);
});

test('a store that fails for a while delays the alarms and loses none', async () => {
	const outbox = memoryOutbox(laterAndLater);
	let failures = 3;
	const failing: Outbox = {
		...outbox,
		pending: async (limit) => {
			failures -= 1;
			if (failures >= 0) throw new ForeframeError('STORE_FAILED', 'Cannot read the outbox');
			return outbox.pending(limit);
		},
	};
	const { delivery, put } = create(failing);
	const seen: number[] = [];
	const stop = new AbortController();
	const running = delivery.run(
		sessionThat(async ({ seq }) => void seen.push(seq)),
		stop.signal,
	);
	await put(1);
	await turns();
	stop.abort();
	await running;
	assert.deepEqual(seen, [1]);
});

test('while a full disk forgets nothing, what was confirmed is not sent again and what waits is sent', async () => {
	const outbox = memoryOutbox(laterAndLater);
	let failures = 2;
	const failing: Outbox = {
		...outbox,
		acknowledge: async (id) => {
			failures -= 1;
			if (failures >= 0) throw new ForeframeError('STORE_FAILED', 'Cannot record');
			await outbox.acknowledge(id);
		},
	};
	const { delivery, put, events } = create(failing);
	const seen: number[] = [];
	const stop = new AbortController();
	await put(1);
	await put(2);
	await put(3);
	const running = delivery.run(
		sessionThat(async ({ seq }) => void seen.push(seq)),
		stop.signal,
	);
	await turns();
	stop.abort();
	await running;
	assert.deepEqual(seen, [1, 2, 3]);
	assert.deepEqual(outbox.messages, []);
	assert.equal(events.filter(({ kind }) => kind === 'alarm-delivered').length, 3);
	assert.equal(events.filter(({ kind }) => kind === 'warning').length, 2, 'one for each attempt');
});

test('an alarm that an older version put in is delivered as it is', async () => {
	const outbox = memoryOutbox(laterAndLater);
	const { delivery, events } = create(outbox);
	await outbox.put('camera/yard/alarm', '{"v":0,"camera":"yard"}');
	const stop = new AbortController();
	const sent: unknown[] = [];
	const session = { ...sessionThat(async () => {}), publish: async (_: string, text: string) => void sent.push(text) };
	const running = delivery.run(session, stop.signal);
	await turns();
	stop.abort();
	await running;
	assert.deepEqual(sent, ['{"v":0,"camera":"yard","replayed":true}']);
	assert.ok(events.some((event) => event.kind === 'alarm-delivered' && event.camera === 'yard'));
});

test('while the broker is away the depth of the outbox is told at every alarm', async () => {
	const { put, events } = create();
	await put(1);
	await put(2);
	const depths = events.filter((event) => event.kind === 'outbox').map(({ messages }) => messages);
	assert.deepEqual(depths, [1, 2]);
});

let nowMs = 1_795_363_458_250;
/** UTC that moves with every look at it. */
function laterAndLater(): number {
	nowMs += 1;
	return nowMs;
}

function create(outbox: Outbox = memoryOutbox(laterAndLater)) {
	const events: DaemonEvent[] = [];
	const clock: Clock = {
		utcNow: () => utcMs(laterAndLater()),
		monotonicNow: () => monotonicMs(1040),
		sleep: async (_ms, signal) => systemClock.sleep(0, signal),
	};
	const delivery = createDelivery({ base: 'foreframe', outbox, clock, observe: (event) => void events.push(event) });
	const put = (seq: number) => {
		const { topic, payload } = alarmMessageOf(sampleNotice(seq));
		return delivery.put(topic, payloadText(payload), monotonicMs(1000));
	};
	return { delivery, put, events, outbox: outbox as ReturnType<typeof memoryOutbox> };
}

function sessionThat(publish: (message: AlarmMessage) => Promise<void>): MqttSession {
	return {
		closed: new Promise(() => {}),
		backlogBytes: 0,
		publish: async (topic, text) => {
			assert.equal(topic, 'foreframe/camera/yard/alarm');
			await publish(alarmMessage.parse(JSON.parse(text)));
		},
		send: () => {},
		subscribe: async () => {},
		end: async () => {},
		abandon: () => {},
	};
}

async function turns(): Promise<void> {
	for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}
