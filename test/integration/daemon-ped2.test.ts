import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { startDaemon } from '../support/daemon.ts';
import { DATA, dataMissing, encodePictures } from '../support/footage.ts';
import { startGStreamerCamera } from '../support/gstreamer-rtsp.ts';
import { startMosquitto, subscribe } from '../support/mosquitto.ts';
import { missing } from '../support/peers.ts';

const FRAMES_PER_SECOND = 10;
/** Test clip 02 is normal for its first 94 pictures; then somebody cycles. */
const NORMAL_SECONDS = 9.4;
const KEY_SECONDS = 0.5;
/** The last one, 16, is kept for the camera that must stay silent. */
const NORMAL_CLIPS = Array.from({ length: 15 }, (_, index) => String(index + 1).padStart(2, '0'));

interface AlarmPayload {
	readonly event_type: string;
	readonly id: string;
	readonly camera: string;
	readonly start_time_ms: number;
}

test('a cyclist on a real walkway raises an alarm on MQTT, WebSocket and in the metrics, and what is normal does not', {
	skip: missing('mosquitto', 'mosquitto_sub', 'gstreamer-rtsp', 'ffmpeg') || dataMissing('ped2'),
	timeout: 240_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-ped2-'));
	try {
		const clip = (part: string, name: string) => join(folder, part, `${name}.mp4`);
		const encode = (part: string, name: string) =>
			encodePictures(join(DATA, 'ped2', part, 'frames', name), FRAMES_PER_SECOND, clip(part, name), KEY_SECONDS);
		for (const name of NORMAL_CLIPS) await encode('training', name);
		await encode('training', '16');
		await encode('testing', '02');

		const camera = (url: string) => ({
			source: { kind: 'rtsp', url },
			framesPerSecond: FRAMES_PER_SECOND,
			score: { calibration: join(folder, 'pack.json') },
			alarm: { falseAlarms: '12 per hour' },
		});
		calibrate(
			folder,
			NORMAL_CLIPS.map((name) => clip('training', name)),
		);

		await using broker = await startMosquitto();
		await using odd = await startGStreamerCamera({ file: clip('testing', '02') });
		await using normal = await startGStreamerCamera({ file: clip('training', '16') });
		await using seen = await subscribe(broker.port, 'foreframe/camera/+/alarm');
		await using daemon = await startDaemon({
			mqtt: { url: broker.url },
			cameras: { odd: camera(odd.url), normal: camera(normal.url) },
		});
		const websocket = followWebSocket(`${daemon.http.replace('http', 'ws')}/ws`);
		await daemon.line(/odd: connected/);
		const connectedAt = Date.now();

		await seen.until('the alarm', (messages) => messages.length > 0, 60_000);
		const alarms = () => seen.messages.map(({ text }) => JSON.parse(text) as AlarmPayload);
		const [first] = alarms();
		assert.equal(first?.event_type, 'started');
		assert.equal(first?.camera, 'odd');
		// Pictures are taken from the second key frame on: libavformat gives the first one no time.
		const secondsIn = (first!.start_time_ms - connectedAt) / 1000;
		assert.ok(
			secondsIn > NORMAL_SECONDS - KEY_SECONDS - 0.2,
			`the alarm began ${secondsIn} s after the connection, while all was normal`,
		);
		assert.ok(secondsIn < 18, `the alarm began ${secondsIn} s after the connection`);
		await daemon.line(/odd: ALARM started/);
		assert.equal(await daemon.metric('foreframe_alarm_active{camera="odd"}'), 1);
		assert.equal(await daemon.metric('foreframe_alarm_active{camera="normal"}'), 0);

		const same = await websocket.until((message) => message.topic === 'camera/odd/alarm');
		assert.deepEqual(same.payload, JSON.parse(seen.messages[0]!.text));
		const listed = (await (await fetch(`${daemon.http}/api/v1/alarms?camera=odd`)).json()) as {
			alarms: AlarmPayload[];
		};
		assert.equal(listed.alarms[0]?.id, first!.id);
		assert.ok(
			alarms().every(({ camera }) => camera === 'odd'),
			'the normal camera has raised an alarm',
		);
		assert.equal(
			(await daemon.metric('foreframe_alarms_total{camera="odd",severity="high"}')) +
				(await daemon.metric('foreframe_alarms_total{camera="odd",severity="medium"}')) +
				(await daemon.metric('foreframe_alarms_total{camera="odd",severity="low"}')),
			1,
		);

		const { code, tookMs } = await daemon.stop();
		assert.equal(code, 0, daemon.lines.join('\n'));
		assert.ok(tookMs < 3000, `stopping took ${tookMs} ms`);
		const ended = await seen.until(
			'the end',
			(messages) => messages.some(({ text }) => text.includes('"ended"')),
			5000,
		);
		assert.ok(ended.some(({ text }) => (JSON.parse(text) as AlarmPayload).id === first!.id));
		websocket.close();
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

function calibrate(folder: string, videos: readonly string[]): void {
	const config = join(folder, 'calibrate.yaml');
	writeFileSync(
		config,
		stringify({
			cameras: {
				walkway: { source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/' }, framesPerSecond: FRAMES_PER_SECOND },
			},
			record: { folder: join(folder, 'state') },
		}),
	);
	execFileSync(process.execPath, [
		'src/main.ts',
		'calibrate',
		'--config',
		config,
		'--out',
		join(folder, 'pack.json'),
		...videos.flatMap((video) => ['--video', video]),
	]);
}

function followWebSocket(url: string) {
	const messages: { topic: string; payload: unknown }[] = [];
	const socket = new WebSocket(url);
	let check = () => {};
	socket.on('message', (data) => {
		messages.push(JSON.parse(String(data)));
		check();
	});
	return {
		until: (wanted: (message: { topic: string; payload: unknown }) => boolean) => {
			const { promise, resolve, reject } = Promise.withResolvers<{ topic: string; payload: unknown }>();
			const timer = setTimeout(() => reject(new Error(`Not among ${messages.length} messages`)), 10_000);
			check = () => {
				const found = messages.find(wanted);
				if (found === undefined) return;
				clearTimeout(timer);
				resolve(found);
			};
			check();
			return promise;
		},
		close: () => socket.close(),
	};
}
