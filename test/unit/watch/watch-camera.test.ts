import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortError } from '../../../src/core/clock.ts';
import type { Frame, Size } from '../../../src/core/frame.ts';
import { utcMs } from '../../../src/core/units.ts';
import { CameraStatus } from '../../../src/watch/camera-status.ts';
import { Patience } from '../../../src/watch/patience.ts';
import { openCameraWatch } from '../../../src/watch/watch-camera.ts';
import { brainParts, learnedCalibration, SIZE, saidDetector } from '../../support/brain-parts.ts';
import { manualClock } from '../../support/manual-clock.ts';

const ODD = 1e6;
const OTHER_SIZE: Size = { width: 32, height: 32 };

test('what the size needs is loaded with the first frame, once', async () => {
	const rig = await create({ windowFrames: 3 });
	await using _watching = rig.start();
	await rig.show(1);
	assert.deepEqual(rig.detector.prepared, [SIZE]);
	assert.equal(rig.scores(), 0);
	for (let n = 0; n < 3; n++) await rig.show(1);
	assert.deepEqual(rig.detector.prepared, [SIZE]);
	assert.equal(rig.scores(), 2);
	assert.equal(rig.status.state.mode, 'armed');
});

test('an open alarm ends when the watching does, and the memory is put away', async () => {
	const rig = await create();
	{
		await using _watching = rig.start();
		for (let n = 0; n < 4; n++) await rig.show(ODD);
		assert.deepEqual(rig.told, ['started']);
		assert.equal(rig.status.state.anomaly, true);
	}
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.status.state.anomaly, false);
	assert.deepEqual(rig.store.memories, ['new']);
});

test('an open alarm of a camera that falls silent ends by itself', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	await rig.clock.advance(10_000);
	assert.deepEqual(rig.told, ['started']);
	await rig.clock.advance(1000);
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.status.state.anomaly, false);
});

test('paused, an open alarm ends and none starts; armed again, one does', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	await rig.watch.arm('paused', '');
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.status.state.mode, 'paused');
	for (let n = 0; n < 8; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.scores(), 12, 'it is still scored');
	await rig.watch.arm('armed', '');
	assert.equal(rig.status.state.mode, 'armed');
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started', 'ended', 'started']);
});

test('disarmed by its schedule no alarm starts and an open one ends, but nothing odd is learned from; armed again, what goes on is told anew', async () => {
	const rig = await create();
	await using _watching = rig.start();
	await rig.show(1);
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	await rig.watch.arm('disarmed', '');
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.status.state.mode, 'disarmed');
	for (let n = 0; n < 8; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.status.state.anomaly, false);
	assert.equal(rig.scores(), 13, 'it is still scored');
	assert.deepEqual(
		rig.collected.slice(5),
		Array.from({ length: 8 }, () => -1),
	);
	await rig.watch.arm('armed', '');
	assert.deepEqual(rig.told, ['started', 'ended'], 'an alarm of the time before is told of');
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started', 'ended', 'started']);
	// An alarm that falls silent while nobody is to be told ends without a word.
	await rig.watch.arm('disarmed', '');
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	await rig.clock.advance(20_000);
	assert.deepEqual(rig.told, ['started', 'ended', 'started', 'ended']);
});

test('a new picture size ends the alarm and begins anew with what fits that size', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	await rig.show(ODD, { ...OTHER_SIZE, run: 2 });
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.deepEqual(rig.detector.prepared, [SIZE, OTHER_SIZE]);
	assert.equal(rig.status.state.mode, 'learning', 'its calibration was made for another size');
	await rig.show(1, { run: 3 });
	assert.deepEqual(rig.detector.prepared, [SIZE, OTHER_SIZE, SIZE]);
	assert.equal(rig.status.state.mode, 'armed');
});

test('it can be run again after a failure, and opens what it knows anew', async () => {
	const rig = await create();
	{
		await using _watching = rig.start();
		await rig.show(1);
	}
	await using _watching = rig.start();
	await rig.show(1, { run: 2 });
	assert.deepEqual(rig.detector.prepared, [SIZE, SIZE]);
	assert.equal(rig.scores(), 2);
});

test('another detector takes over between two windows, none lost, none seen twice', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 3; n++) await rig.show(1);
	const next = rig.other('2');
	const adopted = rig.watch.adopt(next.knowledge, 1000);
	await rig.show(1);
	await adopted;
	for (let n = 0; n < 2; n++) await rig.show(1);
	assert.equal(rig.scores(), 6);
	assert.equal(rig.detector.frozen.length + next.detector.frozen.length, 6);
	assert.equal(next.detector.frozen.length, 3, 'the window after the adoption is the new one’s already');
	assert.equal(rig.status.state.mode, 'learning', 'the new one has no calibration');
	assert.deepEqual(rig.store.memories, ['new'], 'what the old one remembered is put away');
});

test('an alarm that is open ends before another detector takes over, or after the time it was given', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 4; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started']);
	const next = rig.other('2');
	const adopted = rig.watch.adopt(next.knowledge, 2000);
	for (let n = 0; n < 5; n++) await rig.show(ODD);
	assert.equal(next.detector.frozen.length, 0);
	for (let n = 0; n < 8; n++) await rig.show(ODD);
	await adopted;
	assert.ok(next.detector.frozen.length > 0);
	assert.deepEqual(rig.told, ['started', 'ended']);
	assert.equal(rig.scores(), 17);
});

test('a camera that shows nothing is watched with the other detector when it comes back', async () => {
	const rig = await create();
	const [next, third] = [rig.other('2'), rig.other('3')];
	await rig.watch.adopt(next.knowledge, 1000);
	{
		const watching = rig.start();
		await rig.show(1);
		assert.equal(next.detector.frozen.length, 1);
		const pending = rig.watch.adopt(third.knowledge, 1000);
		await new Promise((resolve) => setImmediate(resolve));
		await watching[Symbol.asyncDispose]();
		await pending;
	}
	await using _watching = rig.start();
	await rig.show(1, { run: 2 });
	assert.equal(third.detector.frozen.length, 1);
	assert.equal(next.detector.frozen.length, 1);
	assert.equal(rig.detector.frozen.length, 0);
});

test('a detector that wants other windows is refused, and the running one stays', async () => {
	const rig = await create();
	await using _watching = rig.start();
	await rig.show(1);
	const next = rig.other('2');
	const wide = { ...next.detector, expects: { frames: 9, framesPerSecond: null } };
	await assert.rejects(rig.watch.adopt({ ...next.knowledge, detector: wide }, 0), /wants 9 frames.*MODEL_INVALID/);
	await rig.show(1);
	assert.equal(rig.scores(), 2);
});

test('what may be learned from is normal: not while an alarm is near or open, not while paused', async () => {
	const rig = await create();
	await using _watching = rig.start();
	for (let n = 0; n < 2; n++) await rig.show(1);
	for (let n = 0; n < 3; n++) await rig.show(ODD);
	await rig.watch.arm('paused', '');
	await rig.show(1);
	await rig.watch.arm('armed', '');
	await rig.show(1);
	assert.deepEqual(rig.collected, [0, 1, -1, -1, -1, -1, 6]);
});

test('an alarm that lasts ends and asks; nothing is learned from what goes on until a person calls it normal', async () => {
	const rig = await create({ maximumSeconds: 1 });
	await using _watching = rig.start();
	await rig.show(1);
	for (let n = 0; n < 9; n++) await rig.show(ODD);
	assert.deepEqual(rig.told, ['started', 'ended']);
	const { lasting, anomaly } = rig.status.state;
	const asks = () => rig.status.state.lasting?.id;
	assert.match(lasting!.id, /^alarm-/);
	assert.equal(anomaly, false);
	assert.deepEqual(
		rig.collected.slice(1),
		Array.from({ length: 9 }, () => -1),
	);
	assert.deepEqual(rig.detector.frozen.slice(-3), [true, true, true]);

	assert.equal(rig.watch.accept(lasting!.id, true), true);
	assert.equal(asks(), undefined);
	await rig.show(ODD);
	assert.equal(rig.collected.at(-1), 10);
	assert.equal(rig.told.length, 2, 'no alarm starts from it');
	assert.equal(rig.watch.accept(lasting!.id, false), true);
	assert.equal(asks(), lasting!.id);
});

async function create({ windowFrames = 1, maximumSeconds = 900 } = {}) {
	const clock = manualClock();
	const { parts: usual, store, detector } = brainParts();
	const parts = { ...usual, judge: { ...usual.judge, maximumSeconds } };
	store.calibrations = [await learnedCalibration()];
	const status = new CameraStatus(parts.camera, 'learning', clock, () => {});
	const told: string[] = [];
	const collected: number[] = [];
	const waiting: Frame[] = [];
	let wake = () => {};
	let index = 0;
	let scores = 0;
	const watch = openCameraWatch(
		{
			...parts,
			knowledge: {
				detector: { ...detector, expects: { frames: windowFrames, framesPerSecond: null }, camera: detector.camera },
				store: parts.store,
			},
			patience: new Patience(clock),
			collect: ({ target }, normal) => collected.push(normal ? target.index : -1),
			clock,
			status,
			inspect: async (frame) => frame,
			frames: async function* (signal) {
				signal.addEventListener('abort', () => wake());
				for (;;) {
					if (signal.aborted) throw abortError(signal);
					const next = waiting.shift();
					if (next !== undefined) yield next;
					else await new Promise<void>((resolve) => (wake = resolve));
				}
			},
			tellAlarm: async (_alarm, change) => void told.push(change),
			keepPattern: () => {},
			keepEvidence: () => {},
			standing: null,
			hearing: { everyMinutes: 0, store: { load: async () => null, save: async () => {} }, tell: async () => {} },
			tellScore: () => {
				scores += 1;
			},
		},
		'armed',
	);
	return {
		watch,
		clock,
		status,
		store,
		detector,
		told,
		collected,
		scores: () => scores,
		/** Another detector, without a calibration. */
		other: (version: string) => {
			const other = saidDetector(version);
			return { detector: other, knowledge: { detector: other, store: brainParts().parts.store } };
		},
		/** One frame more, on which the detector says this. */
		show: async (patch: number, change: Partial<Frame> = {}) => {
			await clock.advance(200);
			detector.next = patch;
			waiting.push({
				camera: parts.camera,
				run: 1,
				index: index++,
				...SIZE,
				luma: new Uint8Array(SIZE.width * SIZE.height),
				capturedAt: utcMs(clock.utcNow()),
				arrivedAt: clock.monotonicNow(),
				damage: null,
				...change,
			});
			wake();
			for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve));
		},
		start: (): AsyncDisposable => {
			const stop = new AbortController();
			const running = watch.run(stop.signal);
			return {
				[Symbol.asyncDispose]: async () => {
					stop.abort();
					await assert.rejects(running, { name: 'AbortError' });
				},
			};
		},
	};
}
