import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmOptions } from '../../../src/alarm/options.ts';
import type { Size } from '../../../src/core/frame.ts';
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
	// Seconds of the clip, and what the labels and the judge say of each window.
	const [clip] = report.clips;
	assert.deepEqual([clip?.clip, clip?.folder, clip?.windows.length], ['1', '1', FRAMES - 2]);
	const last = clip!.windows.at(-1)!;
	assert.deepEqual([last.picture, last.file, last.seconds, last.anomalous], [59, '59', 5.9, true]);
	assert.deepEqual([last.kinds, last.why, last.truth, last.memoryUpdated], [['square'], 'patch', [], null]);
	assert.ok(last.surprise > report.alarms.level && last.channels.patch! > 0);
	// The square rushes in at 3 s; after a second over the level the alarm is told.
	assert.deepEqual([clip!.windows[20]!.verdict, last.verdict], ['quiet', 'alarm']);
	const [event] = clip!.events;
	assert.deepEqual([event?.first, event?.last, event?.beginSeconds, event?.kinds], [30, 59, 3, ['square']]);
	const [alarm] = clip!.alarms;
	assert.deepEqual([alarm?.outcome, alarm?.closedSeconds, alarm?.why], ['true', null, 'patch']);
	assert.ok(alarm!.startSeconds >= 3 && alarm!.toldSeconds >= alarm!.startSeconds + 1);
	assert.ok(Math.abs(event!.detectedAfterSeconds! - (alarm!.toldSeconds - 3)) < 1e-9);
	const { alarms } = report;
	assert.deepEqual([alarms.events, alarms.eventsDetected, alarms.falseAlarms, alarms.recall], [2, 2, 0, 1]);
	assert.deepEqual([alarms.minimumSeconds, alarms.releaseSeconds, alarms.budgetPerHour], [1, 3, 1 / 24]);
	assert.ok(Math.abs(alarms.normalHours - (28 + 28 + 58) / 36_000) < 1e-12);
	assert.deepEqual(
		report.kinds.map(({ kind, frames, auc, events, eventsDetected }) => [kind, frames, auc, events, eventsDetected]),
		[['square', FRAMES, 1, 2, 2]],
	);
	// Nobody said where; and nothing was remembered.
	assert.deepEqual([report.regions, report.memory], [null, null]);
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

test('with masks the regions are where the square is', async () => {
	const masked: Dataset = {
		...dataset,
		testing: dataset.testing.map((clip) => ({ ...clip, masks: clip.name === '3' ? null : clip.pictures })),
	};
	const mask = async (path: string, { width, height }: Size) => {
		const luma = picture(path);
		return Uint8Array.from({ length: width * height }, (_, pixel) => {
			const x = Math.floor(((pixel % width) * SIZE.width) / width);
			const y = Math.floor((Math.floor(pixel / width) * SIZE.height) / height);
			return luma[y * SIZE.width + x]! > 150 ? 1 : 0;
		});
	};
	const seen: string[] = [];
	const watched = (path: string, size: Size) => {
		seen.push(path);
		return mask(path, size);
	};
	const files = { ...request().files, mask: watched };
	const report = await evaluate(request({ dataset: masked, files }));
	// Masks of normal pictures are not looked at.
	assert.deepEqual(new Set(seen).size, FRAMES);
	const { regions, clips } = report;
	assert.equal(regions?.regions, FRAMES);
	// It jumps by 17 pixels, which is less than its width, and now and then back to the left, where a track begins.
	assert.equal(regions?.tracks, 2 * 3);
	const truth = clips[0]!.windows[40 - 2]!.truth;
	assert.deepEqual([truth[0]?.x, truth[0]?.y, truth[0]?.height], [20 / 240, 40 / 160, 20 / 160]);
	// The error is where it was expected, too, where nothing is.
	const { heatMap, alarmBox } = regions!;
	assert.ok(heatMap.rbdc > 0.9 && heatMap.tbdc > 0.9, `${heatMap.rbdc} ${heatMap.tbdc}`);
	assert.ok(alarmBox.rbdc > 0.7 && alarmBox.tbdc > 0.9, `${alarmBox.rbdc} ${alarmBox.tbdc}`);
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
