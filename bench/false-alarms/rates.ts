import { Judge } from '../../src/alarm/judge.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import type { AlarmId, MonotonicMs } from '../../src/core/units.ts';
import { cameraId } from '../../src/core/units.ts';
import { calibrate } from '../../src/score/calibrate.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { type FootageWindow, footageOf } from '../../src/score/footage.ts';
import { CalibratedScorer } from '../../src/score/scorer.ts';
import type { Dump } from './dump.ts';

export interface RateRequest {
	readonly dump: Dump;
	readonly perHour: number;
	readonly minimumSeconds: number;
	readonly releaseSeconds: number;
	readonly smoothing: number;
}

export interface Rate {
	readonly level: number;
	readonly alarms: number;
	readonly hours: number;
}

/** How many alarms the judge raises on a camera's watched hours, by the calibration of its first hours alone. */
export function frozenRate(request: RateRequest): Rate {
	const { dump, perHour, minimumSeconds, releaseSeconds } = request;
	const { framesPerSecond } = dump.head;
	const scorer = new CalibratedScorer(calibrationOf(request), perHour, minimumSeconds);
	const judge = new Judge({
		framesPerSecond,
		minimumSeconds,
		releaseSeconds,
		model: dump.head.model,
		newAlarmId: () => '' as AlarmId,
	});
	let alarms = 0;
	for (const window of dump.watch) {
		const verdict = judge.judge(scorer.score(predictionOf(window)), null);
		if (verdict.kind === 'alarm' && verdict.change === 'started') alarms++;
	}
	return { level: scorer.level.level, alarms, hours: dump.watch.length / framesPerSecond / 3600 };
}

export function calibrationOf({ dump: { head, calibrate: windows }, smoothing }: RateRequest): Calibration {
	const { framesPerSecond, size, model, channels, weights, camera } = head;
	return calibrate({
		footage: footageOf(windows, channels),
		framesPerSecond,
		size,
		model,
		smoothing,
		weights: new Map(weights),
		source: camera,
		memory: null,
	});
}

const NOTHING = new Uint8Array(0);

/** A prediction with the raw scores that were kept; frames come as fast as they were taken. */
export function predictionOf({ run, index, capturedAt, channels }: FootageWindow): Prediction {
	const target = {
		camera: cameraId('bench'),
		run,
		index,
		capturedAt,
		arrivedAt: Number(capturedAt) as MonotonicMs,
		width: 0,
		height: 0,
		luma: NOTHING,
		damage: null,
	};
	return {
		window: { camera: target.camera, run, framesPerSecond: 5, frames: [target], target },
		channels,
		heatMap: { width: 0, height: 0, cellPixels: 8, values: new Float32Array(0) },
		predicted: NOTHING,
		things: [],
		memory: null,
		inferenceMs: 0,
		batchSize: 1,
	};
}
