import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonEvent } from '../../../src/core/events.ts';
import type { Frame } from '../../../src/core/frame.ts';
import { cameraId } from '../../../src/core/units.ts';
import { calibrate } from '../../../src/score/calibrate.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import type { FootageWindow } from '../../../src/score/footage.ts';
import { Normals, type NormalsParts } from '../../../src/watch/normals.ts';
import { DRAWN_CHANNELS, drawnFootage, drawnRequest, drawnWindows } from '../../support/drawn-scores.ts';
import { seededNormal, seededRandom } from '../../support/random.ts';
import { predictionOf } from '../../support/scores.ts';

const FIRST = calibrate(drawnRequest(drawnFootage({ hours: 0.5, seed: 1 })));

test('after an hour it is calibrated anew beside the main thread, told, put away and taken again', async () => {
	const camera = parts();
	{
		await using normals = await Normals.open(camera.parts, FIRST);
		assert.equal(camera.armed.length, 1);
		await watch(normals, drawnWindows({ hours: 1.05, seed: 2 }), 'day');
		for (let waited = 0; camera.armed.length < 2; waited++) {
			assert.ok(waited < 600, 'no calibration came');
			await sleep(100);
			await normals.work(false);
		}
		const { kind, footageHours, keptHours, light } = normals.state;
		assert.deepEqual([kind, light], ['calibrated', 'day']);
		assert.ok(footageHours! > 0.9 && keptHours >= footageHours!, `${footageHours} of ${keptHours} hours`);
		assert.match(camera.told().at(-1)!, /^calibrated anew on 1\.0\d? hours/);
	}
	await using again = await Normals.open(camera.parts, FIRST);
	assert.deepEqual(camera.armed.at(-1), camera.armed[1]);
	assert.ok(again.state.keptHours > 0.9);
});

test('at night it is judged by what is normal then, which is learned when the lamp goes on for the first time', async () => {
	const camera = parts();
	await using normals = await Normals.open(camera.parts, FIRST);
	const day = [...drawnWindows({ hours: 0.02, seed: 3 })];
	await watch(normals, day, 'day');
	assert.equal(normals.progress, null);
	await watch(normals, drawnWindows({ hours: 0.1, seed: 4, run: 2 }), 'night');
	assert.equal(normals.state.light, 'night');
	assert.match(camera.told().at(-1)!, /night.*minutes of normal footage are missing/);
	assert.ok(normals.progress! > 0 && normals.progress! < 1);
	await watch(normals, drawnWindows({ hours: 0.5, seed: 5, run: 3 }), 'night');
	assert.equal(normals.progress, null);
	assert.equal(camera.armed.length, 2);
	assert.deepEqual(camera.saved, [], 'the pack of the camera is that of the day');
	await watch(normals, drawnWindows({ hours: 0.01, seed: 6, run: 4 }), 'day');
	assert.deepEqual([normals.state.light, camera.armed.at(-1)], ['day', FIRST]);
});

type Light = 'day' | 'night';

async function watch(normals: Normals, windows: Iterable<FootageWindow>, light: Light): Promise<void> {
	const picture = pictureOf(light);
	for (const { run, index, channels } of windows) {
		const said = predictionOf({ run, index, channels: Object.fromEntries(channels) });
		const target: Frame = { ...said.window.target, ...picture };
		const score = normals.score({ ...said, window: { ...said.window, frames: [target], target } });
		normals.judged(score, { kind: 'quiet' }, false);
		await normals.work(false);
	}
}

/** A slope with noise; at night another slope with more of it. */
function pictureOf(light: Light): Pick<Frame, 'luma' | 'width' | 'height'> {
	const [width, height] = [32, 18];
	const normal = seededNormal(1);
	const luma = Uint8Array.from({ length: width * height }, (_, at) => {
		const [x, y] = [(at % width) / width, Math.floor(at / width) / height];
		return light === 'day' ? 80 + 100 * x + 2 * normal() : 60 + 90 * y * (1 - x) + 8 * normal();
	});
	return { luma, width, height };
}

function parts() {
	const kept = new Map<string, Uint8Array>();
	const events: DaemonEvent[] = [];
	const armed: Calibration[] = [];
	const saved: Calibration[] = [];
	const { footage: _, memory: __, ...request } = drawnRequest(drawnFootage({ hours: 0.01, seed: 0 }));
	const { model, size, framesPerSecond, smoothing } = request;
	const given: NormalsParts = {
		camera: cameraId('door'),
		options: {
			...request,
			channels: DRAWN_CHANNELS,
			minutes: 30,
			falseAlarmsPerHour: 1,
			minimumSeconds: 1,
			random: seededRandom(1),
		},
		said: () => ({ normal: [], confirmed: [] }),
		fit: { model, size, framesPerSecond, smoothing, mask: null },
		store: {
			trustedFrom: null,
			saveCalibration: async (calibration) => void saved.push(calibration),
			loadNormal: async (name) => kept.get(name) ?? null,
			saveNormal: async (name, bytes) => void kept.set(name, bytes),
		},
		observe: (event) => events.push(event),
		memory: () => null,
		armed: (calibration) => armed.push(calibration),
	};
	const told = () => events.flatMap((event) => (event.kind === 'calibration' ? [event.detail] : []));
	return { parts: given, armed, saved, told };
}
