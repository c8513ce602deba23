import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { Alarm, AlarmChange } from '../../../src/core/alarm.ts';
import { type AlarmId, cameraId } from '../../../src/core/units.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { sampleAlarm, sampleNotice } from '../../support/alarms.ts';
import { oneOfEach, sampleScore } from '../../support/daemon-events.ts';
import { manualClock } from '../../support/manual-clock.ts';

const yard = cameraId('yard');
const events = oneOfEach(yard);

function opened() {
	const clock = manualClock();
	const metrics = openMetrics({ clock, stateFolder: tmpdir() });
	/** The samples of the exposition, by name and labels. */
	const samples = async () => {
		await clock.advance(2000);
		const lines = (await metrics.metricsText()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		return new Map(
			lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
		);
	};
	return { clock, metrics, samples, [Symbol.dispose]: () => metrics[Symbol.dispose]() };
}

test("A camera's series are there at 0 from the moment it is added", async () => {
	using daemon = opened();
	daemon.metrics.observe(events['camera-added']);
	const samples = await daemon.samples();
	for (const name of [
		'foreframe_camera_up{camera="yard"}',
		'foreframe_camera_frames_total{camera="yard",stage="scored"}',
		'foreframe_camera_failures_total{camera="yard",reason="stalled"}',
		'foreframe_camera_windows_dropped_total{camera="yard",reason="backpressure"}',
		'foreframe_alarms_total{camera="yard",severity="high"}',
		'foreframe_alarm_active{camera="yard"}',
		'foreframe_camera_frame_age_seconds_count{camera="yard"}',
		'foreframe_mqtt_publish_total{result="failed"}',
		'foreframe_watchdog_pings_total{proven="true"}',
	]) {
		assert.equal(samples.get(name), 0, name);
	}
	assert.equal(samples.get('foreframe_anomaly_score{camera="yard"}'), undefined);
});

test('Each event is counted where it belongs', async () => {
	using daemon = opened();
	const { 'camera-removed': _removed, ...others } = events;
	daemon.metrics.observe(events['camera-added']);
	for (const event of Object.values(others)) daemon.metrics.observe(event);
	const samples = await daemon.samples();
	const expected: Record<string, number> = {
		'foreframe_build_info{version="1.2.3"}': 1,
		'foreframe_camera_up{camera="yard"}': 0,
		'foreframe_camera_info{camera="yard",codec="h264",width="1920",height="1080",transport="tcp"}': 1,
		'foreframe_camera_mode{camera="yard",mode="armed"}': 1,
		'foreframe_camera_mode{camera="yard",mode="learning"}': 0,
		'foreframe_camera_frames_total{camera="yard",stage="sampled"}': 3,
		'foreframe_camera_frames_total{camera="yard",stage="scored"}': 1,
		'foreframe_camera_frames_dropped_total{camera="yard"}': 4,
		'foreframe_camera_frames_damaged_total{camera="yard",damage="corrupt"}': 1,
		'foreframe_camera_windows_dropped_total{camera="yard",reason="backpressure"}': 1,
		'foreframe_camera_decode_errors_total{camera="yard"}': 1,
		'foreframe_camera_packets_lost_total{camera="yard"}': 12,
		'foreframe_camera_failures_total{camera="yard",reason="refused"}': 1,
		'foreframe_camera_reconnects_total{camera="yard"}': 1,
		'foreframe_camera_down_seconds_total{camera="yard"}': 12,
		'foreframe_camera_child_exits_total{camera="yard"}': 1,
		'foreframe_camera_last_frame_timestamp_seconds{camera="yard"}': Date.UTC(2026, 10, 22) / 1000,
		'foreframe_camera_frame_age_seconds_bucket{le="0.05",camera="yard"}': 1,
		'foreframe_camera_frame_age_seconds_bucket{le="0.025",camera="yard"}': 0,
		'foreframe_camera_capture_age_seconds_sum{camera="yard"}': 0.06,
		'foreframe_anomaly_score{camera="yard"}': 1.5,
		'foreframe_anomaly_threshold{camera="yard"}': 4,
		'foreframe_anomaly_channel_score{camera="yard",channel="motion"}': 1.5,
		// Two of four items, evenly: log 2 / log 4.
		'foreframe_memory_spread_ratio{camera="yard"}': 0.5,
		'foreframe_camera_model_info{camera="yard",model="yard",version="0a1b2c3d4e5f-online",learned="true"}': 1,
		'foreframe_learning_phase{camera="yard",phase="training"}': 1,
		'foreframe_learning_phase{camera="yard",phase="collecting"}': 0,
		'foreframe_learning_progress_ratio{camera="yard"}': 0.25,
		'foreframe_learnings_total{camera="yard",outcome="refused"}': 1,
		'foreframe_learnings_total{camera="yard",outcome="promoted"}': 0,
		'foreframe_footage_bytes{camera="yard"}': 5_000_000,
		'foreframe_footage_seconds{camera="yard"}': 120,
		'foreframe_alarms_total{camera="yard",severity="medium"}': 1,
		'foreframe_alarm_active{camera="yard"}': 1,
		foreframe_inference_duration_seconds_sum: 0.008,
		'foreframe_inference_batch_size_bucket{le="1"}': 0,
		'foreframe_inference_batch_size_bucket{le="2"}': 1,
		foreframe_inference_queue_length: 3,
		'foreframe_inference_provider_info{provider="cpu",model="mnad-compact",size="256x144"}': 1,
		'foreframe_inference_provider_refusals_total{provider="webgpu"}': 1,
		foreframe_mqtt_connected: 0,
		foreframe_mqtt_reconnects_total: 1,
		'foreframe_mqtt_publish_total{result="failed"}': 1,
		foreframe_mqtt_outbox_messages: 5,
		foreframe_mqtt_outbox_oldest_seconds: 3,
		'foreframe_alarm_publish_delay_seconds_sum{replayed="true"}': 90,
		foreframe_websocket_clients: 2,
		foreframe_websocket_messages_dropped_total: 6,
		'foreframe_watchdog_pings_total{proven="false"}': 1,
		foreframe_warnings_total: 1,
	};
	assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, samples.get(name)])), expected);
	assert.ok(samples.get('foreframe_storage_free_bytes')! > 0);
	assert.ok(samples.get('process_resident_memory_bytes')! > 1e6);
	assert.ok(samples.get('process_cpu_seconds_total')! > 0);
});

test('An alarm is active until it has ended and counts once', async () => {
	using daemon = opened();
	daemon.metrics.observe(events['camera-added']);
	for (const change of ['started', 'updated', 'ended'] as const) {
		daemon.metrics.observe({ kind: 'alarm', notice: sampleNotice(1, change, sampleAlarm({ severity: 'low' })) });
	}
	const samples = await daemon.samples();
	assert.equal(samples.get('foreframe_alarms_total{camera="yard",severity="low"}'), 1);
	assert.equal(samples.get('foreframe_alarm_active{camera="yard"}'), 0);
});

test('With two alarms open, what moves and what stands, one goes on when the other has ended', async () => {
	using daemon = opened();
	daemon.metrics.observe(events['camera-added']);
	const bag = sampleAlarm({ id: '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f01' as AlarmId, why: 'standing' });
	const active = async () => (await daemon.samples()).get('foreframe_alarm_active{camera="yard"}');
	const tell = (change: AlarmChange, alarm: Alarm) =>
		daemon.metrics.observe({ kind: 'alarm', notice: sampleNotice(1, change, alarm) });
	tell('started', bag);
	tell('started', sampleAlarm());
	tell('ended', sampleAlarm());
	assert.equal(await active(), 1);
	tell('ended', bag);
	assert.equal(await active(), 0);
});

test('A camera that sends something else has one info series', async () => {
	using daemon = opened();
	daemon.metrics.observe(events['camera-added']);
	daemon.metrics.observe(events['camera-connected']);
	daemon.metrics.observe({ ...events['camera-connected'], width: 640, height: 480 });
	const infos = [...(await daemon.samples()).keys()].filter((name) => name.startsWith('foreframe_camera_info'));
	assert.deepEqual(infos, [
		'foreframe_camera_info{camera="yard",codec="h264",width="640",height="480",transport="tcp"}',
	]);
});

test('A score without a calibration is no number, and one that loses it goes', async () => {
	using daemon = opened();
	daemon.metrics.observe(events['camera-added']);
	daemon.metrics.observe(events['window-scored']);
	daemon.metrics.observe({ ...events['window-scored'], score: sampleScore(yard, null), memoryUsage: null });
	const names = [...(await daemon.samples()).keys()];
	assert.deepEqual(
		names.filter((name) => /foreframe_(anomaly|memory)_/.test(name)),
		[],
	);
});

test('A removed camera leaves nothing behind, not even through what is told of it late', async () => {
	using daemon = opened();
	const { 'camera-added': added, 'camera-removed': removed, ...others } = events;
	daemon.metrics.observe(added);
	for (const event of Object.values(others)) daemon.metrics.observe(event);
	daemon.metrics.observe(removed);
	for (const event of Object.values(others)) daemon.metrics.observe(event);
	const names = [...(await daemon.samples()).keys()].filter((name) => name.includes('yard'));
	assert.deepEqual(names, []);
});

test('However many scrape, the text is made once a second', async () => {
	using daemon = opened();
	const first = daemon.metrics.metricsText();
	daemon.metrics.observe(events['inference-queue']);
	assert.equal(await daemon.metrics.metricsText(), await first);
	await daemon.clock.advance(1000);
	assert.notEqual(await daemon.metrics.metricsText(), await first);
});

test('docs/metrics.md lists exactly the metrics that there are, with type, labels and meaning', () => {
	using daemon = opened();
	const text = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
	const documented = [...text.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
		([, name, type, labels, help]) =>
			`${name} ${type} [${[...labels!.matchAll(/`(\w+)`/g)].map((match) => match[1])}] ${help}`,
	);
	const existing = daemon.metrics.list().map(({ name, type, labels, help }) => `${name} ${type} [${labels}] ${help}`);
	assert.deepEqual(documented.toSorted(), existing.toSorted());
});

test('Names have the prefix, base units and _total on counters, and no label can grow without bound', () => {
	using daemon = opened();
	const labels = new Set<string>();
	for (const { name, type, labels: own } of daemon.metrics.list()) {
		assert.match(name, /^(foreframe|process|nodejs)_[a-z0-9_]+$/);
		assert.equal(name.endsWith('_total'), type === 'counter', name);
		assert.ok(!/_(ms|milliseconds|percent|mb|kb)(_|$)/.test(name), name);
		for (const label of own) labels.add(label);
	}
	const bounded = [
		'camera',
		'channel',
		'codec',
		'damage',
		'height',
		'kind',
		'learned',
		'light',
		'mode',
		'model',
		'outcome',
		'over',
		'phase',
		'proven',
		'provider',
		'reason',
		'replayed',
		'result',
		'severity',
		'size',
		'stage',
		'transport',
		'verdict',
		'version',
		'width',
	];
	assert.deepEqual([...labels].sort(), bounded);
});
