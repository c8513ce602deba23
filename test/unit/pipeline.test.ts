import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../src/core/alarm.ts';
import { abortError } from '../../src/core/clock.ts';
import type { DaemonEvent } from '../../src/core/events.ts';
import type { Frame, Window } from '../../src/core/frame.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import { cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import { type Stages, watch } from '../../src/pipeline.ts';
import { SlidingWindow } from '../../src/window/sliding-window.ts';
import { sampleScore } from '../support/daemon-events.ts';
import { manualClock } from '../support/manual-clock.ts';
import { predictionOf } from '../support/scores.ts';

const camera = cameraId('door');
const QUIET: Verdict = { kind: 'quiet' };

test('every window of a detector that keeps up is scored and told, in order, until the source ends', async () => {
	const rig = create({ windowFrames: 2 });
	const running = watch(rig.stages, new AbortController().signal);
	for (let index = 0; index < 5; index++) await rig.show(frame(index));
	rig.end();
	await running;
	assert.deepEqual(rig.detected, [1, 2, 3, 4]);
	assert.deepEqual(rig.told, [1, 2, 3, 4]);
	assert.deepEqual(rig.collected, [1, 2, 3, 4]);
	assert.deepEqual(rig.approached, [0], 'frames before the first window announce themselves');
	assert.equal(rig.events('window-scored').length, 4);
	assert.deepEqual(rig.events('window-dropped'), []);
	assert.ok(rig.sourceClosed());
});

test('while the detector is busy the newest window waits, and each one it replaces is counted', async () => {
	const rig = create();
	const first = rig.hold(0);
	const second = rig.hold(3);
	const running = watch(rig.stages, new AbortController().signal);
	for (let index = 0; index < 4; index++) await rig.show(frame(index));
	assert.deepEqual(rig.detected, [0]);
	assert.deepEqual(reasons(rig), ['starting', 'starting'], 'nothing has been scored yet: the network is being loaded');
	first.resolve();
	await turns();
	for (let index = 4; index < 8; index++) await rig.show(frame(index));
	second.resolve();
	await turns();
	rig.end();
	await running;
	assert.deepEqual(rig.detected, [0, 3, 7]);
	assert.deepEqual(rig.told, [0, 3, 7]);
	assert.deepEqual(reasons(rig), ['starting', 'starting', 'backpressure', 'backpressure', 'backpressure']);
});

test('where there is room for more windows to wait, none is lost', async () => {
	const rig = create({ room: 3 });
	const held = rig.hold(0);
	const running = watch(rig.stages, new AbortController().signal);
	for (let index = 0; index < 5; index++) await rig.show(frame(index));
	held.resolve();
	rig.end();
	await running;
	assert.deepEqual(rig.told, [0, 2, 3, 4]);
	assert.deepEqual(reasons(rig), ['starting']);
});

test('the window that waits when the source ends is still scored', async () => {
	const rig = create();
	const held = rig.hold(0);
	const running = watch(rig.stages, new AbortController().signal);
	await rig.show(frame(0));
	await rig.show(frame(1));
	rig.end();
	await turns();
	held.resolve();
	await running;
	assert.deepEqual(rig.told, [0, 1]);
});

test('a window with a damaged frame is dropped and nothing is made of it', async () => {
	const rig = create({ windowFrames: 2 });
	const running = watch(rig.stages, new AbortController().signal);
	await rig.show(frame(0));
	await rig.show({ ...frame(1), damage: 'corrupt' });
	await rig.show(frame(2));
	await rig.show(frame(3));
	rig.end();
	await running;
	assert.deepEqual(rig.told, [3]);
	assert.deepEqual(reasons(rig), ['damaged', 'damaged']);
});

test('no window spans two runs', async () => {
	const rig = create({ windowFrames: 2 });
	const running = watch(rig.stages, new AbortController().signal);
	await rig.show(frame(0));
	await rig.show({ ...frame(1), run: 2, index: 0 });
	await rig.show({ ...frame(2), run: 2, index: 1 });
	rig.end();
	await running;
	assert.deepEqual(rig.windows, [[0, 1]]);
});

test('the age of a score counts from the arrival and the capture of its frame', async () => {
	const rig = create();
	await rig.clock.advance(1000);
	const held = rig.hold(0);
	const running = watch(rig.stages, new AbortController().signal);
	await rig.show({ ...frame(0), arrivedAt: rig.clock.monotonicNow(), capturedAt: utcMs(rig.clock.utcNow() - 40) });
	await rig.clock.advance(25);
	held.resolve();
	rig.end();
	await running;
	const [scored] = rig.events('window-scored');
	assert.equal(scored?.ageMs, 25);
	assert.equal(scored?.captureAgeMs, 65);
});

test('it stops when it is told to, with its source closed', async () => {
	const rig = create();
	const stop = new AbortController();
	const running = watch(rig.stages, stop.signal);
	await rig.show(frame(0));
	stop.abort();
	await assert.rejects(running, { name: 'AbortError' });
	assert.ok(rig.sourceClosed());
	assert.deepEqual(rig.told, [0]);
});

test('what fails in a stage or in the source ends it with that error', async () => {
	const failing = create();
	failing.hold(0).reject(new Error('the network is broken'));
	const running = watch(failing.stages, new AbortController().signal);
	const rejected = assert.rejects(running, /the network is broken/);
	await failing.show(frame(0));
	await rejected;
	assert.ok(failing.sourceClosed());

	const gone = create();
	const other = assert.rejects(watch(gone.stages, new AbortController().signal), /the source is broken/);
	gone.fail(new Error('the source is broken'));
	await other;
});

function create({ windowFrames = 1, room = 1 } = {}) {
	const clock = manualClock();
	const seen: DaemonEvent[] = [];
	const holds = new Map<number, PromiseWithResolvers<void>>();
	const detected: number[] = [];
	const windows: number[][] = [];
	const told: number[] = [];
	const collected: number[] = [];
	const approached: number[] = [];
	const waiting: Frame[] = [];
	let wake = () => {};
	let ended = false;
	let failure: Error | null = null;
	let closed = false;
	const stages: Stages = {
		camera,
		clock,
		observe: (event) => seen.push(event),
		inspect: async (frame) => frame,
		frames: async function* (signal) {
			signal.addEventListener('abort', () => wake());
			try {
				for (;;) {
					if (signal.aborted) throw abortError(signal);
					if (failure !== null) throw failure;
					const next = waiting.shift();
					if (next !== undefined) yield next;
					else if (ended) return;
					else await new Promise<void>((resolve) => (wake = resolve));
				}
			} finally {
				closed = true;
			}
		},
		windows: new SlidingWindow({ frames: windowFrames, framesPerSecond: 5 }),
		room: () => room,
		approach: ({ index }) => approached.push(index),
		detect: async (window) => {
			detected.push(window.target.index);
			windows.push(window.frames.map(({ index }) => index));
			await holds.get(window.target.index)?.promise;
			return predictionWith(window);
		},
		score: async ({ window }) => {
			const { run, index, arrivedAt, capturedAt } = window.target;
			return { ...sampleScore(camera, 1), run, index, arrivedAt, capturedAt };
		},
		judge: () => QUIET,
		tell: async ({ window }, score, verdict) => {
			assert.equal(score.index, window.target.index);
			assert.equal(verdict, QUIET);
			told.push(score.index);
		},
		collect: ({ target }, verdict) => {
			assert.equal(verdict, QUIET);
			collected.push(target.index);
		},
	};
	return {
		stages,
		clock,
		detected,
		windows,
		told,
		collected,
		approached,
		events: <Kind extends DaemonEvent['kind']>(kind: Kind) =>
			seen.filter((event): event is Extract<DaemonEvent, { kind: Kind }> => event.kind === kind),
		/** The detector is busy with the window that ends at this frame until it is resolved. */
		hold: (index: number) => {
			const held = Promise.withResolvers<void>();
			held.promise.catch(() => {});
			holds.set(index, held);
			return held;
		},
		show: async (next: Frame) => {
			waiting.push(next);
			wake();
			await turns();
		},
		end: () => {
			ended = true;
			wake();
		},
		fail: (error: Error) => {
			failure = error;
			wake();
		},
		sourceClosed: () => closed,
	};
}

function reasons(rig: ReturnType<typeof create>): string[] {
	return rig.events('window-dropped').map(({ reason }) => reason);
}

function predictionWith(window: Window): Prediction {
	const { run, index } = window.target;
	return { ...predictionOf({ run, index, channels: { patch: 1 } }), window };
}

function frame(index: number): Frame {
	return {
		camera,
		run: 1,
		index,
		width: 1,
		height: 1,
		luma: new Uint8Array(1),
		capturedAt: utcMs(index * 200),
		arrivedAt: monotonicMs(index * 200),
		damage: null,
	};
}

/** Lets everything that is ready to run do so. */
async function turns(): Promise<void> {
	for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
}
