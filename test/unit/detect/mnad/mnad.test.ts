import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeframeError } from '../../../../src/core/errors.ts';
import { cameraId } from '../../../../src/core/units.ts';
import { openMnad } from '../../../../src/detect/mnad/mnad.ts';
import type { MemoryMode } from '../../../../src/detect/mnad/step.ts';
import { plainInference, smallModel } from '../../../support/mnad-model.ts';
import { walkingWindows } from '../../../support/walks.ts';

const SIZE = { width: 48, height: 32 };
const DOOR = cameraId('door');
const model = smallModel(5, { gate: 10 });

function opened(memory: MemoryMode = 'online') {
	return openMnad({ model, memory, inference: plainInference() });
}

test('a detector says what it wants and what it gives', async () => {
	await using detector = opened();
	assert.deepEqual(detector.expects, { frames: 5, framesPerSecond: 10 });
	assert.deepEqual(Object.fromEntries(detector.weights), { patch: 1, psnr: 0, regular: 0, distance: 0, motion: 1 });
	const [window] = walkingWindows(1, 1, SIZE);
	const { channels, heatMap, predicted, memory } = await detector.camera(DOOR).detect(window!, { freezeMemory: false });
	assert.deepEqual([...channels.keys()], detector.channels);
	assert.ok([...channels.values()].every(Number.isFinite));
	assert.deepEqual([heatMap.width, heatMap.height, heatMap.cellPixels, heatMap.values.length], [6, 4, 8, 24]);
	assert.equal(predicted.length, 48 * 32);
	assert.equal(memory?.usage.length, 6);
});

test('its scores belong to its weights and to how its memory learns', () => {
	const versions = (['online', 'paper', 'frozen'] as const).map((mode) => opened(mode).model.version);
	assert.equal(new Set(versions).size, 3);
	assert.notEqual(
		openMnad({ model: smallModel(6), memory: 'online', inference: plainInference() }).model.id,
		'small-5',
	);
});

test('the memory learns what the gate lets through, and nothing while it is told not to', async () => {
	await using detector = opened();
	const camera = detector.camera(DOOR);
	const [first, second, third] = walkingWindows(2, 3, SIZE);
	const start = camera.saveState();
	const frozen = await camera.detect(first!, { freezeMemory: true });
	assert.equal(frozen.memory?.updated, false);
	assert.deepEqual(camera.saveState(), start);
	camera.setGate(1e-6);
	assert.equal((await camera.detect(second!, { freezeMemory: false })).memory?.updated, false);
	assert.deepEqual(camera.saveState(), start);
	camera.setGate(10);
	assert.equal((await camera.detect(third!, { freezeMemory: false })).memory?.updated, true);
	assert.notDeepEqual(camera.saveState(), start);
});

test('a memory that is replaced while a window is on its way is not taught by that window', async () => {
	await using detector = opened();
	const camera = detector.camera(DOOR);
	camera.setGate(10);
	const [first, second] = walkingWindows(2, 2, SIZE);
	const start = camera.saveState()!;
	await camera.detect(first!, { freezeMemory: false });
	const detecting = camera.detect(second!, { freezeMemory: false });
	camera.loadState(start);
	assert.equal((await detecting).memory?.updated, false);
	assert.deepEqual(camera.saveState(), start);
});

test('a frozen memory never changes', async () => {
	await using detector = opened('frozen');
	const camera = detector.camera(DOOR);
	const start = camera.saveState();
	for (const window of walkingWindows(3, 4, SIZE)) await camera.detect(window, { freezeMemory: false });
	assert.deepEqual(camera.saveState(), start);
});

test('a camera goes on after a restart as if nothing had happened', async () => {
	await using detector = opened('paper');
	const [camera, restarted] = [detector.camera(DOOR), detector.camera(DOOR)];
	const windows = walkingWindows(4, 4, SIZE);
	for (const window of windows.slice(0, 2)) await camera.detect(window, { freezeMemory: false });
	restarted.loadState(camera.saveState()!);
	for (const window of windows.slice(2)) {
		const goesOn = await camera.detect(window, { freezeMemory: false });
		const again = await restarted.detect(window, { freezeMemory: false });
		assert.deepEqual(again.channels, goesOn.channels);
	}
	assert.deepEqual(restarted.saveState(), camera.saveState());
});

test('a window of another length is refused with the camera and both numbers', async () => {
	await using detector = opened();
	const [window] = walkingWindows(5, 1, SIZE, 4);
	await assert.rejects(
		detector.camera(DOOR).detect(window!, { freezeMemory: false }),
		(error) => isForeframeError(error, 'WINDOW_SHAPE') && /4 frames of 48x32 .*expected 5/.test(error.message),
	);
});

test('a network that did not start is tried again with the next window', async () => {
	let attempts = 0;
	const inference = plainInference();
	await using detector = openMnad({
		model,
		memory: 'online',
		inference: {
			...inference,
			load: (network) => {
				attempts++;
				return attempts === 1 ? Promise.reject(new Error('out of memory')) : inference.load(network);
			},
		},
	});
	const [window] = walkingWindows(6, 1, SIZE);
	const camera = detector.camera(DOOR);
	await assert.rejects(camera.detect(window!, { freezeMemory: false }), /out of memory/);
	await camera.detect(window!, { freezeMemory: false });
	await detector.prepare(SIZE);
	assert.equal(attempts, 2);
});
