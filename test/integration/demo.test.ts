import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { WebSocket } from 'ws';
import { type ProcessEntry, processes } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const MQTT_PORT = 18830;
const HTTP_PORT = 8480;
/** When the first oddity comes into the picture, on the scene's own clock. */
const ODDITY_SECONDS = 30;
const ALARM_WITHIN_MS = 60_000;
const READY_WITHIN_MS = 25_000;
const STOP_MAX_MS = 3000;

interface Message {
	readonly topic: string;
	readonly payload: unknown;
	readonly atMs: number;
}

interface AlarmPayload {
	readonly event_type: string;
	readonly id: string;
	readonly camera: string;
	readonly start_time_ms: number;
	readonly score: number;
	readonly threshold: number;
}

interface StatePayload {
	readonly mode: string;
	readonly anomaly: 'ON' | 'OFF';
	readonly learning_progress: number | null;
}

test('the demo alarms for its first oddity within a minute and not before it, and Ctrl-C ends all of it at once', {
	timeout: 120_000,
}, async () => {
	await requireFree(MQTT_PORT, 'MQTT broker');
	await requireFree(HTTP_PORT, 'HTTP server');
	await using folder = await temporaryFolder();
	const startedAt = Date.now();
	await using demo = startDemo(folder.path);
	// The scene's clock begins in this process, a moment after it is there.
	const sceneBegins = await demo.until('the simulated camera', READY_WITHIN_MS, () =>
		descendants(demo.pid).some(({ command }) => command.includes('ingest/simulate/child.ts')) ? Date.now() : undefined,
	);
	await demo.until('"ready"', READY_WITHIN_MS, () => demo.lines.find((line) => /ready after/.test(line)));
	assert.equal((await readdir(folder.path)).filter((name) => name.startsWith('foreframe-demo-')).length, 1);
	await using mqtt = await followMqtt();
	using websocket = await followWebSocket();
	assert.ok(Date.now() < sceneBegins + ODDITY_SECONDS * 1000, 'the demo was ready only after its first oddity');

	const told = await demo.until('the alarm on MQTT', startedAt + ALARM_WITHIN_MS - Date.now(), () =>
		mqtt.messages.find(({ topic }) => topic === 'foreframe/camera/walkway/alarm'),
	);
	const alarm = told.payload as AlarmPayload;
	assert.equal(alarm.event_type, 'started');
	assert.equal(alarm.camera, 'walkway');
	assert.ok(alarm.score >= alarm.threshold && alarm.threshold > 0, `${alarm.score} over ${alarm.threshold}`);
	const secondsIn = (alarm.start_time_ms - sceneBegins) / 1000;
	assert.ok(secondsIn > ODDITY_SECONDS, `the alarm began ${secondsIn} s into the scene, while all was normal`);
	assert.ok(told.atMs - startedAt < ALARM_WITHIN_MS);
	const same = await demo.until('the alarm on WebSocket', 2000, () =>
		websocket.messages.find(({ topic }) => topic === 'camera/walkway/alarm'),
	);
	assert.deepEqual(same.payload, alarm);
	const states = mqtt.messages
		.filter(({ topic, atMs }) => topic === 'foreframe/camera/walkway/state' && atMs < told.atMs - 500)
		.map(({ payload }) => payload as StatePayload);
	assert.equal(states.at(-1)?.mode, 'armed');
	assert.ok(
		states.every(({ anomaly, learning_progress }) => anomaly === 'OFF' && learning_progress === null),
		'the camera learned what is normal, so its calibration pack does not fit',
	);

	const line = await demo.until('the alarm on the console', 2000, () =>
		demo.lines.find((text) => text.includes('ALARM')),
	);
	assert.match(line, /walkway: ALARM started: \S.* in [\d.]+ \S+ \(score [\d.]+ over [\d.]+\)/);
	assert.deepEqual(
		demo.lines.filter((text) => / (warn|error|fatal) /.test(text) && !text.includes('ALARM')),
		[],
	);

	const family = [demo.pid, ...descendants(demo.pid).map(({ pid }) => pid)];
	assert.ok(family.length >= 3, `the demo, its camera and its reader were expected, not ${family.length} processes`);
	const { code, tookMs } = await demo.interrupt();
	assert.equal(code, 0, demo.lines.join('\n'));
	assert.ok(tookMs < STOP_MAX_MS, `stopping took ${tookMs} ms`);
	assert.deepEqual(alive(family), [], 'processes are left');
	assert.deepEqual(await readdir(folder.path), [], 'something is left in the temporary folder');
	await requireFree(MQTT_PORT, 'MQTT broker');
	await requireFree(HTTP_PORT, 'HTTP server');
});

interface Demo extends AsyncDisposable {
	readonly pid: number;
	readonly lines: readonly string[];
	/** Polls until there is something. @throws with the console when there is nothing in time, or the demo has ended. */
	until<Value>(what: string, timeoutMs: number, found: () => Value | undefined): Promise<Value>;
	/** SIGINT to the whole process group, as the terminal does on Ctrl-C. */
	interrupt(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

/** In a process group of its own, so that a signal to it does not meet the test. */
function startDemo(temporary: string): Demo {
	const child = spawn(process.execPath, [MAIN, 'demo'], {
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, TMPDIR: temporary },
	});
	const pid = child.pid!;
	const lines: string[] = [];
	for (const stream of [child.stdout, child.stderr]) {
		createInterface({ input: stream }).on('line', (line) => lines.push(line));
	}
	const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
	const isGone = () => child.exitCode !== null || child.signalCode !== null;
	return {
		pid,
		lines,
		until: async (what, timeoutMs, found) => {
			const giveUp = performance.now() + timeoutMs;
			for (;;) {
				const value = found();
				if (value !== undefined) return value;
				if (isGone()) throw new Error(`The demo ended before ${what} was there:\n${lines.join('\n')}`);
				if (performance.now() > giveUp) throw new Error(`${what} did not come in time:\n${lines.join('\n')}`);
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		},
		interrupt: async () => {
			const began = performance.now();
			process.kill(-pid, 'SIGINT');
			const [code] = await exited;
			return { code, tookMs: performance.now() - began };
		},
		[Symbol.asyncDispose]: async () => {
			if (isGone()) return;
			process.kill(-pid, 'SIGKILL');
			await exited;
		},
	};
}

function descendants(pid: number): readonly ProcessEntry[] {
	const all = processes();
	const below = (parent: number): ProcessEntry[] =>
		all.filter((entry) => entry.parent === parent).flatMap((entry) => [entry, ...below(entry.pid)]);
	return below(pid);
}

function alive(pids: readonly number[]): readonly ProcessEntry[] {
	return processes().filter(({ pid, state }) => pids.includes(pid) && state !== 'Z');
}

async function followMqtt(): Promise<AsyncDisposable & { readonly messages: readonly Message[] }> {
	const messages: Message[] = [];
	const client = await connectAsync(`mqtt://127.0.0.1:${MQTT_PORT}`, { reconnectPeriod: 0 });
	client.on('message', (topic, bytes) => {
		const text = bytes.toString();
		messages.push({ topic, payload: text.startsWith('{') ? JSON.parse(text) : text, atMs: Date.now() });
	});
	await client.subscribeAsync('foreframe/#', { qos: 1 });
	return { messages, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

async function followWebSocket(): Promise<Disposable & { readonly messages: readonly Message[] }> {
	const messages: Message[] = [];
	const socket = new WebSocket(`ws://127.0.0.1:${HTTP_PORT}/ws`);
	socket.on('message', (data) => messages.push({ ...JSON.parse(String(data)), atMs: Date.now() }));
	await once(socket, 'open');
	return { messages, [Symbol.dispose]: () => socket.terminate() };
}

/** The demo's ports are fixed, so that its page and its README can name them. */
async function requireFree(port: number, what: string): Promise<void> {
	const server = net.createServer();
	try {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
	} catch {
		throw new Error(`Port ${port} of 127.0.0.1, where the demo's ${what} listens, is taken: stop what listens there`);
	}
	server.close();
	await once(server, 'close');
}
