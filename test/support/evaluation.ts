import type { Prediction } from '../../src/core/prediction.ts';
import { cameraId, monotonicMs, rawScore, utcMs } from '../../src/core/units.ts';
import type { Moment } from '../../src/evaluate/html/worst-moments.ts';
import type { EvaluationReport, WindowSeries } from '../../src/evaluate/report.ts';

/** A quiet window, ten to the second. */
export function sampleWindow(picture: number, rest: Partial<WindowSeries> = {}): WindowSeries {
	return {
		picture,
		file: `${picture}.jpg`,
		seconds: picture / 10,
		anomalous: false,
		kinds: [],
		surprise: 1,
		why: 'patch',
		channels: { patch: 0.1 },
		verdict: 'quiet',
		strangest: { x: 0.5, y: 0.25, width: 0.25, height: 0.5 },
		truth: [],
		memoryUpdated: null,
		...rest,
	};
}

/** A window with a picture of 16x8 pixels, all of one grey, that was predicted all black. */
export function sampleMoment(clip: string, window: WindowSeries): Moment {
	const target = {
		camera: cameraId('evaluate'),
		run: 1,
		index: window.picture,
		width: 16,
		height: 8,
		luma: new Uint8Array(16 * 8).fill(99),
		capturedAt: utcMs(window.seconds * 1000),
		arrivedAt: monotonicMs(window.seconds * 1000),
		damage: null,
	};
	const prediction: Prediction = {
		window: { camera: target.camera, run: 1, framesPerSecond: 10, frames: [target], target },
		channels: new Map([['patch', rawScore(0.1)]]),
		heatMap: { width: 2, height: 1, cellPixels: 8, values: Float32Array.of(0.15, 0) },
		predicted: new Uint8Array(16 * 8),
		things: [],
		rest: new Map(),
		memory: null,
		inferenceMs: 1,
		batchSize: 1,
	};
	return { clip, window, prediction };
}

/** Of one clip: quiet, then odd and told from picture 10 on, the level at 3. */
export function sampleReport(rest: Partial<EvaluationReport> = {}): EvaluationReport {
	const windows = Array.from({ length: 20 }, (_, index) =>
		sampleWindow(index, {
			anomalous: index >= 10,
			surprise: index >= 10 ? 6 : 1 + index / 10,
			verdict: index >= 10 ? 'alarm' : 'quiet',
			channels: { patch: index / 100 },
		}),
	);
	const outcome = {
		level: 3,
		events: 1,
		eventsDetected: 1,
		eventsUnderFalseAlarm: 0,
		recall: 1,
		falseAlarms: 0,
		tailAlarms: 0,
		falseAlarmsPerHour: 0,
		falselyAlarmedShare: 0,
		timeToDetect: { p50: 1, p95: 1 },
	};
	return {
		dataset: 'sample',
		detector: 'mnad',
		model: { id: 'm', version: '1' },
		size: { width: 16, height: 8 },
		framesPerSecond: 10,
		frames: 20,
		anomalousFrames: 10,
		auc: { perVideo: 1, global: 1, macro: 1 },
		ap: 1,
		eer: 0,
		channels: { patch: { perVideo: 1, global: 1 } },
		perVideo: [{ clip: '01', frames: 20, anomalous: 10, auc: 1 }],
		calibration: { clips: ['a'], windows: 100, effectiveWindows: 10, smoothing: 0.3, weights: { patch: 1 } },
		alarms: {
			...outcome,
			budgetPerHour: 1 / 24,
			extrapolated: false,
			minimumSeconds: 1,
			releaseSeconds: 3,
			tailSeconds: 3,
			normalHours: 10 / 36_000,
		},
		levels: [{ ...outcome, level: 1, falseAlarms: 1, falseAlarmsPerHour: 3600 }, outcome],
		kinds: [],
		regions: null,
		memory: null,
		msPerWindow: { p50: 5, p95: 8 },
		clips: [
			{
				clip: '01',
				folder: '/data/01',
				windows,
				events: [
					{
						first: 10,
						last: 19,
						kinds: [],
						beginSeconds: 1,
						endSeconds: 1.9,
						detectedAfterSeconds: 0.5,
						underFalseAlarm: false,
						peakSurprise: 6,
					},
				],
				alarms: [
					{
						startSeconds: 1,
						toldSeconds: 1.5,
						endSeconds: 1.9,
						closedSeconds: null,
						peakSurprise: 6,
						peakSeconds: 1,
						why: 'patch',
						region: null,
						outcome: 'true',
					},
				],
			},
		],
		...rest,
	};
}
