import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { systemClock } from '../../../src/core/clock.ts';
import type { DaemonEvent } from '../../../src/core/events.ts';
import { openWebSocketHub, WEBSOCKET_LIMITS } from '../../../src/publish/websocket.ts';

const STARTED = 1_795_363_458_250;
const KILOBYTES = 'x'.repeat(2000);

test('a new client gets every retained state at once, then what happens', async (t) => {
	const { hub, connect } = open(t, new Map([['bridge/state', { state: 'online' }]]));
	const client = await connect();
	await client.seen(1);
	hub.broadcast({ topic: 'camera/yard/availability', payload: 'online' }, 'state');
	await client.seen(2);
	assert.deepEqual(client.messages, [
		{ topic: 'bridge/state', payload: { state: 'online' }, seq: STARTED },
		{ topic: 'camera/yard/availability', payload: 'online', seq: STARTED + 1 },
	]);
	assert.equal(hub.clients, 1);
});

test('a client that comes back gets the alarms it missed, and only those', async (t) => {
	const { hub, connect } = open(t);
	for (const n of [1, 2, 3]) {
		hub.broadcast({ topic: 'camera/yard/alarm', payload: { n } }, 'alarm');
		hub.broadcast({ topic: 'camera/yard/stats', payload: {} }, 'droppable');
	}
	const client = await connect({ since: STARTED + 1 });
	await client.seen(2);
	assert.deepEqual(
		client.messages.map(({ payload }) => payload),
		[{ n: 2 }, { n: 3 }],
	);
});

test('a client that was away for too long, or under another daemon, is told of the gap', async (t) => {
	const { hub, connect } = open(t, new Map(), { alarms: 2 });
	for (const n of [1, 2, 3, 4]) hub.broadcast({ topic: 'camera/yard/alarm', payload: { n } }, 'alarm');
	const gap = { topic: 'bridge/websocket', payload: { event: 'gap' }, seq: STARTED + 2 };
	const late = await connect({ since: STARTED + 1 });
	await late.seen(3);
	assert.deepEqual(late.messages[0], gap);
	assert.deepEqual(
		late.messages.slice(1).map(({ payload }) => payload),
		[{ n: 3 }, { n: 4 }],
	);
	const fromBefore = await connect({ since: 17 });
	await fromBefore.seen(3);
	assert.deepEqual(fromBefore.messages[0], gap);
	const complete = await connect({ since: STARTED + 2 });
	await complete.seen(2);
	assert.deepEqual(complete.messages[0]?.payload, { n: 3 });
});

test('a slow client loses figures but no alarm, and is told how many when it reads again', async (t) => {
	const { hub, connect, events } = open(t, new Map(), { slowBytes: 100_000, deadBytes: 10_000_000 });
	const client = await connect();
	client.wire.pause();
	for (let n = 0; n < 100; n += 1)
		hub.broadcast({ topic: 'camera/yard/stats', payload: { n, KILOBYTES } }, 'droppable');
	for (let n = 0; n < 5; n += 1) hub.broadcast({ topic: 'camera/yard/alarm', payload: { n } }, 'alarm');
	const dropped = events.filter(({ kind }) => kind === 'websocket-dropped').length;
	assert.ok(dropped > 20 && dropped < 60, `${dropped} of 100 figures were dropped`);
	client.wire.resume();
	await client.seen(100 - dropped + 6);
	const alarms = client.messages.filter(({ topic }) => topic === 'camera/yard/alarm');
	assert.deepEqual(
		alarms.map(({ payload }) => payload),
		[0, 1, 2, 3, 4].map((n) => ({ n })),
	);
	const notices = client.messages.filter(({ topic }) => topic === 'bridge/websocket');
	assert.deepEqual(
		notices.map(({ payload }) => payload),
		[{ event: 'dropped', count: dropped }],
	);
});

test('a client that does not read at all is disconnected, the others are not', async (t) => {
	const { hub, connect, events } = open(t, new Map(), { slowBytes: 10_000, deadBytes: 50_000 });
	const dead = await connect();
	const live = await connect();
	dead.wire.pause();
	for (let n = 0; n < 60; n += 1) {
		hub.broadcast({ topic: 'camera/yard/alarm', payload: { n, KILOBYTES } }, 'alarm');
		await live.seen(n + 1);
	}
	await tick();
	assert.equal(hub.clients, 1);
	assert.ok(events.some((event) => event.kind === 'warning' && /does not read/.test(event.detail)));
});

test('a client that does not answer the heartbeat is disconnected at the second beat', async (t) => {
	t.mock.timers.enable({ apis: ['setInterval'] });
	const { hub, connect } = open(t);
	await connect();
	await connect({ deaf: true });
	assert.equal(hub.clients, 2);
	t.mock.timers.tick(WEBSOCKET_LIMITS.heartbeatMs);
	for (let turns = 0; turns < 20; turns += 1) await tick();
	t.mock.timers.tick(WEBSOCKET_LIMITS.heartbeatMs);
	for (let turns = 0; turns < 20; turns += 1) await tick();
	assert.equal(hub.clients, 1);
});

test('pages of other origins, other host names, other paths and too many clients are refused', async (t) => {
	const { connect } = open(t, new Map(), { clients: 1 }, (host) => host === 'box.example:8480');
	const refused = async (code: number, options: Parameters<typeof connect>[0]) =>
		assert.rejects(connect(options), new RegExp(`Unexpected server response: ${code}`));
	await refused(403, { origin: 'http://evil.example' });
	await refused(403, { origin: 'null' });
	await refused(421, { host: 'evil.example', origin: 'http://evil.example' });
	await refused(404, { path: '/other' });
	await connect({ origin: 'http://box.example:8480' });
	await refused(503, {});
});

test('whoever is refused is hung up on, also when it does not hang up itself', { timeout: 5000 }, async (t) => {
	const { server } = open(t);
	const [near, far] = duplexPair();
	server.emit('connection', far);
	const closed = once(far, 'close');
	near.write('GET /other HTTP/1.1\r\nHost: box\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
	const [answer] = await once(near, 'data');
	assert.match(String(answer), /^HTTP\/1\.1 404 Not Found\r\n/);
	await closed;
});

test('what a client sends is not taken, and a long message ends it', async (t) => {
	const { hub, connect } = open(t);
	const client = await connect();
	client.socket.send('{"topic":"camera/yard/mode/set","payload":"paused"}');
	client.socket.send('x'.repeat(5000));
	const [code] = await once(client.socket, 'close');
	assert.equal(code, 1009);
	assert.equal(hub.clients, 0);
});

interface Told {
	readonly topic: string;
	readonly payload: unknown;
	readonly seq: number;
}

test('a client may give feedback, and ask for nothing else', async (t) => {
	const { requests, connect, hub } = open(t);
	const { socket, seen } = await connect();
	for (const message of [
		'{"topic":"bridge/request/feedback","payload":{"alarm":"1","verdict":"undo"}}',
		'{"topic":"camera/yard/feedback/set","payload":"normal"}',
		'{"topic":"bridge/request/mode","payload":{"camera":"yard","mode":"paused"}}',
		'{"topic":"camera/yard/mode/set","payload":"paused"}',
		'{"topic":"bridge/request/feedback/set/x","payload":{}}',
		'{"topic":"bridge/request/feedback"}',
		'not JSON',
		Buffer.from('{"topic":"camera/yard/feedback/set","payload":"undo"}'),
	]) {
		socket.send(message);
	}
	hub.broadcast({ topic: 'a', payload: 1 }, 'state');
	await seen(1);
	while (requests.length < 2) await tick();
	assert.deepEqual(requests, [
		'bridge/request/feedback {"alarm":"1","verdict":"undo"}',
		'camera/yard/feedback/set normal',
	]);
});

/** A hub on a server that listens nowhere: connections are pairs of streams in memory. */
function open(
	t: TestContext,
	retained: ReadonlyMap<string, unknown> = new Map(),
	limits: Partial<typeof WEBSOCKET_LIMITS> = {},
	allowHost: (host: string | undefined) => boolean = () => true,
) {
	const events: DaemonEvent[] = [];
	const requests: string[] = [];
	const hub = openWebSocketHub({
		onRequest: (topic, text) => void requests.push(`${topic} ${text}`),
		retained,
		clock: { ...systemClock, utcNow: () => STARTED as ReturnType<typeof systemClock.utcNow> },
		observe: (event) => void events.push(event),
		limits: { ...WEBSOCKET_LIMITS, ...limits },
	});
	const server = createServer();
	hub.attach(server, allowHost);
	t.after(() => hub[Symbol.asyncDispose]());
	const connect = async (
		options: { since?: number; origin?: string; host?: string; path?: string; deaf?: boolean } = {},
	) => {
		const { since, origin, host = 'box.example:8480', path = '/ws', deaf = false } = options;
		const [near, far] = duplexPair();
		server.emit('connection', far);
		const socket = new WebSocket(`ws://${host}${path}${since === undefined ? '' : `?since=${since}`}`, {
			createConnection: () => asSocket(near),
			autoPong: !deaf,
			...(origin === undefined ? {} : { origin }),
		});
		const messages: Told[] = [];
		let arrived = Promise.withResolvers<void>();
		socket.on('message', (data) => {
			messages.push(JSON.parse(String(data)) as Told);
			arrived.resolve();
			arrived = Promise.withResolvers();
		});
		await once(socket, 'open');
		return {
			socket,
			wire: near,
			messages: messages as readonly Told[],
			seen: async (count: number) => {
				while (messages.length < count) await arrived.promise;
				await tick();
				assert.equal(messages.length, count);
			},
		};
	};
	return { hub, events, requests, connect, server };
}

/** What Node's HTTP client expects of a socket beyond a stream. */
function asSocket(stream: Duplex): ReturnType<typeof import('node:net').connect> {
	const nothing = () => stream;
	return Object.assign(stream, {
		setTimeout: nothing,
		setNoDelay: nothing,
		setKeepAlive: nothing,
		ref: nothing,
		unref: nothing,
	}) as never;
}
