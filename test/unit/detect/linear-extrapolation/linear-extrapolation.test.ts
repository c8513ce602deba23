import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../../src/core/errors.ts';
import { cameraId } from '../../../../src/core/units.ts';
import { openLinearExtrapolation } from '../../../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { windowOf } from '../../../support/window.ts';

const THAWED = { freezeMemory: false };
const wrongShape = (error: unknown) => isForeframeError(error, 'WINDOW_SHAPE');

test('every pixel is expected to go on as it went, within what luma can be', async () => {
	await using detector = openLinearExtrapolation();
	const window = windowOf(
		[Uint8Array.of(10, 100, 200, 7), Uint8Array.of(20, 30, 250, 7), Uint8Array.of(30, 0, 255, 7)],
		{ width: 2, height: 2 },
	);
	const prediction = await detector.camera(cameraId('test')).detect(window, THAWED);
	assert.deepEqual([...prediction.predicted], [30, 0, 255, 7]);
	assert.equal(prediction.channels.get('patch'), 0);
	assert.equal(prediction.channels.get('psnr'), -100);
	assert.equal(prediction.channels.get('regular'), 0);
	assert.equal(prediction.window, window);
	assert.equal(prediction.memory, null);
});

test('all promised channels rise with the error, and the map shows where it is', async () => {
	await using detector = openLinearExtrapolation();
	const camera = detector.camera(cameraId('test'));
	const size = { width: 48, height: 32 };
	const still = new Uint8Array(48 * 32).fill(100);
	const scores = [];
	for (const step of [1, 10, 100]) {
		const odd = Uint8Array.from(still);
		odd.fill(100 + step, 48 * 31 + 40, 48 * 31 + 48);
		const prediction = await camera.detect(windowOf([still, still, odd], size), THAWED);
		scores.push(prediction.channels);
		const { heatMap } = prediction;
		assert.deepEqual([heatMap.width, heatMap.height, heatMap.cellPixels], [6, 4, 8]);
		const lit = [...heatMap.values.keys()].filter((cell) => heatMap.values[cell]! > 1e-9);
		assert.deepEqual(lit, [3 * 6 + 5]);
		assert.ok(Math.abs(heatMap.values[3 * 6 + 5]! - (step / 255) ** 2 / 8) < 1e-6);
	}
	for (const channel of detector.channels) {
		const values: readonly number[] = scores.map((channels) => channels.get(channel)!);
		assert.ok(values[0]! < values[1]! && values[1]! < values[2]!, `${channel}: ${values}`);
	}
	assert.deepEqual([...scores[0]!.keys()], detector.channels);
});

test('a window of another length or of two sizes is refused by name', async () => {
	await using detector = openLinearExtrapolation();
	const camera = detector.camera(cameraId('test'));
	const picture = new Uint8Array(4);
	const size = { width: 2, height: 2 };
	await assert.rejects(camera.detect(windowOf([picture, picture], size), THAWED), wrongShape);
	await assert.rejects(camera.detect(windowOf([picture, picture, picture, picture], size), THAWED), wrongShape);
	const window = windowOf([picture, picture, picture], size);
	const [first, ...rest] = window.frames;
	const mixed = { ...window, frames: [{ ...first, width: 1, height: 4 }, ...rest] as const };
	await assert.rejects(camera.detect(mixed, THAWED), wrongShape);
});

test('there is no state to save and none is taken', async () => {
	await using detector = openLinearExtrapolation();
	const camera = detector.camera(cameraId('test'));
	assert.equal(camera.saveState(), null);
	assert.throws(
		() => camera.loadState(Uint8Array.of(1)),
		(error) => isForeframeError(error, 'MODEL_INVALID'),
	);
});
