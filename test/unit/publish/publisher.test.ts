import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { duplexPair } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { cameraId, monotonicMs, utcMs } from '../../../src/core/units.ts';
import { openPublisher } from '../../../src/publish/publisher.ts';
import { SAMPLE_STATS, sampleNotice, sampleState } from '../../support/alarms.ts';
import { noFeedback } from '../../support/feedback.ts';
import { noMemories } from '../../support/memory-history.ts';
import { memoryOutbox } from '../../support/memory-outbox.ts';

test('a state that brings no news is told twice a minute, news at once', async (t) => {
	const { publisher, topics, pass } = await open(t);
	publisher.publishCameraState(sampleState());
	for (let n = 0; n < 100; n += 1) {
		pass(200);
		publisher.publishCameraState(sampleState({ surprise: n / 10, framesPerSecond: 5 + n }));
	}
	assert.deepEqual(await topics(), ['camera/yard/availability', 'camera/yard/state']);
	pass(10_000);
	publisher.publishCameraState(sampleState());
	assert.deepEqual(await topics(), ['camera/yard/state']);
	publisher.publishCameraState(sampleState({ anomaly: true }));
	assert.deepEqual(await topics(), ['camera/yard/state']);
	publisher.publishCameraState(sampleState({ anomaly: true, stream: 'stalled' }));
	assert.deepEqual(await topics(), ['camera/yard/availability', 'camera/yard/state']);
});

test('who comes later gets the newest state, also one that was not worth telling', async (t) => {
	const { publisher, connect } = await open(t);
	publisher.publishCameraState(sampleState({ surprise: 0.5 }));
	publisher.publishCameraState(sampleState({ surprise: 0.75 }));
	const { next } = await connect();
	const states = (await next()).filter(({ topic }) => topic === 'camera/yard/state');
	assert.deepEqual(
		states.map(({ payload }) => (payload as { score: number }).score),
		[0.75],
	);
});

test('figures go out once a second at most, and learning only with each percent', async (t) => {
	const { publisher, topics, pass } = await open(t);
	for (let n = 0; n < 50; n += 1) {
		publisher.publishStats(SAMPLE_STATS);
		publisher.publishCameraState(sampleState({ mode: 'learning', learningProgress: n / 5000 }));
		pass(100);
	}
	const told = await topics();
	assert.equal(told.filter((topic) => topic === 'camera/yard/stats').length, 5);
	assert.equal(told.filter((topic) => topic === 'camera/yard/state').length, 1);
});

test('without MQTT alarms go to WebSocket alone and nothing waits in the outbox', async (t) => {
	const { publisher, topics, outbox } = await open(t);
	await publisher.publishAlarm(sampleNotice(1));
	assert.deepEqual(await topics(), ['camera/yard/alarm']);
	assert.equal(outbox.messages.length, 0);
	assert.equal(publisher.mqttConnected, false);
});

test('a forgotten camera is not told to those who come later', async (t) => {
	const { publisher, connect } = await open(t);
	publisher.publishCameraState(sampleState());
	publisher.forgetCamera(cameraId('yard'));
	const { next } = await connect();
	assert.deepEqual(
		(await next()).map(({ topic }) => topic),
		['bridge/state', 'bridge/info'],
	);
});

interface Told {
	readonly topic: string;
	readonly payload: unknown;
}

/** A publisher without MQTT and a clock that only `pass` moves; `topics` is what its WebSocket client saw since last asked. */
async function open(t: TestContext) {
	let nowMs = 5000;
	const clock: Clock = { ...systemClock, monotonicNow: () => monotonicMs(nowMs) };
	const outbox = memoryOutbox();
	const publisher = openPublisher(
		{ mqtt: null },
		{
			outbox,
			info: () => ({
				version: '0.1.0',
				commit: null,
				startedAt: utcMs(1.8e12),
				detector: 'linear-extrapolation',
				model: null,
				provider: 'cpu',
				cameras: [],
				models: new Map(),
			}),
			health: async () => {
				throw new Error('not asked for here');
			},
			setMode: async () => {},
			learn: async () => {},
			rollBack: async () => {},
			acceptView: async () => {},
			memory: noMemories,
			feedback: noFeedback,
			clock,
			random: () => 0.5,
			observe: () => {},
		},
	);
	const server = createServer();
	publisher.attach(server, () => true);
	t.after(() => publisher[Symbol.asyncDispose]());
	const connect = async () => {
		const [near, far] = duplexPair();
		const nothing = () => near;
		const socketLike = Object.assign(near, { setTimeout: nothing, setNoDelay: nothing, setKeepAlive: nothing });
		server.emit('connection', far);
		const socket = new WebSocket('ws://box.example/ws', { createConnection: () => socketLike as never });
		let messages: Told[] = [];
		socket.on('message', (data) => void messages.push(JSON.parse(String(data)) as Told));
		await once(socket, 'open');
		const next = async () => {
			await new Promise((resolve) => setTimeout(resolve, 5));
			const seen = messages;
			messages = [];
			return seen;
		};
		return { next };
	};
	const { next } = await connect();
	await next();
	return {
		publisher,
		outbox,
		connect,
		topics: async () => (await next()).map(({ topic }) => topic),
		pass: (ms: number) => {
			nowMs += ms;
		},
	};
}
