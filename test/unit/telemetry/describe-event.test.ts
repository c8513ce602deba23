import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraId, surprise, utcMs } from '../../../src/core/units.ts';
import { describeEvent } from '../../../src/telemetry/describe-event.ts';
import { duration, place } from '../../../src/telemetry/words.ts';
import { sampleAlarm, sampleNotice } from '../../support/alarms.ts';
import { oneOfEach } from '../../support/daemon-events.ts';

const events = oneOfEach();
const lineOf = (event: Parameters<typeof describeEvent>[0]) => {
	const description = describeEvent(event);
	return description === null ? null : `${description.level} ${description.text}`;
};

test('Each event is one sentence in plain words, or nothing', () => {
	assert.deepEqual(Object.fromEntries(Object.entries(events).map(([kind, event]) => [kind, lineOf(event)])), {
		'daemon-started': 'info Foreframe 1.2.3 is starting with 2 cameras',
		'daemon-ready': 'info ready after 1.2 s',
		'daemon-stopping': 'info stopping: SIGTERM',
		'camera-added': 'debug yard: added',
		'camera-removed': 'info yard: removed',
		'camera-connecting': 'debug yard: connecting, attempt 2',
		'camera-connected': 'info yard: the camera is back after 12 s: h264 1920x1080 over tcp',
		'camera-lost': 'warn yard: lost the camera: it refused the connection; trying again in 4 s',
		'camera-mode': 'info yard: armed',
		'run-started': 'debug yard: run 2 begins: a gap of 3 s',
		'frame-received': null,
		'frame-damaged': 'debug yard: a picture is damaged (corrupt) and is not judged',
		'frame-dropped': 'warn yard: 4 pictures were skipped: this machine cannot keep up',
		'packets-lost': 'warn yard: 12 packets were lost on the way from the camera',
		'decode-error': 'warn yard: a picture could not be decoded: no reference picture',
		'window-dropped': 'warn yard: a window was skipped: this machine cannot keep up',
		'window-scored': null,
		'model-chosen': 'info yard: watched with its own model yard 0a1b2c3d4e5f-online: it was promoted',
		'learning-phase': 'info yard: learning a model of its own: from 2 hours of footage',
		'learning-progress': null,
		'learning-ended': 'info yard: the new model is not used, the running one stays: it tells fewer oddities',
		footage: null,
		alarm: 'warn yard: ALARM started: moving unlike anything in 9.5 hours (score 4.8 over 4.2), in gate left',
		'alarm-gathered': 'info yard: alarm 019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00 goes into the summary',
		integrity: 'error yard: something covers it: nothing has an edge',
		'view-accepted': 'info yard: what it shows is its view from now on: it was moved, and learns anew',
		'picture-disturbed': 'info yard: the light or the exposure jumps; it is not judged until that settles',
		flood: 'warn yard: TOO MANY ALARMS: more than 2 in an hour; those that follow are gathered into a summary',
		feedback: 'info yard: somebody says it was a false alarm: alarm 019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00: noted',
		'memory-drift': null,
		'memory-capped':
			'warn yard: the memory learns no more for now: it has moved by 0.20, its farthest item by 0.40 in an hour',
		'memory-replaced': 'info yard: the memory is that of 2026-11-22T00:00:00.000Z again: an alarm was confirmed',
		calibration: 'info yard: calibrated anew on 2.5 hours of the last days',
		hearing: 'debug yard: of 12 synthetic oddities 3 would have alarmed, usually 90 %',
		'provider-chosen': 'info mnad-compact runs on cpu at 256x144',
		'provider-refused': 'warn webgpu is not used: it differs from the CPU by 1.2',
		'inference-queue': null,
		'mqtt-connected': 'info MQTT: connected again after 1.1 min to mqtt://127.0.0.1:1883',
		'mqtt-lost': 'warn MQTT: no connection to mqtt://127.0.0.1:1883: refused; trying again in 2 s',
		'message-published': 'warn MQTT: the broker did not take a message',
		'alarm-delivered': 'info yard: an alarm was delivered 1.5 min late',
		outbox: null,
		'websocket-clients': null,
		'websocket-dropped': 'warn 6 messages to a slow WebSocket client were dropped',
		'child-exited': 'debug yard: the process that reads the camera ended: SIGSEGV',
		watchdog: 'error the work of the daemon could not be proven in time: systemd is not told that all is well',
		warning: 'warn calibration: made at another frame rate',
	});
});

test('An alarm is told with its rarity, its place and, at its end, its length', () => {
	const rare = sampleAlarm({
		surprise: surprise(5.2),
		level: surprise(4.9),
		onceInHours: 72,
		region: { x: 0.05, y: 0, width: 0.1, height: 0.2 },
	});
	assert.equal(
		lineOf({ kind: 'alarm', notice: sampleNotice(1, 'started', rare) }),
		'warn yard: ALARM started: moving unlike anything in 3 days (score 5.2 over 4.9), in gate top left',
	);
	const ended = { ...rare, why: 'patch' as const, endedAt: utcMs(rare.startedAt + 12_400) };
	assert.equal(
		lineOf({ kind: 'alarm', notice: sampleNotice(2, 'ended', ended) }),
		'info yard: ALARM ended after 12 s: at its peak a spot looks unlike anything in 3 days (score 5.2)',
	);
	assert.match(
		lineOf({
			kind: 'alarm',
			notice: sampleNotice(1, 'started', { ...rare, onceInHours: Number.POSITIVE_INFINITY, region: null, zones: [] }),
		})!,
		/unlike anything in ten years \(score 5\.2 over 4\.9\)$/,
	);
});

test('Of what stands it is said what it is', () => {
	const bag = sampleAlarm({ why: 'standing', onceInHours: 48, standing: { kind: 'removed', since: utcMs(0) } });
	assert.match(
		lineOf({ kind: 'alarm', notice: sampleNotice(1, 'started', bag) })!,
		/ALARM started: something is missing there, unlike anything in 2 days/,
	);
});

test('The detail of a failure is told where its reason says too little', () => {
	assert.match(
		lineOf({ ...events['camera-lost'], detail: 'SIGSEGV', reason: 'crashed' })!,
		/ended \(SIGSEGV\); trying again/,
	);
	assert.doesNotMatch(lineOf({ ...events['camera-lost'], detail: 'ECONNREFUSED' })!, /ECONNREFUSED/);
});

test('A recording that ended is no failure', () => {
	assert.equal(
		lineOf({ ...events['camera-lost'], reason: 'ended', retryInMs: null }),
		'info yard: the recording has ended',
	);
});

test('Times are told in their largest fitting unit', () => {
	const cases: readonly (readonly [number, string])[] = [
		[0, '0 ms'],
		[999, '999 ms'],
		[4000, '4 s'],
		[90_000, '1.5 min'],
		[3_600_000, '1 hour'],
		[36_000_000, '10 hours'],
		[86_400_000, '1 day'],
		[259_200_000, '3 days'],
	];
	for (const [ms, text] of cases) assert.equal(duration(ms), text);
});

test('A place in the picture is told by thirds', () => {
	const at = (x: number, y: number) => place({ x: x - 0.05, y: y - 0.05, width: 0.1, height: 0.1 });
	assert.equal(at(0.1, 0.1), 'top left');
	assert.equal(at(0.5, 0.5), 'centre');
	assert.equal(at(0.9, 0.5), 'right');
	assert.equal(at(0.5, 0.95), 'bottom');
	assert.equal(place({ x: 0, y: 0, width: 1, height: 0.9 }), 'everywhere');
});

test('A fault that is tried again and again is one group, so that it is told now and then', () => {
	const fault = describeEvent({ kind: 'camera-mode', camera: cameraId('yard'), mode: 'fault', detail: 'no GPU' });
	assert.equal(fault?.level, 'error');
	assert.equal(fault?.group, 'yard fault');
	assert.match(fault?.text ?? '', /^yard: .*no GPU$/);
});
