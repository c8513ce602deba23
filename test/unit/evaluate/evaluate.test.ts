import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmOptions } from '../../../src/alarm/options.ts';
import type { Detector } from '../../../src/detect/detector.ts';
import { openLinearExtrapolation } from '../../../src/detect/linear-extrapolation/linear-extrapolation.ts';
import { type EvaluateRequest, evaluate } from '../../../src/evaluate/evaluate.ts';
import type { Dataset } from '../../../src/ingest/dataset.ts';

const SIZE = { width: 240, height: 160 };
const FRAMES = 60;

/** Noise everywhere; a square rushes through the second half of testing clips "1" and "2". Paths say which picture. */
const dataset: Dataset = {
	name: 'noise',
	framesPerSecond: 10,
	training: ['a', 'b', 'c'].map((name) => ({ name, pictures: paths(name) })),
	testing: ['1', '2', '3'].map((name) => ({
		name,
		pictures: paths(name),
		anomalous: Array.from({ length: FRAMES }, (_, index) => name !== '3' && index >= FRAMES / 2),
		oddities: name === '3' ? [] : [{ kind: 'square', first: FRAMES / 2, last: FRAMES - 1 }],
		masks: null,
	})),
};

function paths(clip: string): string[] {
	return Array.from({ length: FRAMES }, (_, index) => `${clip}/${index}`);
}

function picture(path: string): Uint8Array {
	const [clip, number] = path.split('/') as [string, string];
	const index = Number(number);
	let state = clip.charCodeAt(0) * 1000 + index + 1;
	const luma = new Uint8Array(SIZE.width * SIZE.height);
	for (let pixel = 0; pixel < luma.length; pixel++) {
		state = (state * 48271) % 2147483647;
		luma[pixel] = 100 + (state % 9);
	}
	if ((clip === '1' || clip === '2') && index >= FRAMES / 2) {
		const left = (index * 17) % (SIZE.width - 20);
		for (let y = 40; y < 60; y++) luma.fill(220, y * SIZE.width + left, y * SIZE.width + left + 20);
	}
	return luma;
}

function request(rest: Partial<EvaluateRequest> = {}): EvaluateRequest {
	return {
		dataset,
		detector: openLinearExtrapolation(),
		weights: null,
		calibrationClips: null,
		framesPerSecond: null,
		smoothing: 0.3,
		alarm: alarmOptions.parse({}),
		files: {
			size: async () => ({ width: 360, height: 240 }),
			read: async (path) => picture(path),
			mask: () => assert.fail('no masks'),
		},
		progress: () => {},
		signal: new AbortController().signal,
		...rest,
	};
}

test('a detector is calibrated on the normal clips and told apart on the others', async () => {
	const told: [number, number][] = [];
	const report = await evaluate(request({ progress: (done, total) => told.push([done, total]) }));
	assert.equal(report.dataset, 'noise');
	assert.equal(report.detector, 'linear-extrapolation');
	assert.deepEqual(report.size, SIZE);
	assert.equal(report.framesPerSecond, 10);
	// The first two pictures of each clip have no prediction.
	assert.equal(report.frames, 3 * (FRAMES - 2));
	assert.equal(report.anomalousFrames, 2 * (FRAMES / 2));
	assert.equal(report.auc.global, 1);
	assert.equal(report.auc.macro, 1);
	assert.equal(report.eer, 0);
	assert.equal(report.ap, 1);
	assert.deepEqual(
		report.perVideo.map(({ clip, auc }) => [clip, auc]),
		[
			['1', 1],
			['2', 1],
			['3', null],
		],
	);
	// Stretching gives noise of the normal clip the rank of oddities.
	assert.ok(report.auc.perVideo! < 1);
	assert.ok(report.channels.patch!.global! > 0.99);
	assert.deepEqual(report.calibration.clips, ['a', 'b', 'c']);
	assert.equal(report.calibration.windows, 3 * (FRAMES - 2));
	assert.deepEqual(report.calibration.weights, { patch: 1 });
	assert.ok(report.msPerWindow.p50 > 0);
	const total = 6 * (FRAMES - 2);
	assert.deepEqual(told.at(0), [1, total]);
	assert.deepEqual(told.at(-1), [total, total]);
});

test('a slower frame rate skips pictures and keeps their labels, and calibration clips can be chosen', async () => {
	const report = await evaluate(request({ framesPerSecond: 5, calibrationClips: ['c', 'b', 'a', 'c'] }));
	assert.equal(report.framesPerSecond, 5);
	assert.equal(report.frames, 3 * (FRAMES / 2 - 2));
	assert.equal(report.anomalousFrames, 2 * (FRAMES / 4));
	assert.deepEqual(report.calibration.clips, ['c', 'b', 'a', 'c']);
	assert.equal(report.calibration.windows, 4 * (FRAMES / 2 - 2));
	assert.equal(report.auc.global, 1);
});

test('the memory gets its gate from the calibration and is frozen after a strange window', async () => {
	const calls: string[] = [];
	const plain = openLinearExtrapolation();
	const watched: Detector = {
		...plain,
		camera: (camera) => {
			const own = plain.camera(camera);
			return {
				...own,
				setGate: (gamma) => calls.push(`gate ${gamma > 0}`),
				detect: (window, options) => {
					calls.push(options.freezeMemory ? 'frozen' : 'thawed');
					return own.detect(window, options);
				},
			};
		},
	};
	await evaluate(request({ detector: watched }));
	const windows = FRAMES - 2;
	assert.ok(calls.slice(0, 3 * windows).every((call) => call === 'thawed'));
	assert.equal(calls[3 * windows], 'gate true');
	const testing = calls.slice(3 * windows + 1);
	assert.equal(testing[0], 'thawed');
	assert.equal(testing[windows - 1], 'frozen');
	// A new clip begins afresh.
	assert.equal(testing[windows], 'thawed');
	assert.ok(testing.slice(2 * windows).every((call) => call === 'thawed'));
});

test('an evaluation stops when it is told to', async () => {
	const stop = new AbortController();
	const stopping = evaluate(request({ signal: stop.signal, progress: (done) => done === 3 && stop.abort() }));
	await assert.rejects(stopping, { name: 'AbortError' });
});
