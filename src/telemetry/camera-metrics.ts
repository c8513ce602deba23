import type { Counter, Gauge, Histogram } from 'prom-client';
import type { AlarmNotice } from '../core/alarm.ts';
import { CAMERA_MODES, STREAM_FAILURES, type StreamFailure } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import type { DaemonEvent } from '../core/events.ts';
import { FRAME_DAMAGES } from '../core/frame.ts';
import { DISTURBANCES, PICTURE_FAULTS } from '../core/integrity.ts';
import { CHANNELS } from '../core/prediction.ts';
import type { AlarmId, CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

const AGE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STAGES = ['received', 'decoded', 'sampled', 'scored'] as const;
const MODES = CAMERA_MODES;
const SEVERITIES = ['low', 'medium', 'high'] as const;
const REASONS = ['backpressure', 'damaged', 'starting', ...PICTURE_FAULTS, ...DISTURBANCES] as const;

type Series = Counter<string> | Gauge<string> | Histogram<string>;
type Video = { readonly codec: string; readonly width: string; readonly height: string; readonly transport: string };

export interface CameraMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

/** What is counted per camera. Series exist from the moment a camera is added, at 0, until it is removed. */
export function cameraMetrics({ counter, gauge, histogram }: Instruments, clock: Pick<Clock, 'utcNow'>): CameraMetrics {
	const up = gauge('camera_up', 'Whether the stream is well: 1 or 0', ['camera']);
	const info = gauge('camera_info', 'What the camera sends: always 1', [
		'camera',
		'codec',
		'width',
		'height',
		'transport',
	]);
	const mode = gauge('camera_mode', 'Mode the camera is in: 1 for that one, 0 for the others', ['camera', 'mode']);
	const frames = counter('camera_frames_total', 'Frames that reached a stage', ['camera', 'stage']);
	const skipped = counter('camera_frames_dropped_total', 'Sampled frames that nobody took in time', ['camera']);
	const damaged = counter('camera_frames_damaged_total', 'Sampled frames with a damaged picture', ['camera', 'damage']);
	const dropped = counter('camera_windows_dropped_total', 'Windows that were not judged', ['camera', 'reason']);
	const decodeErrors = counter('camera_decode_errors_total', 'Pictures that could not be decoded', ['camera']);
	const lost = counter('camera_packets_lost_total', 'Packets lost on the way from the camera', ['camera']);
	const failures = counter('camera_failures_total', 'Streams that broke and attempts that failed', [
		'camera',
		'reason',
	]);
	const reconnects = counter('camera_reconnects_total', 'Times the camera came back', ['camera']);
	const down = counter('camera_down_seconds_total', 'Time without a stream, counted when it is back', ['camera']);
	const exits = counter('camera_child_exits_total', 'Ends of the process that reads the camera', ['camera']);
	const lastFrame = gauge('camera_last_frame_timestamp_seconds', 'When the newest sampled frame came; 0 before', [
		'camera',
	]);
	const age = histogram('camera_frame_age_seconds', "From a frame's arrival to its score", AGE_SECONDS, ['camera']);
	const captureAge = histogram('camera_capture_age_seconds', "From a frame's capture to its score", AGE_SECONDS, [
		'camera',
	]);
	const score = gauge('anomaly_score', 'Surprise of the newest window; absent without a calibration', ['camera']);
	const threshold = gauge('anomaly_threshold', 'Surprise at which it alarms; absent without a calibration', ['camera']);
	const channel = gauge('anomaly_channel_score', 'Surprise of each channel of the newest window', [
		'camera',
		'channel',
	]);
	const spread = gauge('memory_spread_ratio', 'How evenly the memory items are used: 1 evenly, 0 one item only', [
		'camera',
	]);
	const alarms = counter('alarms_total', 'Alarms that started', ['camera', 'severity']);
	const open = new Map<CameraId, Set<AlarmId>>();
	const active = gauge('alarm_active', 'Whether an alarm goes on: 1 or 0', ['camera']);

	const single: readonly Series[] = [
		up,
		skipped,
		decodeErrors,
		lost,
		reconnects,
		down,
		exits,
		lastFrame,
		age,
		captureAge,
		active,
	];
	const labelled: readonly (readonly [Series, string, readonly string[]])[] = [
		[mode, 'mode', MODES],
		[frames, 'stage', STAGES],
		[damaged, 'damage', FRAME_DAMAGES],
		[dropped, 'reason', REASONS],
		[failures, 'reason', STREAM_FAILURES satisfies readonly StreamFailure[]],
		[alarms, 'severity', SEVERITIES],
	];
	const late: readonly Series[] = [score, threshold, spread];
	const videos = new Map<CameraId, Video | null>();

	const add = (camera: CameraId) => {
		videos.set(camera, null);
		for (const series of single) start(series, { camera });
		for (const [series, label, values] of labelled)
			for (const value of values) start(series, { camera, [label]: value });
	};
	const remove = (camera: CameraId) => {
		setVideo(camera, null);
		videos.delete(camera);
		open.delete(camera);
		for (const series of [...single, ...late]) series.remove({ camera });
		for (const [series, label, values] of labelled)
			for (const value of values) series.remove({ camera, [label]: value });
		for (const name of CHANNELS) channel.remove({ camera, channel: name });
	};
	const setVideo = (camera: CameraId, video: Video | null) => {
		const before = videos.get(camera) ?? null;
		if (before !== null) info.remove({ camera, ...before });
		if (video !== null) info.set({ camera, ...video }, 1);
		videos.set(camera, video);
	};
	const setOrRemove = (metric: Gauge<'camera'>, camera: CameraId, value: number | null) => {
		if (value === null) metric.remove({ camera });
		else metric.set({ camera }, value);
	};

	const observeKnown = (event: DaemonEvent, camera: CameraId) => {
		switch (event.kind) {
			case 'camera-removed':
				return remove(camera);
			case 'camera-connected':
				up.set({ camera }, 1);
				setVideo(camera, {
					codec: event.codec,
					width: String(event.width),
					height: String(event.height),
					transport: event.transport,
				});
				if (event.downMs === null) return;
				reconnects.inc({ camera });
				return down.inc({ camera }, event.downMs / 1000);
			case 'camera-lost':
				up.set({ camera }, 0);
				return failures.inc({ camera, reason: event.reason });
			case 'camera-mode':
				for (const one of MODES) mode.set({ camera, mode: one }, one === event.mode ? 1 : 0);
				return;
			case 'frame-received':
				frames.inc({ camera, stage: event.stage }, event.count);
				if (event.stage === 'sampled') lastFrame.set({ camera }, clock.utcNow() / 1000);
				return;
			case 'frame-dropped':
				return skipped.inc({ camera }, event.count);
			case 'frame-damaged':
				return damaged.inc({ camera, damage: event.damage });
			case 'packets-lost':
				return lost.inc({ camera }, event.count);
			case 'decode-error':
				return decodeErrors.inc({ camera });
			case 'window-dropped':
				return dropped.inc({ camera, reason: event.reason });
			case 'child-exited':
				return exits.inc({ camera });
			case 'window-scored':
				frames.inc({ camera, stage: 'scored' });
				age.observe({ camera }, Math.max(0, event.ageMs) / 1000);
				captureAge.observe({ camera }, Math.max(0, event.captureAgeMs) / 1000);
				setOrRemove(score, camera, event.score.surprise);
				setOrRemove(threshold, camera, event.score.level);
				setOrRemove(spread, camera, event.memoryUsage === null ? null : evenness(event.memoryUsage));
				for (const [name, { surprise }] of event.score.channels) {
					if (surprise === null) channel.remove({ camera, channel: name });
					else channel.set({ camera, channel: name }, surprise);
				}
				return;
			case 'alarm':
				if (event.notice.change === 'started') alarms.inc({ camera, severity: event.notice.alarm.severity });
				return active.set({ camera }, stillOpen(camera, event.notice) ? 1 : 0);
		}
	};

	/** Alarms of what moves and of what stands may be open at the same time. */
	const stillOpen = (camera: CameraId, { change, alarm }: AlarmNotice): boolean => {
		const ids = open.get(camera) ?? new Set<AlarmId>();
		if (change === 'ended') ids.delete(alarm.id);
		else ids.add(alarm.id);
		open.set(camera, ids);
		return ids.size > 0;
	};

	return {
		observe: (event) => {
			if (event.kind === 'camera-added' && !videos.has(event.camera)) add(event.camera);
			const camera = cameraOf(event);
			if (camera !== null && videos.has(camera)) observeKnown(event, camera);
		},
	};
}

function start(series: Series, labels: Record<string, string>): void {
	if ('zero' in series) series.zero(labels);
	else series.inc(labels, 0);
}

function cameraOf(event: DaemonEvent): CameraId | null {
	if (event.kind === 'alarm') return event.notice.alarm.camera;
	return 'camera' in event ? event.camera : null;
}

/** Entropy of the shares over that of an even use, 0..1. */
function evenness(shares: Float32Array): number {
	if (shares.length < 2) return 1;
	let entropy = 0;
	for (const share of shares) if (share > 0) entropy -= share * Math.log(share);
	return Math.min(1, Math.max(0, entropy / Math.log(shares.length)));
}
