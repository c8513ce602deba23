import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { ForeframeError } from '../../src/core/errors.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import { alarmMessageOf, cameraStateOf } from '../../src/publish/messages.ts';
import { type MqttLink, type MqttLinkOptions, openMqtt } from '../../src/publish/mqtt.ts';
import { MQTT_TIMEOUTS } from '../../src/publish/mqtt-session.ts';
import { type AlarmMessage, alarmMessage, TOPIC } from '../../src/publish/wire.ts';
import { sampleAlarm, sampleNotice, sampleState } from '../support/alarms.ts';
import { startGate } from '../support/gate.ts';
import { memoryOutbox } from '../support/memory-outbox.ts';
import { freePort, mosquittoMissing, publish, startMosquitto, subscribe } from '../support/mosquitto.ts';

const skip = mosquittoMissing;

test('every alarm arrives in order while the broker is killed five times, and repetitions are marked', {
	skip,
	timeout: 60_000,
}, async () => {
	await using broker = await startMosquitto();
	await using gate = await startGate(broker.port);
	gate.close();
	const { link, outbox, events } = open(`mqtt://127.0.0.1:${gate.port}`);
	await using _link = link;
	const seen: AlarmMessage[] = [];
	let sent = 0;
	// Alarms go on while the broker is away, from before the first kill until after the last.
	const sending = new AbortController();
	const stream = (async () => {
		while (!sending.signal.aborted) {
			sent += 1;
			await raise(link, sent);
			await pause(10, sending.signal);
		}
	})();
	for (let kills = 0; kills < 5; kills += 1) {
		await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
		// A broker without persistence forgets its subscribers: the link may come only when ours is there again.
		gate.open();
		const goal = sent + 10;
		await subscriber.until(`alarm ${goal}`, (messages) => messages.some(({ text }) => seqOf(text) >= goal));
		await broker.kill();
		gate.close();
		await pause(300);
		seen.push(...parsed(subscriber.messages));
		await subscriber[Symbol.asyncDispose]();
		await broker.start();
	}
	await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
	gate.open();
	sending.abort();
	await stream;
	await subscriber.until(`alarm ${sent}`, (messages) => messages.some(({ text }) => seqOf(text) === sent), 20_000);
	await until(() => outbox.messages.length === 0);
	seen.push(...parsed(subscriber.messages));

	const firsts = new Set<number>();
	let last = 0;
	for (const message of seen) {
		assert.ok(message.seq >= last, `alarm ${message.seq} came after ${last}`);
		last = message.seq;
		if (firsts.has(message.seq)) assert.equal(message.replayed, true, `alarm ${message.seq} came again, not marked`);
		firsts.add(message.seq);
	}
	const missing = Array.from({ length: sent }, (_, index) => index + 1).filter((seq) => !firsts.has(seq));
	assert.deepEqual(missing, []);
	assert.ok(seen.some(({ replayed }) => replayed));
	assert.ok(seen.some(({ replayed }) => !replayed));
	assert.equal(ofKind(events, 'alarm-delivered').length, sent);
	const connections = ofKind(events, 'mqtt-connected');
	assert.equal(connections.length, 6);
	assert.equal(connections[0]?.downMs, null);
	for (const { downMs } of connections.slice(1)) assert.ok(downMs !== null && downMs > 0, `down for ${downMs} ms`);
});

test('a new subscriber finds every retained state, and "online" comes after them', { skip }, async () => {
	await using broker = await startMosquitto();
	await using before = await subscribe(broker.port, 'foreframe/#');
	const retained = new Map<string, unknown>([
		[TOPIC.availability('yard'), 'online'],
		[TOPIC.state('yard'), cameraStateOf(sampleState())],
	]);
	const { link } = open(broker.url, {}, retained);
	await using _link = link;
	const live = await before.until('online', (messages) => messages.some(({ text }) => text === '{"state":"online"}'));
	assert.deepEqual(
		live.map(({ topic }) => topic),
		['foreframe/camera/yard/availability', 'foreframe/camera/yard/state', 'foreframe/bridge/state'],
	);
	await using after = await subscribe(broker.port, 'foreframe/#');
	await after.until('three messages', (messages) => messages.length === 3);
	assert.ok(after.messages.every((message) => message.retained && message.qos === 1));
	const state = after.messages.find(({ topic }) => topic === 'foreframe/camera/yard/state');
	assert.deepEqual(JSON.parse(state?.text ?? ''), cameraStateOf(sampleState()));

	// A topic that is gone is cleared at the broker too.
	retained.delete(TOPIC.availability('yard'));
	link.changed(TOPIC.availability('yard'));
	await before.until('an empty payload', (messages) =>
		messages.some(({ topic, text }) => topic.endsWith('/availability') && text === ''),
	);
});

test('after a broker that forgot everything has come back, the states are there again', { skip }, async () => {
	await using broker = await startMosquitto();
	const { link, events } = open(broker.url, {}, new Map([[TOPIC.availability('yard'), 'online']]));
	await using _link = link;
	await until(() => ofKind(events, 'mqtt-connected').length === 1);
	await broker.kill();
	await until(() => ofKind(events, 'mqtt-lost').length > 0);
	assert.match(ofKind(events, 'mqtt-lost')[0]?.reason ?? '', /closed the connection/);
	await broker.start();
	await until(() => ofKind(events, 'mqtt-connected').length === 2);
	await using subscriber = await subscribe(broker.port, 'foreframe/#');
	await subscriber.until('both states', (messages) => messages.length === 2);
});

test('a clean stop says offline at once, and a death lets the will say it', { skip }, async () => {
	await using broker = await startMosquitto();
	await using gate = await startGate(broker.port);
	await using subscriber = await subscribe(broker.port, 'foreframe/bridge/state');
	const states = () => subscriber.messages.map(({ text }) => (JSON.parse(text) as { state: string }).state);
	const first = open(broker.url);
	await subscriber.until('online', () => states().length === 1);
	await first.link[Symbol.asyncDispose]();
	await subscriber.until('offline', () => states().length === 2);

	const second = open(`mqtt://127.0.0.1:${gate.port}`);
	await using _second = second.link;
	await subscriber.until('online again', () => states().length === 3);
	gate.close();
	await subscriber.until('the will', () => states().length === 4);
	assert.deepEqual(states(), ['online', 'offline', 'online', 'offline']);
	gate.open();
	await subscriber.until('online after the return', () => states().length === 5);
	assert.equal(states()[4], 'online');
});

test('the late will of an earlier connection does not leave the bridge offline', { skip }, async () => {
	await using broker = await startMosquitto();
	const { link, events } = open(broker.url);
	await using _link = link;
	await until(() => ofKind(events, 'message-published').length > 0);
	await using subscriber = await subscribe(broker.port, 'foreframe/bridge/state');
	await publish(broker.port, 'foreframe/bridge/state', '{"state":"offline"}', ['-r']);
	await subscriber.until('online after offline', (messages) => {
		const states = messages.map(({ text }) => text);
		return states.indexOf('{"state":"online"}', states.indexOf('{"state":"offline"}') + 1) > 0;
	});
});

test('why there is no connection is told in plain words, without the password', { skip, timeout: 60_000 }, async () => {
	const nobody = await freePort();
	await using closed = await startMosquitto({ password: { user: 'foreframe', password: 'right-one' } });
	await using secure = await startMosquitto({ tls: true });
	await using stopped = await startMosquitto();
	stopped.signal('SIGSTOP');
	const fast = { timeouts: { ...MQTT_TIMEOUTS, connectMs: 500 } };
	const wrong = { username: 'foreframe', password: 'wrong-pw-4711' };
	assert.match(await reasonOf(`mqtt://127.0.0.1:${nobody}`), /^refused: /);
	assert.match(await reasonOf(closed.url, wrong), /^bad credentials: /);
	assert.match(await reasonOf(`mqtt://foreframe:wrong-pw-4711@127.0.0.1:${closed.port}`), /^bad credentials: /);
	assert.match(await reasonOf(secure.url), /^TLS: /);
	assert.match(await reasonOf(stopped.url, fast), /^timeout: /);
	assert.match(await reasonOf('mqtt://no-such-host.invalid'), /host name is unknown/);
	stopped.signal('SIGCONT');

	async function reasonOf(url: string, parts: Partial<MqttLinkOptions> = {}): Promise<string> {
		const { link, events } = open(url, parts);
		await until(() => ofKind(events, 'mqtt-lost').length > 0);
		await link[Symbol.asyncDispose]();
		assert.doesNotMatch(JSON.stringify(events), /wrong-pw-4711/);
		return ofKind(events, 'mqtt-lost')[0]?.reason ?? '';
	}
});

test('it connects with a password and with TLS', { skip }, async () => {
	const password = { user: 'foreframe', password: 'right-one' };
	await using broker = await startMosquitto({ password, tls: true });
	const ca = await readFile(broker.caFile, 'utf8');
	const { link, events } = open(broker.url, { username: 'foreframe', password: 'right-one', ca });
	await using _link = link;
	await until(() => ofKind(events, 'mqtt-connected').length === 1);
	assert.equal(ofKind(events, 'mqtt-lost').length, 0);
});

test('a broker that hangs is given up, and the alarm it did not confirm is sent again', { skip }, async () => {
	await using broker = await startMosquitto();
	const { link, outbox, events } = open(broker.url, { timeouts: { ...MQTT_TIMEOUTS, connectMs: 500, confirmMs: 500 } });
	await using _link = link;
	await until(() => ofKind(events, 'message-published').length > 0);
	await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
	broker.signal('SIGSTOP');
	await raise(link, 1);
	await until(() => ofKind(events, 'mqtt-lost').length > 0);
	assert.match(ofKind(events, 'mqtt-lost')[0]?.reason ?? '', /^timeout: the broker confirmed nothing/);
	assert.equal(outbox.messages.length, 1);
	broker.signal('SIGCONT');
	await until(() => outbox.messages.length === 0);
	await subscriber.until('the alarm again', (messages) =>
		messages.some(({ text }) => text.includes('"replayed":true')),
	);
});

test('alarms that waited for the daemon to start go out marked, with their original times', { skip }, async () => {
	await using broker = await startMosquitto();
	await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
	const { topic, payload } = alarmMessageOf(sampleNotice(7));
	const outbox = memoryOutbox();
	await outbox.put(topic, JSON.stringify(payload));
	const { link, events } = open(broker.url, {}, new Map(), outbox);
	await using _link = link;
	await subscriber.until('the old alarm', (messages) => messages.length === 1);
	await until(() => outbox.messages.length === 0);
	await raise(link, 8);
	await subscriber.until('the new alarm', (messages) => messages.length === 2);
	assert.deepEqual(parsed(subscriber.messages), [
		{ ...payload, replayed: true },
		{ ...payload, seq: 8, event_type: 'updated' },
	]);
	await until(() => ofKind(events, 'alarm-delivered').length === 2);
	assert.deepEqual(
		ofKind(events, 'alarm-delivered').map(({ replayed }) => replayed),
		[true, false],
	);
});

test('an alarm that the store cannot keep is sent all the same while the broker is there', { skip }, async () => {
	await using broker = await startMosquitto();
	await using subscriber = await subscribe(broker.port, 'foreframe/camera/+/alarm');
	const outbox = {
		...memoryOutbox(),
		put: async () => {
			throw new ForeframeError('STORE_FAILED', 'Cannot write to the disk: it is full');
		},
	};
	const { link, events } = open(broker.url, {}, new Map(), outbox);
	await using _link = link;
	await until(() => ofKind(events, 'message-published').length > 0);
	await raise(link, 1);
	await subscriber.until('the alarm', (messages) => messages.length === 1);
	assert.match(ofKind(events, 'warning')[0]?.detail ?? '', /not kept for later: .*disk: it is full/);
});

test('what another client asks arrives once, with its topic', { skip }, async () => {
	await using broker = await startMosquitto();
	const { link, events, received } = open(broker.url);
	await using _link = link;
	await until(() => ofKind(events, 'message-published').length > 0);
	await publish(broker.port, 'foreframe/bridge/request/health', '{"transaction":3}');
	await until(() => received.length > 0);
	assert.deepEqual(received, [{ topic: 'bridge/request/health', text: '{"transaction":3}', retained: false }]);
});

function raise(link: MqttLink, seq: number): Promise<void> {
	const { topic, payload } = alarmMessageOf(sampleNotice(seq, 'updated', sampleAlarm()));
	return link.deliver(topic, payload, systemClock.monotonicNow());
}

function parsed(messages: readonly { readonly text: string }[]): AlarmMessage[] {
	return messages.map(({ text }) => alarmMessage.parse(JSON.parse(text)));
}

function seqOf(text: string): number {
	return alarmMessage.parse(JSON.parse(text)).seq;
}

function ofKind<Kind extends DaemonEvent['kind']>(events: readonly DaemonEvent[], kind: Kind) {
	return events.filter((event): event is Extract<DaemonEvent, { kind: Kind }> => event.kind === kind);
}

async function until(condition: () => boolean): Promise<void> {
	for (let waitedMs = 0; !condition(); waitedMs += 20) {
		if (waitedMs > 15_000) throw new Error(`It did not happen within 15 s: ${condition}`);
		await pause(20);
	}
}

async function pause(ms: number, signal: AbortSignal = AbortSignal.timeout(60_000)): Promise<void> {
	await systemClock.sleep(ms, signal).catch(() => {});
}

function open(
	url: string,
	parts: Partial<MqttLinkOptions> = {},
	retained: ReadonlyMap<string, unknown> = new Map(),
	outbox = memoryOutbox(),
) {
	const events: DaemonEvent[] = [];
	const received: { topic: string; text: string; retained: boolean }[] = [];
	const link = openMqtt(
		{
			url,
			username: null,
			password: null,
			ca: null,
			clientId: 'foreframe-test',
			base: 'foreframe',
			reconnect: { firstMs: 100, maxMs: 400, jitter: 0.2 },
			timeouts: MQTT_TIMEOUTS,
			...parts,
		},
		{
			retained,
			outbox,
			onMessage: (topic, text, isRetained) => void received.push({ topic, text, retained: isRetained }),
			filters: ['bridge/request/+', 'camera/+/mode/set'],
			clock: systemClock,
			random: Math.random,
			observe: (event) => void events.push(event),
		},
	);
	return { link, outbox, events, received };
}
