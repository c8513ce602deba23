import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Frame, Window } from '../../src/core/frame.ts';
import type { Hearing } from '../../src/core/hearing.ts';
import { type MaskPlan, maskOf } from '../../src/core/mask.ts';
import type { Polygon } from '../../src/core/polygon.ts';
import { cameraId, monotonicMs } from '../../src/core/units.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { openDetectors } from '../../src/detectors.ts';
import { openRuntimes } from '../../src/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import type { Scale } from '../../src/score/scale.ts';
import type { Brain } from '../../src/watch/brain.ts';
import { openCameraHearing } from '../../src/watch/hearing/hearing.ts';
import { openFootage } from '../support/walkway-frames.ts';
import { FRAMES_PER_SECOND, openWatchedCamera, SIZE } from '../support/watched-camera.ts';

const WHOLE: Polygon = [
	[0, 0],
	[1, 0],
	[1, 1],
	[0, 1],
];

test('a healthy camera notices most synthetic oddities; one with an absurd level, masked or covered is told to be deaf', async () => {
	const footage = openFootage(1);
	await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0, provider: 'cpu' }), () => {});
	await using detectors = openDetectors(inference);
	const { detector } = await detectors.open(
		{ name: 'mnad', model: 'mnad-compact', memory: 'online' },
		FRAMES_PER_SECOND,
	);
	const calibration = await calibrated(detector, (index) => footage.at(index));
	const live = (index: number) => footage.at(150 * FRAMES_PER_SECOND + index);

	const healthy = await trials(detector, calibration, 1, live);
	assert.ok(healthy.heard[0]!.sensitivity >= 0.5, `${healthy.heard[0]!.noticed} of 12`);
	assert.equal(healthy.heard[0]!.deaf, false);
	assert.deepEqual(healthy.after, healthy.before, 'memory and judge are as they were');

	// As of footage in which all sorts of things went on all the time: what is odd is nothing beside what it knows.
	const { windows, onsets } = calibration.combined;
	const absurd: Calibration = {
		...calibration,
		combined: {
			...calibration.combined,
			windows: shifted(windows),
			onsets: onsets.map((onset) => ({ ...onset, scale: shifted(onset.scale) })),
		},
	};
	const level = await trials(detector, absurd, 2, live);
	assert.deepEqual(
		level.heard.map(({ noticed, deaf }) => [noticed, deaf]),
		[
			[0, false],
			[0, true],
		],
	);

	const covered = await trials(detector, calibration, 2, () => new Uint8Array(SIZE.width * SIZE.height).fill(9));
	assert.deepEqual(
		covered.heard.map(({ noticed, deaf }) => [noticed, deaf]),
		[
			[0, false],
			[0, true],
		],
	);

	const masks: MaskPlan = { hidden: [WHOLE], only: null };
	const mask = maskOf(masks, SIZE);
	const masked = await trials(detector, { ...calibration, mask: mask!.fingerprint }, 1, live, masks);
	assert.equal(masked.heard[0]!.noticed, 0);
});

function shifted({ knots, tail, largest }: Scale): Scale {
	const by = 20;
	return {
		knots: knots.map(([x, surprise]) => [x + by, surprise] as const),
		tail: { ...tail, threshold: tail.threshold + by },
		largest: largest + by,
	};
}

async function calibrated(detector: Detector, picture: (index: number) => Uint8Array): Promise<Calibration> {
	await using camera = await openWatchedCamera(detector, { calibration: null, calibrationMinutes: 1.5 });
	for (let index = 0; camera.calibration === null; index++) await camera.see(picture(index));
	return camera.calibration;
}

/** So many trials of a camera with this calibration, on the pictures that it sees. */
async function trials(
	detector: Detector,
	calibration: Calibration,
	count: number,
	picture: (index: number) => Uint8Array,
	masks?: MaskPlan,
) {
	await using camera = await openWatchedCamera(detector, {
		calibration,
		falseAlarmsPerHour: 60,
		...(masks === undefined ? {} : { masks }),
	});
	const heard: Hearing[] = [];
	const hearing = openCameraHearing({
		camera: cameraId('door'),
		everyMinutes: 0.001,
		rehearse: () => camera.brain.rehearse(),
		store: { load: async () => null, save: async () => {} },
		observe: () => {},
		tell: async (one) => void heard.push(one),
	});
	const abort = new AbortController();
	let ended = false;
	const running = hearing.run(abort.signal).finally(() => {
		ended = true;
	});
	const seen: Window[] = [];
	for (let index = 0; seen.length < 30; index++) {
		const judged = await camera.see(picture(index));
		if (judged !== null) seen.push(judged.window);
	}
	const state = () => ({ memory: camera.state(), alert: camera.brain.alert, scores: stateOf(camera.brain) });
	const before = state();
	// The same stretch again and again, as if time went on: the camera itself need not look at it.
	for (let round = 0; heard.length < count && !ended; round++) {
		for (const window of seen) {
			hearing.follow(later(window, round * seen.length), true);
			await setTimeout(1);
		}
	}
	abort.abort();
	await running.catch((error: unknown) => {
		if (!(error instanceof Error && error.name === 'AbortError')) throw error;
	});
	return { heard, before, after: state() };
}

function later({ frames, ...window }: Window, by: number): Window {
	const moved = frames.map((frame) => ({
		...frame,
		index: frame.index + by,
		arrivedAt: monotonicMs(frame.arrivedAt + (by * 1000) / FRAMES_PER_SECOND),
	})) as [Frame, ...Frame[]];
	return { ...window, frames: moved, target: moved.at(-1)! };
}

function stateOf(brain: Brain): unknown {
	return [brain.progress, brain.lasting];
}
