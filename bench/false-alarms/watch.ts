import { newAlarmId } from '../../src/alarm/alarm-id.ts';
import { Judge } from '../../src/alarm/judge.ts';
import { alarmOptions, falseAlarmsPerHour } from '../../src/alarm/options.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Size } from '../../src/core/frame.ts';
import { cameraId, monotonicMs } from '../../src/core/units.ts';
import type { CameraDetector, Detector } from '../../src/detect/detector.ts';
import { scoreOptions } from '../../src/score/options.ts';
import { CalibratedScorer, CollectingScorer } from '../../src/score/scorer.ts';
import { cameraWindows } from '../../src/watch/camera-windows.ts';
import { DumpWriter } from './dump.ts';
import { recordings } from './recordings.ts';

export interface WatchRequest {
	readonly camera: string;
	readonly detector: Detector;
	readonly framesPerSecond: number;
	readonly size: Size | 'auto';
	readonly minutes: { readonly calibrate: number; readonly watch: number };
	/** Where raw scores are kept, and where footage is while it is played. */
	readonly out: string;
	readonly scratch: string;
	readonly progress: (camera: string, part: string, windows: number) => void;
}

const TOLD_EVERY = 5000;

/**
 * Scores a camera's normal footage as the daemon would, first without a calibration, then with one and a judge that keeps the
 * memory from learning around alarms; keeps the raw scores.
 */
export async function watchCamera(request: WatchRequest): Promise<void> {
	const { camera, detector, framesPerSecond, minutes, scratch, progress } = request;
	const alarm = alarmOptions.parse({});
	const { smoothing } = scoreOptions.parse({});
	const judge = new Judge({ ...alarm, framesPerSecond, model: detector.model, newAlarmId });
	let ready: { own: CameraDetector; collecting: CollectingScorer; dump: DumpWriter } | null = null;
	let scorer: CalibratedScorer | null = null;
	let run = 0;
	let windows = 0;
	for (const part of ['calibrate', 'watch'] as const) {
		const pieces = recordings({ camera, part, minutes: minutes[part], framesPerSecond, folder: scratch });
		if (part === 'watch' && ready !== null) {
			const calibration = ready.collecting.calibrate(null);
			if (calibration.gate !== null) ready.own.setGate(calibration.gate);
			scorer = new CalibratedScorer(calibration, falseAlarmsPerHour(alarm.falseAlarms));
		}
		for await (const source of pieces) {
			run++;
			const context = { clock: systemClock, observe: () => {} };
			const { signal } = new AbortController();
			const config = { id: cameraId('bench'), framesPerSecond, size: request.size };
			for await (const { window } of cameraWindows(config, [source], detector.expects.frames, context, signal)) {
				ready ??= await begin(request, window.target, smoothing);
				const prediction = await ready.own.detect(window, { freezeMemory: judge.alert });
				ready.dump.add(part, run, prediction);
				if (part === 'calibrate') ready.collecting.score(prediction);
				else {
					const score = scorer!.score(prediction);
					judge.judge({ ...score, run, arrivedAt: monotonicMs(score.capturedAt) }, null);
				}
				if (++windows % TOLD_EVERY === 0) progress(camera, part, windows);
			}
		}
	}
	ready?.dump[Symbol.dispose]();
}

async function begin(
	{ camera, detector, framesPerSecond, minutes, out }: WatchRequest,
	{ width, height }: Size,
	smoothing: number,
) {
	const size = { width, height };
	await detector.prepare(size);
	const { channels, weights, model } = detector;
	return {
		own: detector.camera(cameraId('bench')),
		collecting: new CollectingScorer({
			framesPerSecond,
			size,
			model,
			smoothing,
			weights,
			source: camera,
			channels,
			minutes: Number.MAX_SAFE_INTEGER,
			random: Math.random,
		}),
		dump: new DumpWriter(out, {
			camera,
			model,
			size,
			framesPerSecond,
			channels,
			weights: [...weights],
			calibrateMinutes: minutes.calibrate,
		}),
	};
}
