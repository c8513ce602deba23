import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Detector } from '../../src/detect/detector.ts';
import { openDetectors } from '../../src/detectors.ts';
import { openRuntimes } from '../../src/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { openFootage } from '../support/walkway-frames.ts';
import { FRAMES_PER_SECOND, openWatchedCamera, type WatchedCamera } from '../support/watched-camera.ts';

/** An hour's change of the light in so many windows. */
const WINDOWS = 5 * 60 * FRAMES_PER_SECOND;
/** Of the light, in share of what it is at the beginning. */
const GROWTH = 0.4;
const LAST_MINUTE = 60 * FRAMES_PER_SECOND;

test("an hour's growing light raises nothing, and a memory that learns on is nearer to it at the end than one that does not", async () => {
	const footage = openFootage(1);
	await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0, provider: 'cpu' }), () => {});
	await using detectors = openDetectors(inference);
	const choice = { name: 'mnad', model: 'mnad-compact', memory: 'online' } as const;
	const { detector } = await detectors.open(choice, FRAMES_PER_SECOND);
	let calibration: Calibration | null = null;
	let at = 0;
	{
		await using camera = await openWatchedCamera(detector, { calibration: null, calibrationMinutes: 2 });
		for (; camera.calibration === null; at++) await camera.see(footage.at(at));
		calibration = camera.calibration;
	}
	const brighter = (index: number) => {
		const more = 1 + (GROWTH * index) / WINDOWS;
		return footage.at(at + index, footage.lightAt(at + index, more, more));
	};
	const watched = async (own: Detector) => {
		await using camera = await openWatchedCamera(own, { calibration, falseAlarmsPerHour: 1 });
		return await drift(camera, brighter);
	};
	const learning = await watched(detector);
	const still = await watched(neverLearning(detector));
	assert.deepEqual([learning.alarms, still.alarms], [0, 0]);
	assert.ok(learning.moved > 1e-4, `it has followed: ${learning.moved}`);
	assert.ok(still.moved < 1e-6, `and the other has not: ${still.moved}`);
	assert.ok(
		learning.distance < 0.97 * still.distance,
		`nearer to the light of the last minute: ${learning.distance} than ${still.distance}`,
	);
});

/** Alarming windows, the mean distance from the memory in the last minute as it is measured, and how far the memory moved. */
async function drift(camera: WatchedCamera, picture: (index: number) => Uint8Array) {
	const before = camera.state();
	let [alarms, distance] = [0, 0];
	for (let index = 0; index < WINDOWS; index++) {
		const judged = await camera.see(picture(index));
		if (judged === null) continue;
		if (judged.alarm) alarms++;
		if (index >= WINDOWS - LAST_MINUTE) distance += judged.score.channels.get('distance')!.raw / LAST_MINUTE;
	}
	return { alarms, distance, moved: camera.driftFrom(before) };
}

function neverLearning(detector: Detector): Detector {
	return {
		...detector,
		camera: (camera, mask) => {
			const own = detector.camera(camera, mask);
			return { ...own, detect: (window) => own.detect(window, { freezeMemory: true }) };
		},
	};
}
