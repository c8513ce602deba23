import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraState } from '../../src/core/camera-state.ts';
import { systemClock } from '../../src/core/clock.ts';
import { type AlarmId, cameraId, utcMs } from '../../src/core/units.ts';
import { alarmRecordOf, cameraStateOf } from '../../src/publish/messages.ts';
import { openPublisher, type Publisher } from '../../src/publish/publisher.ts';
import { type HttpServer, openHttp } from '../../src/web/http.ts';
import { sampleAlarm, sampleNotice, sampleState } from '../support/alarms.ts';
import { chromiumMissing, openPage } from '../support/chromium.ts';
import { noFeedback } from '../support/feedback.ts';
import { httpDeps } from '../support/http-deps.ts';
import { noMemories } from '../support/memory-history.ts';
import { memoryOutbox } from '../support/memory-outbox.ts';

test('the page in a browser follows states, scores and alarms, also over a restart of the daemon', {
	skip: chromiumMissing,
	timeout: 90_000,
}, async () => {
	const first = await start(0, [sampleState()]);
	await using page = await openPage(first.http.url);
	await page.until(`document.querySelector('#connection')?.textContent === 'live'`);
	assert.equal(await page.evaluate(`document.querySelectorAll('#cameras tr').length`), 1);

	// A camera that the page was not served with, and an alarm from beginning to end.
	const gate = cameraId('gate');
	first.publisher.publishCameraState(sampleState({ camera: gate, anomaly: true, surprise: 5.2 }));
	await page.until(cell('gate', 'mode', 'armed, alarm going on'));
	await page.until(cell('gate', 'score', '5.2 / 4.2'));
	const alarm = sampleAlarm({ camera: gate, id: '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1fff' as AlarmId });
	await first.publisher.publishAlarm(sampleNotice(1, 'started', alarm));
	await page.until(`/gate .*going on.*motion: 5\\.2 over 4\\.2/s.test(document.querySelector('#alarms').innerText)`);
	const ended = { ...alarm, endedAt: utcMs(alarm.startedAt + 12_000) };
	await first.publisher.publishAlarm(sampleNotice(2, 'ended', ended));
	await page.until(`/gate .* 12 s/.test(document.querySelector('#alarms').innerText)`);
	assert.equal(await page.evaluate(`document.querySelectorAll('#alarms li').length`), 1);
	assert.equal(await page.evaluate(`document.querySelector('#no-alarms').hidden`), true);

	first.publisher.publishStats({
		camera: gate,
		at: systemClock.utcNow(),
		framesPerSecond: 5,
		surprise: 0.7,
		level: 4.2,
		why: 'patch',
		frameAgeMs: 50,
		inferenceMs: 9,
		sensitivity: null,
		windowsScored: 10,
		windowsDropped: 0,
	});
	await page.until(cell('gate', 'score', '0.7 / 4.2'));

	const calibration = { ...sampleState().calibration!, light: 'night', footageHours: 12, held: true } as const;
	first.publisher.publishCameraState(sampleState({ camera: gate, calibration }));
	await page.until(
		cell('gate', 'calibration', 'night: 12.0 h of normal footage · level held: look, and calibrate again'),
	);
	const missing = { ...calibration, kind: 'learning', missingSeconds: 700 } as const;
	first.publisher.publishCameraState(sampleState({ camera: gate, calibration: missing }));
	await page.until(cell('gate', 'calibration', 'night: nothing yet, 12 min of normal footage missing'));

	const accepting = `document.querySelector('[data-camera="yard"] [data-accept]')`;
	const fault = { startedAt: utcMs(1.8e12), detail: 'otherwise 5 %' };
	first.publisher.publishCameraState(sampleState({ integrity: [{ ...fault, kind: 'dark' }] }));
	await page.until(cell('yard', 'stream', 'ok · dark: otherwise 5 %'));
	assert.equal(await page.evaluate(`${accepting} === null`), true);
	first.publisher.publishCameraState(sampleState({ integrity: [{ ...fault, kind: 'moved' }] }));
	await page.until(`${accepting} !== null`);
	await page.evaluate(`window.confirm = () => false, ${accepting}.click()`);
	await page.evaluate(`window.confirm = () => true, ${accepting}.click()`);
	while (first.accepted.length === 0) await systemClock.sleep(20, AbortSignal.timeout(30_000));
	first.publisher.publishCameraState(sampleState());
	await page.until(`${accepting} === null`);
	assert.deepEqual(first.accepted, ['yard']);

	const { port } = first.http;
	await first.stop();
	await page.until(`document.querySelector('#connection').textContent.startsWith('no connection')`);
	const failure = { reason: 'refused', detail: 'nothing listens there' } as const;
	const second = await start(port, [sampleState({ mode: 'fault', stream: 'offline', failure })]);
	second.publisher.publishCameraState(sampleState({ mode: 'fault', stream: 'offline', failure }));
	await page.until(cell('yard', 'stream', 'offline: nothing listens there'));
	await page.until(`document.querySelector('#connection').textContent === 'live'`);
	const serious = page.problems.filter((problem) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET/.test(problem));
	assert.deepEqual(serious, []);
	await second.stop();
});

function cell(camera: string, field: string, text: string): string {
	const selector = `[data-camera="${camera}"] [data-field="${field}"]`;
	return `document.querySelector(${JSON.stringify(selector)})?.innerText.trim() === ${JSON.stringify(text)}`;
}

async function start(
	port: number,
	cameras: readonly CameraState[],
): Promise<{ http: HttpServer; publisher: Publisher; accepted: readonly string[]; stop(): Promise<void> }> {
	const accepted: string[] = [];
	const publisher = openPublisher(
		{ mqtt: null },
		{
			outbox: memoryOutbox(),
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
			clock: systemClock,
			random: Math.random,
			observe: () => {},
		},
	);
	const http = await openHttp(
		{ host: '127.0.0.1', port },
		httpDeps({
			cameras: () => cameras,
			cameraJson: cameraStateOf,
			alarmJson: alarmRecordOf,
			acceptView: async (camera) => void accepted.push(camera),
		}),
	);
	publisher.attach(http.server, http.allowHost);
	const stop = async () => {
		await publisher[Symbol.asyncDispose]();
		await http[Symbol.asyncDispose]();
	};
	return { http, publisher, accepted, stop };
}
