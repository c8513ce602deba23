import { Judge } from '../../src/alarm/judge.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import type { AlarmId, MonotonicMs } from '../../src/core/units.ts';
import { cameraId } from '../../src/core/units.ts';
import { calibrate } from '../../src/score/calibrate.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { type FootageWindow, footageOf } from '../../src/score/footage.ts';
import { Recalibration } from '../../src/score/recalibration.ts';
import { RESERVOIR, Reservoir } from '../../src/score/reservoir.ts';
import { CalibratedScorer } from '../../src/score/scorer.ts';
import { seededRandom } from '../../test/support/random.ts';
import type { Dump } from './dump.ts';

export interface RateRequest {
	readonly dump: Dump;
	readonly perHour: number;
	readonly minimumSeconds: number;
	readonly releaseSeconds: number;
}

export interface Rate {
	/** At the end. */
	readonly level: number;
	readonly alarms: number;
	readonly hours: number;
}

/**
 * How many alarms the judge raises on a camera's watched hours; `recalibrated` as the daemon does it, every hour, else by the
 * calibration of its first hours alone.
 */
export function measureRate(request: RateRequest, first: Calibration, recalibrated: boolean): Rate {
	const { dump, perHour, minimumSeconds, releaseSeconds } = request;
	const { framesPerSecond, channels, model } = dump.head;
	const judge = new Judge({ framesPerSecond, minimumSeconds, releaseSeconds, model, newAlarmId: () => '' as AlarmId });
	const reservoir = new Reservoir({ ...RESERVOIR, channels, framesPerSecond, random: seededRandom(1) });
	for (const window of dump.calibrate) reservoir.add(window);
	const slow = new Recalibration({ first, now: first, reservoir, falseAlarmsPerHour: perHour, minimumSeconds });
	let scorer = new CalibratedScorer(first, perHour, minimumSeconds);
	let alarms = 0;
	for (const window of dump.watch) {
		const score = scorer.score(predictionOf(window));
		const verdict = judge.judge(score, null);
		const started = verdict.kind === 'alarm' && verdict.change === 'started';
		if (started) alarms++;
		if (!recalibrated) continue;
		slow.follow(window, { over: score.surprise! >= score.level!, alarm: verdict.kind === 'alarm', started });
		if (!slow.due || judge.alert) continue;
		slow.adopt(calibrate(slow.request()));
		scorer = new CalibratedScorer(slow.now, perHour, minimumSeconds, slow.level);
	}
	return { level: scorer.level.level, alarms, hours: dump.watch.length / framesPerSecond / 3600 };
}

/** By a camera's first hours. */
export function calibrationOf({ head, calibrate: windows }: Dump, smoothing: number): Calibration {
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
		rest: channels,
		memory: null,
		inferenceMs: 0,
		batchSize: 1,
	};
}
