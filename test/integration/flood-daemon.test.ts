import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeSceneRecording } from '../../src/ingest/simulate/recording.ts';
import { alarmMessage, alarmRecord, floodMessage } from '../../src/publish/wire.ts';
import { startDaemon } from '../support/daemon.ts';
import { mosquittoMissing, startMosquitto, subscribe } from '../support/mosquitto.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

test('a cyclist that lasts ends its alarm with a question; one that comes round again and again is gathered into a summary', {
	skip: mosquittoMissing,
	timeout: 300_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-flood-'));
	try {
		const video = join(folder, 'cyclist.mkv');
		await writeSceneRecording(video, {
			kind: 'scene',
			seed: 1,
			oddities: [{ kind: 'cyclist', startSeconds: 4001 }],
			framesPerSecond: 10,
			startSeconds: 4000,
			minutes: 12 / 60,
		});
		await using broker = await startMosquitto();
		await using told = await subscribe(broker.port, 'foreframe/#');
		await using daemon = await startDaemon({
			mqtt: { url: broker.url },
			cameras: {
				yard: {
					source: { kind: 'file', path: video, loop: true },
					score: { calibration: join(MODELS, 'calibration', 'demo-walkway.json') },
					alarm: { maximumSeconds: 2, releaseSeconds: 1, falseAlarms: '1 per day' },
					learning: { enabled: false },
				},
			},
		});
		const on = (topic: string) => told.messages.filter((message) => message.topic === `foreframe/camera/yard/${topic}`);
		await told.until('the summary', () => on('flood').length > 0, 200_000);
		await daemon.line(/yard: TOO MANY ALARMS: more than 2 in an hour/);
		const flood = floodMessage.parse(JSON.parse(on('flood')[0]!.text));
		assert.deepEqual([flood.event_type, flood.alarms, flood.told_in_an_hour], ['started', 1, 2]);

		const messages = on('alarm').map(({ text }) => alarmMessage.parse(JSON.parse(text)));
		assert.ok(!messages.some(({ id }) => id === flood.worst.id), 'what is gathered has no message of its own');
		assert.deepEqual(
			messages.map(({ seq }) => seq),
			messages.map((_, place) => place + 1),
		);
		const first = messages.find(({ event_type }) => event_type === 'ended')!;
		assert.deepEqual([first.end_reason, first.question], ['lasting', 'normal']);
		const asked = on('state').map(({ text }) => JSON.parse(text));
		assert.ok(asked.some(({ lasting }) => lasting?.alarm === first.id && lasting.question === 'normal'));

		const response = await fetch(`${daemon.http}/api/v1/alarms`);
		const { alarms } = (await response.json()) as { alarms: unknown[] };
		const gathered = alarms.map((one) => alarmRecord.parse(one)).filter((one) => one.gathered);
		assert.ok(gathered.some(({ id }) => id === flood.worst.id));
		assert.equal(await daemon.metric('foreframe_flood_active{camera="yard"}'), 1);
		assert.equal((await daemon.stop()).code, 0, daemon.lines.join('\n'));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
