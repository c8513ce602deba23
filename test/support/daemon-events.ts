import type { DaemonEvent } from '../../src/core/events.ts';
import { CHANNELS } from '../../src/core/prediction.ts';
import type { Score } from '../../src/core/score.ts';
import { type CameraId, cameraId, monotonicMs, rawScore, surprise, utcMs } from '../../src/core/units.ts';
import { sampleAlarm, sampleFlood, sampleNotice } from './alarms.ts';

export function sampleScore(camera: CameraId, value: number | null): Score {
	const calibrated = value === null ? null : surprise(value);
	return {
		camera,
		run: 1,
		index: 7,
		capturedAt: utcMs(Date.UTC(2026, 10, 22)),
		arrivedAt: monotonicMs(1000),
		channels: new Map(CHANNELS.map((channel) => [channel, { raw: rawScore(0.1), surprise: calibrated }])),
		surprise: calibrated,
		level: value === null ? null : surprise(4),
		onceInHours: value === null ? null : 0.5,
		why: value === null ? null : 'motion',
	};
}

/** One event of each kind, of the camera `yard` where it has one. */
export function oneOfEach(camera = cameraId('yard')): {
	readonly [Kind in DaemonEvent['kind']]: Extract<DaemonEvent, { kind: Kind }>;
} {
	return {
		'daemon-started': { kind: 'daemon-started', version: '1.2.3', cameras: 2 },
		'daemon-ready': { kind: 'daemon-ready', startMs: 1234 },
		'daemon-stopping': { kind: 'daemon-stopping', reason: 'SIGTERM' },
		'camera-added': { kind: 'camera-added', camera },
		'camera-removed': { kind: 'camera-removed', camera },
		'camera-connecting': { kind: 'camera-connecting', camera, attempt: 2 },
		'camera-connected': {
			kind: 'camera-connected',
			camera,
			codec: 'h264',
			width: 1920,
			height: 1080,
			transport: 'tcp',
			downMs: 12_000,
		},
		'camera-lost': { kind: 'camera-lost', camera, reason: 'refused', detail: '', retryInMs: 4000 },
		'camera-mode': { kind: 'camera-mode', camera, mode: 'armed', detail: '' },
		'run-started': { kind: 'run-started', camera, run: 2, reason: 'a gap of 3 s' },
		'frame-received': { kind: 'frame-received', camera, stage: 'sampled', count: 3 },
		'frame-damaged': { kind: 'frame-damaged', camera, damage: 'corrupt' },
		'frame-dropped': { kind: 'frame-dropped', camera, count: 4 },
		'packets-lost': { kind: 'packets-lost', camera, count: 12 },
		'decode-error': { kind: 'decode-error', camera, detail: 'no reference picture' },
		'window-dropped': { kind: 'window-dropped', camera, reason: 'backpressure' },
		'window-scored': {
			kind: 'window-scored',
			camera,
			score: sampleScore(camera, 1.5),
			ageMs: 30,
			captureAgeMs: 60,
			inferenceMs: 8,
			batchSize: 2,
			memoryUsage: new Float32Array([0.5, 0.5, 0, 0]),
		},
		'model-chosen': {
			kind: 'model-chosen',
			camera,
			model: { id: 'yard', version: '0a1b2c3d4e5f-online', sha256: '0a1b2c3d4e5f', learned: true },
			detail: 'it was promoted',
		},
		'alarm-gathered': {
			kind: 'alarm-gathered',
			camera,
			alarm: sampleAlarm({ camera, gathered: true }),
			change: 'started',
		},
		integrity: {
			kind: 'integrity',
			camera,
			notice: {
				change: 'started',
				fault: {
					id: sampleAlarm().id,
					camera,
					kind: 'covered',
					startedAt: utcMs(Date.UTC(2026, 10, 22)),
					endedAt: null,
					frameAt: utcMs(Date.UTC(2026, 10, 22)),
					detail: 'nothing has an edge',
				},
				arrivedAt: monotonicMs(0),
			},
		},
		'view-accepted': { kind: 'view-accepted', camera, learnsAnew: true },
		'picture-disturbed': { kind: 'picture-disturbed', camera, disturbance: 'light' },
		flood: { kind: 'flood', camera, notice: sampleFlood({ camera }) },
		feedback: {
			kind: 'feedback',
			camera,
			alarm: sampleAlarm().id,
			action: 'false-alarm',
			channel: 'http',
			verdict: 'false-alarm',
			effect: 'noted',
		},
		'learning-phase': { kind: 'learning-phase', camera, phase: 'training', detail: 'from 2 hours of footage' },
		'learning-progress': { kind: 'learning-progress', camera, progress: 0.25 },
		'learning-ended': { kind: 'learning-ended', camera, outcome: 'refused', detail: 'it tells fewer oddities' },
		footage: { kind: 'footage', camera, bytes: 5_000_000, seconds: 120 },
		alarm: { kind: 'alarm', notice: sampleNotice(1, 'started', sampleAlarm({ camera })) },
		'memory-drift': { kind: 'memory-drift', camera, hour: 0.01, day: null, frozen: 'alarm' },
		'memory-capped': { kind: 'memory-capped', camera, over: 'hour', drift: { mean: 0.2, most: 0.4 } },
		'memory-replaced': {
			kind: 'memory-replaced',
			camera,
			at: utcMs(Date.UTC(2026, 10, 22)),
			why: 'an alarm was confirmed',
		},
		calibration: {
			kind: 'calibration',
			camera,
			state: {
				light: 'night',
				kind: 'calibrated',
				missingSeconds: 0,
				footageHours: 2.5,
				footageTo: utcMs(Date.UTC(2026, 10, 22)),
				keptHours: 3.6,
				crept: 0.25,
				held: false,
			},
			detail: 'calibrated anew on 2.5 hours of the last days',
		},
		hearing: {
			kind: 'hearing',
			camera,
			hearing: {
				at: utcMs(Date.UTC(2026, 10, 22)),
				tried: 12,
				noticed: 3,
				sensitivity: 0.25,
				usual: 0.9,
				deaf: true,
			},
		},
		'provider-chosen': { kind: 'provider-chosen', provider: 'cpu', model: 'mnad-compact', size: '256x144' },
		'provider-refused': { kind: 'provider-refused', provider: 'webgpu', reason: 'it differs from the CPU by 1.2' },
		'inference-queue': { kind: 'inference-queue', length: 3 },
		'mqtt-connected': { kind: 'mqtt-connected', broker: 'mqtt://127.0.0.1:1883', downMs: 65_000 },
		'mqtt-lost': { kind: 'mqtt-lost', broker: 'mqtt://127.0.0.1:1883', reason: 'refused', retryInMs: 2000 },
		'message-published': { kind: 'message-published', result: 'failed' },
		'alarm-delivered': { kind: 'alarm-delivered', camera, delayMs: 90_000, replayed: true },
		outbox: { kind: 'outbox', messages: 5, oldestMs: 3000 },
		'websocket-clients': { kind: 'websocket-clients', count: 2 },
		'websocket-dropped': { kind: 'websocket-dropped', count: 6 },
		'child-exited': { kind: 'child-exited', camera, detail: 'SIGSEGV' },
		watchdog: { kind: 'watchdog', proven: false },
		warning: { kind: 'warning', about: 'calibration', detail: 'made at another frame rate' },
	};
}
