import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ForeframeError } from '../../../../src/core/errors.ts';
import type { DaemonEvent } from '../../../../src/core/events.ts';
import type { Frame, Window } from '../../../../src/core/frame.ts';
import type { Hearing } from '../../../../src/core/hearing.ts';
import { type AlarmId, cameraId, monotonicMs, rawScore, utcMs } from '../../../../src/core/units.ts';
import type { CameraDetector } from '../../../../src/detect/detector.ts';
import { CalibratedScorer } from '../../../../src/score/scorer.ts';
import { openCameraHearing } from '../../../../src/watch/hearing/hearing.ts';
import type { Usual } from '../../../../src/watch/hearing/usual.ts';
import { learnedCalibration } from '../../../support/brain-parts.ts';
import { seededRandom } from '../../../support/random.ts';
import { predictionOf } from '../../../support/scores.ts';

const SIZE = { width: 64, height: 48 };
const CAMERA = cameraId('door');
const random = seededRandom(1);
const plain = Uint8Array.from({ length: SIZE.width * SIZE.height }, () => 50 + 150 * random());
const MINUTE = 300;

test('a camera that notices is told so, hour after hour, and nothing of a trial reaches what it is judged by', async () => {
	await using rig = await create();
	await rig.show(3 * 60 * MINUTE);
	assert.equal(rig.heard.length, 3);
	for (const { tried, noticed, sensitivity, usual, deaf } of rig.heard) {
		assert.deepEqual(
			{ tried, noticed, sensitivity, usual, deaf },
			{ tried: 12, noticed: 12, sensitivity: 1, usual: 1, deaf: false },
		);
	}
	assert.deepEqual(rig.usual, { of: 'said 1', first: [1, 1, 1] });
	assert.ok(rig.frozen.every((frozen) => frozen));
});

test('a trial takes at most one window for four of the camera', async () => {
	await using rig = await create();
	await rig.show(60 * MINUTE - 1);
	const began = rig.shown.findIndex((windows) => windows > 0);
	for (let n = began; n < rig.shown.length; n++) assert.ok(rig.shown[n]! <= 1 + (n - began) / 4 + 1);
});

test('a camera that no longer notices is deaf when that is found twice in a row, soon after one another', async () => {
	await using rig = await create();
	await rig.show(60 * MINUTE);
	rig.deafened = true;
	await rig.show(6 * MINUTE);
	assert.deepEqual(
		rig.heard.map(({ sensitivity, deaf }) => `${sensitivity} ${deaf}`),
		['1 false', '0 false'],
	);
	await rig.show(8 * MINUTE);
	assert.equal(rig.heard.at(-1)?.deaf, true);
	assert.equal(rig.heard.length, 3);
	rig.deafened = false;
	await rig.show(8 * MINUTE);
	assert.equal(rig.heard.at(-1)?.deaf, false);
	const told = rig.events.flatMap((event) => (event.kind === 'hearing' ? [event.hearing.deaf] : []));
	assert.deepEqual(told, [false, false, true, false]);
});

test('it is not tried while all is not quiet, nor across a hole, nor where it is switched off', async () => {
	await using loud = await create();
	await loud.show(10 * MINUTE, () => false);
	assert.equal(loud.heard.length, 0);
	await using holes = await create();
	await holes.show(10 * MINUTE, () => true, 3);
	assert.equal(holes.heard.length, 0);
	await using off = await create({ everyMinutes: 0 });
	await off.show(10 * MINUTE);
	assert.equal(off.heard.length, 0);
});

test('a model that is closed in the middle of a trial costs that trial only', async () => {
	await using rig = await create();
	rig.closed = true;
	await rig.show(3 * MINUTE);
	assert.equal(rig.heard.length, 0);
	assert.match(rig.events.map((event) => (event.kind === 'warning' ? event.detail : '')).join(), /was not tried/);
	rig.closed = false;
	await rig.show(8 * MINUTE);
	assert.equal(rig.heard.length, 1);
});

async function create({ everyMinutes = 60 } = {}) {
	const calibration = await learnedCalibration();
	const heard: Hearing[] = [];
	const events: DaemonEvent[] = [];
	const frozen: boolean[] = [];
	/** Windows of trials after each of the camera. */
	const shown: number[] = [];
	const abort = new AbortController();
	const rig = {
		deafened: false,
		closed: false,
		usual: null as Usual | null,
	};
	let tried = 0;
	const detector = {
		detect: async ({ target }: Window, { freezeMemory }: { freezeMemory: boolean }) => {
			if (rig.closed) throw new ForeframeError('INFERENCE_FAILED', 'said was closed');
			tried++;
			frozen.push(freezeMemory);
			const odd = !rig.deafened && target.luma.some((luma, pixel) => luma !== plain[pixel]);
			const { run, index } = target;
			return predictionOf({ run, index, channels: { patch: rawScore(odd ? 1e6 : 1), regular: rawScore(0.5) } });
		},
	} as unknown as CameraDetector;
	const hearing = openCameraHearing({
		camera: CAMERA,
		everyMinutes,
		rehearse: () => ({
			detector,
			scorer: new CalibratedScorer(calibration, 12),
			judge: {
				minimumSeconds: 1,
				releaseSeconds: 1,
				framesPerSecond: 5,
				model: { id: 'said', version: '1' },
				newAlarmId: () => 'trial' as AlarmId,
			},
			mask: null,
			frames: 2,
			of: 'said 1',
		}),
		store: {
			load: async () => rig.usual,
			save: async (usual) => {
				rig.usual = usual;
			},
		},
		observe: (event) => events.push(event),
		tell: async (one) => void heard.push(one),
	});
	const running = hearing.run(abort.signal);
	let at = 0;
	const frameAt = (index: number, run: number): Frame => ({
		camera: CAMERA,
		run,
		index,
		...SIZE,
		capturedAt: utcMs(index * 200),
		arrivedAt: monotonicMs(index * 200),
		luma: plain,
		damage: null,
	});
	/** Windows of the camera; a new run begins every so many. */
	const show = async (windows: number, quiet = () => true, runLength = Number.POSITIVE_INFINITY) => {
		for (let n = 0; n < windows; n++, at++) {
			const run = 1 + Math.floor(at / runLength);
			const frames: [Frame, Frame] = [frameAt(at, run), frameAt(at + 1, run)];
			hearing.follow({ camera: CAMERA, run, framesPerSecond: 5, frames, target: frames[1] }, quiet());
			const before = tried;
			await setImmediate();
			shown.push(tried - before + (shown.at(-1) ?? 0));
		}
	};
	return Object.assign(rig, {
		heard,
		events,
		frozen,
		shown,
		show,
		[Symbol.asyncDispose]: async () => {
			abort.abort();
			await running.catch(() => {});
		},
	});
}
