import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { startDaemon, type TestDaemon } from '../support/daemon.ts';
import { type GStreamerCamera, startGStreamerCamera } from '../support/gstreamer-rtsp.ts';
import { freePort, type Mosquitto, type Subscriber, startMosquitto, subscribe } from '../support/mosquitto.ts';
import { missing } from '../support/peers.ts';
import { childrenOf, untilGone } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FRAMES_PER_SECOND = 10;
const STOP_MAX_MS = 3000;
const RECOVERED_WITHIN_MS = 30_000;
/** Some attempts to connect again fail meanwhile. */
const AWAY_MS = 4000;

interface AlarmPayload {
	readonly event_type: 'started' | 'updated' | 'ended';
	readonly id: string;
	readonly seq: number;
	readonly end_time_ms: number | null;
}

test('the daemon recovers from every loss by itself, stops at once and leaves nothing behind', {
	skip: missing('mosquitto', 'mosquitto_sub', 'gstreamer-rtsp'),
	timeout: 240_000,
}, async (t) => {
	await using folder = await temporaryFolder();
	await using broker = await startMosquitto();
	await using camera = await openCamera();
	const start = () =>
		startDaemon({
			mqtt: { url: broker.url },
			record: { folder: `${folder.path}/state` },
			cameras: {
				yard: {
					source: { kind: 'rtsp', url: camera.url },
					framesPerSecond: FRAMES_PER_SECOND,
					detector: { name: 'linear-extrapolation' },
					score: { calibrationMinutes: 0.1 },
					// More false alarms than there are windows: the level is zero, so that an alarm is open all the time.
					alarm: { falseAlarms: '1000000 per hour' },
					// The recording is short and is shown again and again.
					integrity: { ignore: ['loop'] },
				},
			},
		});

	await t.test('it tells the loss and the return of camera, broker and child in one line each', async (t) => {
		await using daemon = await start();
		await daemon.line(/yard: connected/);
		await daemon.line(/yard: ALARM started/, 60_000);
		await lossOfTheChild(t, daemon, broker);
		await lossOfTheBroker(t, daemon, broker);
		await lossOfTheCamera(t, daemon, broker, camera);
	});

	await t.test(
		'SIGINT ends it within 3 s, with a WebSocket client there and the end of an open alarm told',
		async () => {
			await using seen = await subscribe(broker.port, 'foreframe/#');
			await using daemon = await start();
			const client = new WebSocket(`${daemon.http.replace('http', 'ws')}/ws`);
			await once(client, 'open');
			const closed = once(client, 'close');
			const { id } = await alarm(seen, ({ event_type }) => event_type === 'started');
			const children = childrenOf(daemon.pid);
			assert.equal(children.length, 1);

			const { code, tookMs } = await daemon.stop();

			assert.equal(code, 0, daemon.lines.join('\n'));
			assert.ok(tookMs < STOP_MAX_MS, `stopping took ${tookMs} ms`);
			await closed;
			const ended = await alarm(seen, (told) => told.event_type === 'ended' && told.id === id);
			assert.notEqual(ended.end_time_ms, null);
			await seen.until('that the bridge is offline', () => lastOf(seen, 'bridge/state') === '{"state":"offline"}');
			for (const { pid } of children) await untilGone(pid, 0);
		},
	);

	await t.test('SIGINT ends it within 3 s without a broker too, and the alarm is told when both are back', async () => {
		let id: string;
		{
			await using seen = await subscribe(broker.port, 'foreframe/#');
			await using daemon = await start();
			({ id } = await alarm(seen, ({ event_type }) => event_type === 'started'));
			await broker.kill();
			const { code, tookMs } = await daemon.stop();
			assert.equal(code, 0, daemon.lines.join('\n'));
			assert.ok(tookMs < STOP_MAX_MS, `stopping took ${tookMs} ms`);
		}
		await broker.start();
		await using seen = await subscribe(broker.port, 'foreframe/#');
		await using _daemon = await start();
		await alarm(seen, (told) => told.event_type === 'ended' && told.id === id);
	});

	await t.test(
		'killed, it leaves no child behind, and the next start tells the end of the alarm it left open',
		async () => {
			let left: AlarmPayload;
			{
				await using seen = await subscribe(broker.port, 'foreframe/#');
				await using daemon = await start();
				left = await alarm(seen, ({ event_type }) => event_type === 'started');
				const children = childrenOf(daemon.pid);
				assert.equal(children.length, 1);
				process.kill(daemon.pid, 'SIGKILL');
				for (const { pid } of children) await untilGone(pid, 5000);
				await seen.until('the last will', () => lastOf(seen, 'bridge/state') === '{"state":"offline"}');
				assert.ok(!alarms(seen).some(({ event_type, id }) => event_type === 'ended' && id === left.id));
			}
			await using seen = await subscribe(broker.port, 'foreframe/#');
			await using _daemon = await start();
			const ended = await alarm(seen, (told) => told.event_type === 'ended' && told.id === left.id);
			assert.ok(ended.seq > left.seq);
			assert.equal(alarms(seen).filter(({ event_type, id }) => event_type === 'ended' && id === left.id).length, 1);
		},
	);
});

async function lossOfTheCamera(t: TestContext, daemon: TestDaemon, broker: Mosquitto, camera: TestCamera) {
	await t.test('the RTSP server is killed and comes back', async () => {
		await using seen = await subscribe(broker.port, 'foreframe/#');
		using children = watchChildren(daemon);
		const from = daemon.lines.length;
		await camera.kill();
		await daemon.line(/yard: lost the camera/, 5000, from);
		await seen.until('that the camera is offline', () => lastOf(seen, 'camera/yard/availability') === 'offline');
		// Long enough for several attempts that fail: still one incident.
		await pause(AWAY_MS);
		await camera.start();
		await daemon.line(/yard: the camera is back/, RECOVERED_WITHIN_MS, from);
		await seen.until('that the camera is online', () => lastOf(seen, 'camera/yard/availability') === 'online');
		await scoredAgain(daemon);
		assertOneLineEach(daemon, from, /yard: lost the camera/, /yard: the camera is back/);
		assert.ok(children.most <= 1, `${children.most} children of one camera at a time`);
	});
}

async function lossOfTheBroker(t: TestContext, daemon: TestDaemon, broker: Mosquitto) {
	await t.test('the broker is killed and comes back', async () => {
		using children = watchChildren(daemon);
		const from = daemon.lines.length;
		await broker.kill();
		await daemon.line(/MQTT: no connection/, 5000, from);
		await scoredAgain(daemon);
		await pause(AWAY_MS);
		await broker.start();
		await using seen = await subscribe(broker.port, 'foreframe/#');
		await daemon.line(/MQTT: connected again/, RECOVERED_WITHIN_MS, from);
		await seen.until('that all is online', () => {
			return (
				lastOf(seen, 'bridge/state') === '{"state":"online"}' && lastOf(seen, 'camera/yard/availability') === 'online'
			);
		});
		await using later = await subscribe(broker.port, 'foreframe/#');
		const kept = ['bridge/state', 'camera/yard/availability', 'camera/yard/state'];
		await later.until('what the broker keeps', (messages) =>
			kept.every((name) => messages.some(({ topic, retained }) => retained && topic === `foreframe/${name}`)),
		);
		assertOneLineEach(daemon, from, /MQTT: no connection/, /MQTT: connected again/);
		assert.deepEqual(
			daemon.lines.slice(from).filter((line) => line.includes('yard: lost')),
			[],
			'the loss of the broker cost the camera',
		);
		assert.equal(children.most, 1);
	});
}

async function lossOfTheChild(t: TestContext, daemon: TestDaemon, broker: Mosquitto) {
	await t.test("the camera's child process is killed", async () => {
		await using seen = await subscribe(broker.port, 'foreframe/#');
		using children = watchChildren(daemon);
		const from = daemon.lines.length;
		const [child] = childrenOf(daemon.pid);
		process.kill(child!.pid, 'SIGKILL');
		await daemon.line(/yard: lost the camera/, 5000, from);
		await daemon.line(/yard: the camera is back/, RECOVERED_WITHIN_MS, from);
		await seen.until('that the camera is online', () => lastOf(seen, 'camera/yard/availability') === 'online');
		await scoredAgain(daemon);
		assertOneLineEach(daemon, from, /yard: lost the camera/, /yard: the camera is back/);
		assert.ok(children.most <= 1, `${children.most} children of one camera at a time`);
		assert.equal(childrenOf(daemon.pid).length, 1);
	});
}

interface TestCamera extends AsyncDisposable {
	readonly url: string;
	kill(): Promise<void>;
	start(): Promise<void>;
}

/** GStreamer's RTSP server, always at one address. */
async function openCamera(): Promise<TestCamera> {
	const port = await freePort();
	const open = () =>
		startGStreamerCamera({ port, width: 320, height: 180, framesPerSecond: FRAMES_PER_SECOND, keyInterval: 10 });
	let camera: GStreamerCamera = await open();
	return {
		url: camera.url,
		kill: () => camera.kill(),
		start: async () => {
			camera = await open();
		},
		[Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
	};
}

/** The one incident is told by one line when it begins and one when it is over. */
function assertOneLineEach(daemon: TestDaemon, from: number, lost: RegExp, back: RegExp): void {
	const lines = daemon.lines.slice(from);
	const log = lines.join('\n');
	assert.equal(lines.filter((line) => lost.test(line)).length, 1, log);
	assert.equal(lines.filter((line) => back.test(line)).length, 1, log);
	assert.ok(
		lines.every((line) => lost.test(line) || back.test(line) || /ALARM|alarm/.test(line)),
		`other lines too:\n${log}`,
	);
}

async function scoredAgain(daemon: TestDaemon): Promise<void> {
	const scored = () => daemon.metric('foreframe_camera_frames_total{camera="yard",stage="scored"}');
	const before = await scored();
	const giveUp = performance.now() + RECOVERED_WITHIN_MS;
	while ((await scored()) < before + FRAMES_PER_SECOND) {
		if (performance.now() > giveUp) throw new Error(`Not scored again\n${daemon.lines.join('\n')}`);
		await pause(200);
	}
}

/** Looks now and then how many children the daemon has; its one camera may have one. */
function watchChildren(daemon: TestDaemon): Disposable & { readonly most: number } {
	let most = 0;
	const timer = setInterval(() => {
		const alive = childrenOf(daemon.pid).filter(({ state }) => state !== 'Z');
		most = Math.max(most, alive.length);
	}, 100);
	return {
		get most() {
			return most;
		},
		[Symbol.dispose]: () => clearInterval(timer),
	};
}

function lastOf({ messages }: Subscriber, topic: string): string | undefined {
	return messages.findLast((message) => message.topic === `foreframe/${topic}`)?.text;
}

function alarms({ messages }: Subscriber): AlarmPayload[] {
	return messages
		.filter(({ topic }) => topic === 'foreframe/camera/yard/alarm')
		.map(({ text }) => JSON.parse(text) as AlarmPayload);
}

async function alarm(seen: Subscriber, wanted: (alarm: AlarmPayload) => boolean): Promise<AlarmPayload> {
	await seen.until('the alarm', () => alarms(seen).some(wanted), 30_000);
	return alarms(seen).find(wanted)!;
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
