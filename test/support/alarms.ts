import type { Alarm, AlarmChange, AlarmNotice } from '../../src/core/alarm.ts';
import type { CameraState } from '../../src/core/camera-state.ts';
import type { Explanation } from '../../src/core/explanation.ts';
import type { Flood, FloodChange, FloodNotice } from '../../src/core/flood.ts';
import { type AlarmId, cameraId, monotonicMs, surprise, utcMs } from '../../src/core/units.ts';
import type { CameraStats } from '../../src/publish/messages.ts';

const STARTED = Date.UTC(2026, 10, 22, 16, 4, 18, 250);

export function sampleAlarm(parts: Partial<Alarm> = {}): Alarm {
	return {
		id: '019ab7c4-5d3a-7c11-9f4e-3b8a2d6e1f00' as AlarmId,
		camera: cameraId('yard'),
		startedAt: utcMs(STARTED),
		endedAt: null,
		endReason: null,
		frameAt: utcMs(STARTED + 1200),
		peakAt: utcMs(STARTED + 800),
		surprise: surprise(4.81),
		peakSurprise: surprise(5.2345678),
		level: surprise(4.2),
		onceInHours: 9.53,
		severity: 'medium',
		why: 'motion',
		reasons: [{ channel: 'motion', surprise: surprise(5.1), onceInHours: 6.99 }],
		region: { x: 0.25, y: 0.4, width: 0.125, height: 0.3333333 },
		regions: [{ x: 0.25, y: 0.4, width: 0.125, height: 0.3333333 }],
		zones: ['gate'],
		model: { id: 'mnad-compact', version: '1' },
		standing: null,
		feedback: null,
		gathered: false,
		...parts,
	};
}

export function sampleExplanation(parts: Partial<Explanation> = {}): Explanation {
	const { id, camera, peakAt, peakSurprise, level, onceInHours, regions } = sampleAlarm();
	return {
		alarm: id,
		camera,
		frameAt: peakAt,
		text: 'At the left of the picture something moves faster than things do here.',
		surprise: peakSurprise,
		level,
		onceInHours,
		channels: [{ channel: 'motion', raw: 4.25, surprise: surprise(5.1), onceInHours: 6.99 }],
		regions,
		heatMap: { width: 2, height: 1, values: [1, 0.25] },
		nearest: { item: 3, similarity: 0.71, share: 0.25, seenAt: utcMs(STARTED - 5000) },
		pictures: ['seen', 'heat'],
		...parts,
	};
}

export function sampleNotice(sequence: number, change: AlarmChange = 'started', alarm = sampleAlarm()): AlarmNotice {
	return { change, alarm, sequence, arrivedAt: monotonicMs(performance.now()) };
}

export function sampleState(parts: Partial<CameraState> = {}): CameraState {
	return {
		camera: cameraId('yard'),
		mode: 'armed',
		stream: 'ok',
		streamSince: utcMs(STARTED - 60_000),
		failure: null,
		schedule: null,
		learningProgress: null,
		framesPerSecond: 4.98,
		surprise: 0.31,
		level: 4.2,
		anomaly: false,
		lastAlarmAt: null,
		lasting: null,
		flood: null,
		integrity: [],
		model: { id: 'yard', version: '0a1b2c3d4e5f-online', sha256: '0a1b2c3d4e5f'.padEnd(64, '0'), learned: true },
		learning: {
			phase: 'resting',
			progress: null,
			nextAt: utcMs(STARTED + 6 * 86_400_000),
			last: {
				at: utcMs(STARTED - 86_400_000),
				outcome: 'promoted',
				detail: 'it tells 8.1 of 10 synthetic oddities, the running one 6.4',
			},
		},
		hearing: {
			at: utcMs(STARTED - 600_000),
			tried: 12,
			noticed: 11,
			sensitivity: 11 / 12,
			usual: 1,
			deaf: false,
		},
		calibration: {
			light: 'day',
			kind: 'calibrated',
			missingSeconds: 0,
			footageHours: 3.6,
			footageTo: utcMs(STARTED - 1_200_000),
			keptHours: 3.6,
			crept: 0.1,
			held: false,
		},
		...parts,
	};
}

export const SAMPLE_STATS: CameraStats = {
	camera: cameraId('yard'),
	at: utcMs(1.8e12),
	framesPerSecond: 5,
	surprise: 0.4,
	level: 4.2,
	why: 'patch',
	frameAgeMs: 61.5,
	inferenceMs: 12.25,
	sensitivity: 11 / 12,
	windowsScored: 100,
	windowsDropped: 0,
};

export function sampleFlood(parts: Partial<Flood> = {}, change: FloodChange = 'started'): FloodNotice {
	const { id, camera, startedAt, peakSurprise, severity, why, region } = sampleAlarm();
	const flood: Flood = {
		id: '019ab7c4-6d3a-7c11-9f4e-3b8a2d6e1f01' as AlarmId,
		camera,
		startedAt,
		endedAt: null,
		alarms: 1,
		toldInAnHour: 2,
		firstAt: startedAt,
		lastAt: startedAt,
		worst: { id, startedAt, peakSurprise, severity, why, region },
		...parts,
	};
	return { change, flood, at: utcMs(STARTED + 1200), arrivedAt: monotonicMs(performance.now()) };
}
