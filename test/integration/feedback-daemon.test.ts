import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { alarmRecord } from '../../src/publish/wire.ts';
import { startDaemon } from '../support/daemon.ts';
import { mosquittoMissing, publish, startMosquitto, subscribe } from '../support/mosquitto.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const SECONDS = 16;

test('feedback over MQTT keeps the same thing from alarming again; HTTP and WebSocket take it, list it and take it back', {
	skip: mosquittoMissing,
	timeout: 240_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-feedback-'));
	try {
		const video = join(folder, 'cyclist.mkv');
		const oddities = [{ kind: 'cyclist', startSeconds: 4004 }] as const;
		await writeSceneRecording(video, {
			kind: 'scene',
			seed: 1,
			oddities,
			framesPerSecond: 10,
			startSeconds: 4000,
			minutes: SECONDS / 60,
		});
		await using broker = await startMosquitto();
		await using told = await subscribe(broker.port, 'foreframe/#');
		await using daemon = await startDaemon({
			mqtt: { url: broker.url },
			cameras: {
				yard: {
					source: { kind: 'file', path: video, loop: true },
					score: { calibration: join(MODELS, 'calibration', 'demo-walkway.json') },
					learning: { enabled: false },
				},
			},
		});
		const ended = await daemon.line(/yard: ALARM ended/, 120_000);
		assert.match(ended, /ALARM ended/);
		const alarms = async (query = '') => {
			const { body } = await get(`${daemon.http}/api/v1/alarms?${query}`);
			return (body as { alarms: unknown[] }).alarms.map((one) => alarmRecord.parse(one));
		};
		const [first, ...others] = await alarms();
		assert.deepEqual([others, first?.end_reason, first?.feedback], [[], 'over', null]);

		await publish(broker.port, 'foreframe/camera/yard/feedback/set', 'false-alarm');
		const answered = await told.until('the answer', (messages) =>
			messages.some(({ topic }) => topic === 'foreframe/bridge/response/feedback'),
		);
		const answer = JSON.parse(answered.find(({ topic }) => topic.endsWith('response/feedback'))!.text);
		assert.equal(answer.status, 'ok', answer.error);
		assert.equal(answer.data.alarm, first!.id);
		assert.equal(answer.data.verdict, 'false-alarm');
		assert.match(answer.data.effect, /no longer counts there/);
		await daemon.line(/yard: somebody says it was a false alarm/);

		// Once round, from the end of the alarm to after the next would have begun.
		const scored = () => daemon.metric('foreframe_camera_frames_total{camera="yard",stage="scored"}');
		const from = await scored();
		while ((await scored()) < from + SECONDS * 5) await new Promise((resolve) => setTimeout(resolve, 500));
		assert.deepEqual(
			(await alarms()).map(({ id }) => id),
			[first!.id],
			'the cyclist has come by again',
		);
		assert.equal(await daemon.metric('foreframe_feedback_total{camera="yard",verdict="false-alarm"}'), 1);

		const path = `${daemon.http}/api/v1/alarms/${first!.id}/feedback`;
		const confirmed = await post(path, { verdict: 'true-alarm', note: 'it was one' });
		assert.equal(confirmed.status, 200);
		assert.deepEqual([confirmed.body['verdict'], confirmed.body['camera']], ['true-alarm', 'yard']);
		assert.deepEqual((await alarms('feedback=true-alarm')).length, 1);
		assert.deepEqual((await alarms('feedback=none')).length, 0);

		const undone = askOverWebSocket(`${daemon.http.replace('http', 'ws')}/ws`, {
			topic: 'bridge/request/feedback',
			payload: { alarm: first!.id, verdict: 'undo', transaction: 'ws' },
		});
		assert.deepEqual([(await undone)['status'], (await undone)['transaction']], ['ok', 'ws']);
		assert.equal((await alarms())[0]!.feedback, 'false-alarm');

		const { body } = await get(path);
		assert.deepEqual(
			(body as { feedback: { verdict: string; channel: string; note: string | null }[] }).feedback.map(
				({ verdict, channel, note }) => [verdict, channel, note],
			),
			[
				['false-alarm', 'mqtt', null],
				['true-alarm', 'http', 'it was one'],
				['undo', 'websocket', null],
			],
		);
		assert.equal((await post(path, { verdict: 'undo' })).status, 200);
		assert.equal((await post(path, { verdict: 'undo' })).status, 409, 'nothing is left to take back');
		assert.equal((await post(path, { verdict: 'perhaps' })).status, 400);
		assert.equal((await post(path.replace(/alarms\/./, 'alarms/f'), { verdict: 'normal' })).status, 404);
		assert.equal((await daemon.stop()).code, 0, daemon.lines.join('\n'));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

async function get(url: string) {
	const response = await fetch(url);
	return { status: response.status, body: (await response.json()) as unknown };
}

async function post(url: string, body: object) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The answer to a request over WebSocket. */
function askOverWebSocket(url: string, request: object): Promise<Record<string, unknown>> {
	const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
	const socket = new WebSocket(url);
	const timer = setTimeout(() => reject(new Error('No answer within 20 s')), 20_000);
	socket.on('open', () => socket.send(JSON.stringify(request)));
	socket.on('message', (data) => {
		const { topic, payload } = JSON.parse(String(data));
		if (topic === 'bridge/response/feedback') resolve(payload);
	});
	socket.on('error', reject);
	return promise.finally(() => {
		clearTimeout(timer);
		socket.close();
	});
}
