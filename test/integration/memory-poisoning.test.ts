import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemoryMode } from '../../src/detect/mnad/step.ts';
import { openDetectors } from '../../src/detectors.ts';
import { openRuntimes } from '../../src/inference.ts';
import { inferenceOptions } from '../../src/onnx/options.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { openFootage, withSpot } from '../support/walkway-frames.ts';
import { FRAMES_PER_SECOND, openWatchedCamera, type WatchedCamera } from '../support/watched-camera.ts';

const SECOND = FRAMES_PER_SECOND;
/** As few footage as this supports no rarer budget. */
const PER_HOUR = 60;

test('a spot of light that sweeps about for minutes is over the level to the end and not absorbed, but is in a memory as published', async () => {
	const footage = openFootage(1);
	await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0, provider: 'cpu' }), () => {});
	await using detectors = openDetectors(inference);
	const open = async (memory: MemoryMode) =>
		(await detectors.open({ name: 'mnad', model: 'mnad-compact', memory }, FRAMES_PER_SECOND)).detector;
	const [online, paper] = [await open('online'), await open('paper')];

	let calibration: Calibration | null = null;
	{
		await using camera = await openWatchedCamera(online, { calibration: null, calibrationMinutes: 1.5 });
		for (let index = 0; camera.calibration === null; index++) await camera.see(footage.at(index));
		calibration = camera.calibration;
	}
	const at = 150 * SECOND;
	const spot = (index: number) => withSpot(footage.at(at + index), index);

	await using guarded = await openWatchedCamera(online, {
		calibration,
		falseAlarmsPerHour: PER_HOUR,
		maximumSeconds: 60,
	});
	await show(guarded, 10 * SECOND, (index) => footage.at(at + index));
	const before = guarded.state();
	const first = await show(guarded, 10 * SECOND, spot);
	assert.ok(first.alarm > 0, 'it alarms');
	await show(guarded, 100 * SECOND, spot);
	const last = await show(guarded, 10 * SECOND, spot);
	assert.ok(last.surprise > last.level, `${last.surprise} is over the level of ${last.level} at the end`);
	assert.ok(
		last.distance > 0.9 * first.distance,
		`as far from the memory as it was: ${last.distance}, ${first.distance}`,
	);
	assert.ok(
		guarded.driftFrom(before) < 1e-3,
		'nothing of it was learned, also not after the alarm had ended for lasting',
	);
	assert.equal(last.taught, 0);

	// Its distances are on the same scale: only what becomes of the memory differs.
	await using published = await openWatchedCamera(paper, {
		calibration: { ...calibration, model: { ...paper.model } },
		falseAlarmsPerHour: PER_HOUR,
	});
	await show(published, 10 * SECOND, (index) => footage.at(at + index));
	const fresh = await show(published, 1 * SECOND, spot);
	const absorbed = await show(published, 20 * SECOND, spot);
	assert.ok(absorbed.distance < 0.85 * fresh.distance, `absorbed: ${absorbed.distance} after ${fresh.distance}`);
	assert.ok(absorbed.taught > 0);
});

test('judged by its memory alone a camera goes on alarming at the spot of light, and one with the published memory takes it for normal', async () => {
	const footage = openFootage(1);
	await using inference = await openRuntimes(inferenceOptions.parse({ batchDeadlineMs: 0, provider: 'cpu' }), () => {});
	await using detectors = openDetectors(inference);
	const afterMinutes = async (memory: MemoryMode) => {
		const { detector } = await detectors.open({ name: 'mnad', model: 'mnad-compact', memory }, FRAMES_PER_SECOND);
		const byMemory = { ...detector, weights: new Map([['distance', 1]] as const) };
		let calibration: Calibration | null = null;
		let at = 0;
		{
			await using camera = await openWatchedCamera(byMemory, { calibration: null, calibrationMinutes: 3 });
			for (; camera.calibration === null; at++) await camera.see(footage.at(at));
			calibration = camera.calibration;
		}
		await using camera = await openWatchedCamera(byMemory, { calibration, falseAlarmsPerHour: 1 });
		await show(camera, 10 * SECOND, (index) => footage.at(at + index));
		await show(camera, 110 * SECOND, (index) => withSpot(footage.at(at + index), index));
		return show(camera, 20 * SECOND, (index) => withSpot(footage.at(at + index), index));
	};
	const online = await afterMinutes('online');
	assert.ok(online.surprise > 1.2 * online.level, `online: ${online.surprise} is over the level of ${online.level}`);
	assert.ok(online.alarm > 0.9, `and alarms: ${online.alarm}`);
	const paper = await afterMinutes('paper');
	assert.ok(paper.surprise < 0.95 * paper.level, `paper: ${paper.surprise} is under the level of ${paper.level}`);
});

/** Means over so many windows: the distance from the memory as it is measured, the shares that alarmed and taught. */
async function show(camera: WatchedCamera, windows: number, picture: (index: number) => Uint8Array) {
	const sums = { surprise: 0, level: 0, distance: 0, alarm: 0, taught: 0 };
	for (let index = 0, seen = 0; seen < windows; index++) {
		const judged = await camera.see(picture(index));
		if (judged === null) continue;
		seen++;
		sums.surprise += judged.score.surprise! / windows;
		sums.level += judged.score.level! / windows;
		sums.distance += judged.score.channels.get('distance')!.raw / windows;
		sums.alarm += (judged.alarm ? 1 : 0) / windows;
		sums.taught += (judged.taught ? 1 : 0) / windows;
	}
	return sums;
}
