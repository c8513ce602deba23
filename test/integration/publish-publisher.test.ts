import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/core/clock.ts';
import { ForeframeError } from '../../src/core/errors.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import { cameraId, utcMs } from '../../src/core/units.ts';
import { openBroker } from '../../src/publish/broker.ts';
import { MQTT_TIMEOUTS } from '../../src/publish/mqtt-session.ts';
import { openPublisher, type Publisher } from '../../src/publish/publisher.ts';
import { bridgeHealth, bridgeInfo, TOPICS } from '../../src/publish/wire.ts';
import { SAMPLE_STATS, sampleAlarm, sampleNotice, sampleState } from '../support/alarms.ts';
import { noFeedback } from '../support/feedback.ts';
import { noMemories } from '../support/memory-history.ts';
import { memoryOutbox } from '../support/memory-outbox.ts';
import { mosquittoMissing, publish, subscribe } from '../support/mosquitto.ts';

const skip = mosquittoMissing;

test('MQTT and WebSocket clients see the same messages, through the embedded broker', { skip }, async () => {
	await using broker = await openBroker({ host: '127.0.0.1', port: 0 });
	await using subscriber = await subscribe(broker.port, 'foreframe/#');
	await using http = await serve();
	const { publisher, events } = open(broker.url);
	await using _publisher = publisher;
	publisher.attach(http.server, () => true);
	const socket = await listen(http.port);
	await subscriber.until('online', (messages) => messages.some(({ topic }) => topic === 'foreframe/bridge/state'));
	publisher.publishCameraState(sampleState());
	await publisher.publishAlarm(sampleNotice(1));
	await publisher.publishAlarm(
		sampleNotice(2, 'ended', sampleAlarm({ endedAt: utcMs(sampleAlarm().startedAt + 5000) })),
	);
	publisher.publishStats({ ...SAMPLE_STATS });
	await publisher.publishHealth();
	await subscriber.until(
		'everything',
		(messages) =>
			['stats', 'health', 'state'].every((end) => messages.some(({ topic }) => topic.endsWith(end))) &&
			messages.filter(({ topic }) => topic.endsWith('alarm')).length === 2,
	);
	await socket.until((messages) => messages.some(({ topic }) => topic === 'bridge/health'));
	for (const { topic, text } of subscriber.messages) {
		const bare = topic.replace('foreframe/', '');
		const payload: unknown = bare.endsWith('/availability') ? text : JSON.parse(text);
		assert.ok(
			socket.messages.some(
				(message) => message.topic === bare && JSON.stringify(message.payload) === JSON.stringify(payload),
			),
			`${topic} ${text} was not seen over WebSocket`,
		);
		TOPICS.find((rule) => rule.topic.replace('<id>', 'yard') === bare)?.schema.parse(payload);
	}
	const alarms = subscriber.messages
		.filter(({ topic }) => topic.endsWith('alarm'))
		.map(({ text }) => JSON.parse(text).event_type);
	assert.deepEqual(alarms, ['started', 'ended']);
	const seqs = socket.messages.map(({ seq }) => seq);
	assert.deepEqual(
		seqs,
		seqs.toSorted((a, b) => a - b),
	);
	// The embedded broker knows MQTT 3.1.1 only: falling back to it is no failure.
	assert.equal(events.filter(({ kind }) => kind === 'mqtt-lost').length, 0);
	socket.close();
});

test('requests over MQTT are answered, also the wrong ones', { skip }, async () => {
	await using broker = await openBroker({ host: '127.0.0.1', port: 0 });
	await using subscriber = await subscribe(broker.port, 'foreframe/bridge/response/+');
	const { publisher, modes } = open(broker.url);
	await using _publisher = publisher;
	await using ready = await subscribe(broker.port, 'foreframe/bridge/state');
	await ready.until('online', (messages) => messages.length > 0);
	await publish(broker.port, 'foreframe/bridge/request/health', '{"transaction":"t1"}');
	await publish(broker.port, 'foreframe/bridge/request/info', '');
	await publish(broker.port, 'foreframe/camera/yard/mode/set', 'paused');
	await publish(broker.port, 'foreframe/bridge/request/mode', '{"camera":"yard","mode":"armed","transaction":2}');
	await publish(broker.port, 'foreframe/camera/gate/mode/set', 'armed');
	await publish(broker.port, 'foreframe/camera/yard/mode/set', 'sleeping');
	await publish(broker.port, 'foreframe/bridge/request/dance', '{}');
	await publish(broker.port, 'foreframe/bridge/request/info', 'not json');
	await subscriber.until('eight answers', (messages) => messages.length === 8);
	const answers = subscriber.messages.map(({ topic, text }) => ({
		verb: topic.split('/').at(-1),
		...JSON.parse(text),
	}));
	const of = (verb: string) => answers.filter((answer) => answer.verb === verb);
	bridgeHealth.parse(of('health')[0].data);
	assert.equal(of('health')[0].transaction, 't1');
	bridgeInfo.parse(of('info')[0].data);
	assert.match(of('info')[1].error, /expected a JSON object or nothing/);
	assert.deepEqual(of('mode'), [
		{ verb: 'mode', status: 'ok', data: { camera: 'yard', mode: 'paused' } },
		{ verb: 'mode', status: 'ok', data: { camera: 'yard', mode: 'armed' }, transaction: 2 },
		{ verb: 'mode', status: 'error', data: {}, error: 'There is no camera "gate" (USAGE)' },
		{
			verb: 'mode',
			status: 'error',
			data: {},
			error: 'mode: Invalid option: expected one of "armed"|"paused"|"schedule"',
		},
	]);
	assert.match(
		of('dance')[0].error,
		/there is no request "dance"; there are health, info, mode, learn, rollback, accept_view, memory, memory_rollback and feedback/,
	);
	assert.deepEqual(modes, [
		['yard', 'paused'],
		['yard', 'armed'],
	]);
});

test('a retained command is not carried out again at every connection', { skip }, async () => {
	await using broker = await openBroker({ host: '127.0.0.1', port: 0 });
	await publish(broker.port, 'foreframe/camera/yard/mode/set', 'paused', ['-r']);
	const { publisher, modes, events } = open(broker.url);
	await using _publisher = publisher;
	for (let waited = 0; waited < 200 && !events.some(({ kind }) => kind === 'warning'); waited += 1) {
		await systemClock.sleep(20, AbortSignal.timeout(1000));
	}
	assert.match(JSON.stringify(events.filter(({ kind }) => kind === 'warning')), /published as retained and is ignored/);
	assert.deepEqual(modes, []);
});

test('an address in use is told with what to do', async () => {
	await using broker = await openBroker({ host: '127.0.0.1', port: 0 });
	await assert.rejects(openBroker({ host: '127.0.0.1', port: broker.port }), (error: unknown) => {
		assert.ok(error instanceof ForeframeError && error.code === 'LISTEN_FAILED');
		assert.match(
			error.message,
			new RegExp(`127\\.0\\.0\\.1:${broker.port}.*another program listens there.*another port`),
		);
		return true;
	});
});

function open(url: string) {
	const modes: [string, string][] = [];
	const events: DaemonEvent[] = [];
	const publisher: Publisher = openPublisher(
		{
			mqtt: {
				url,
				username: null,
				password: null,
				ca: null,
				clientId: 'foreframe-test',
				base: 'foreframe',
				timeouts: MQTT_TIMEOUTS,
			},
		},
		{
			outbox: memoryOutbox(),
			info: () => ({
				version: '0.1.0',
				commit: null,
				startedAt: utcMs(Date.UTC(2026, 10, 22)),
				detector: 'mnad',
				model: { id: 'mnad-compact', version: '1' },
				provider: 'cpu',
				cameras: [cameraId('yard')],
				models: new Map(),
			}),
			health: async () => ({
				at: systemClock.utcNow(),
				uptimeSeconds: 12,
				rssBytes: 1e8,
				loopLagMs: 1,
				camerasOk: 1,
				camerasTotal: 1,
				diskFreeBytes: null,
			}),
			learn: async () => {},
			rollBack: async () => {},
			acceptView: async () => {},
			memory: noMemories,
			feedback: noFeedback,
			setMode: async (camera, mode) => {
				if (camera !== 'yard') throw new ForeframeError('USAGE', `There is no camera "${camera}"`);
				modes.push([camera, mode]);
			},
			clock: systemClock,
			random: Math.random,
			observe: (event) => void events.push(event),
		},
	);
	return { publisher, modes, events };
}

async function serve(): Promise<{ server: Server; port: number } & AsyncDisposable> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		server,
		port: (server.address() as net.AddressInfo).port,
		[Symbol.asyncDispose]: async () => {
			const closed = once(server, 'close');
			server.close();
			await closed;
		},
	};
}

interface Told {
	readonly topic: string;
	readonly payload: unknown;
	readonly seq: number;
}

async function listen(port: number) {
	const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
	const messages: Told[] = [];
	let check = () => {};
	socket.on('message', (data) => {
		messages.push(JSON.parse(String(data)) as Told);
		check();
	});
	await once(socket, 'open');
	return {
		messages: messages as readonly Told[],
		until: async (condition: (messages: readonly Told[]) => boolean) => {
			const { promise, resolve, reject } = Promise.withResolvers<void>();
			const timer = setTimeout(() => reject(new Error(`Not seen over WebSocket: ${JSON.stringify(messages)}`)), 10_000);
			check = () => condition(messages) && resolve();
			check();
			await promise.finally(() => clearTimeout(timer));
		},
		close: () => socket.close(),
	};
}

test('the embedded broker closes at once, whoever holds a connection without a word', { timeout: 20_000 }, async () => {
	const broker = await openBroker({ host: '127.0.0.1', port: 0 });
	const silent = net.connect({ port: broker.port, host: '127.0.0.1', allowHalfOpen: true });
	silent.on('error', () => {});
	await once(silent, 'connect');
	const startedAt = performance.now();
	await broker[Symbol.asyncDispose]();
	assert.ok(performance.now() - startedAt < 2000);
	silent.destroy();
});
