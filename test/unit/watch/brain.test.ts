import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../src/core/alarm.ts';
import { ForeframeError } from '../../../src/core/errors.ts';
import { maskOf } from '../../../src/core/mask.ts';
import type { Score } from '../../../src/core/score.ts';
import { monotonicMs } from '../../../src/core/units.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import { Brain, type BrainParts } from '../../../src/watch/brain.ts';
import {
	brainParts,
	LEARNED_AFTER,
	learnedCalibration,
	normalScore,
	type SaidDetector,
	SIZE,
	windowAt,
} from '../../support/brain-parts.ts';

test('a camera without a calibration collects normal footage, then is armed with its own', async () => {
	const { parts, store, progress, detector } = brainParts();
	await using brain = await Brain.open(SIZE, parts);
	assert.deepEqual(detector.prepared, [SIZE]);
	assert.deepEqual(progress, [0]);
	for (let index = 0; index < LEARNED_AFTER; index++) {
		const { score, verdict } = await see(brain, detector, index, normalScore(index));
		assert.equal(score.surprise, null);
		assert.equal(verdict.kind, 'unknown');
	}
	assert.equal(progress.at(-1), null);
	assert.deepEqual(progress.slice(0, 3), [0, 0.01, 0.02]);
	assert.equal(store.saved.length, 1);
	assert.deepEqual(store.saved[0]?.size, SIZE);
	assert.equal(Buffer.from(store.saved[0]?.memory ?? '', 'base64').toString(), 'new');
	assert.ok(Math.abs(detector.gate! - store.saved[0]!.gate!) < 1e-3, 'the gate is that of its footage');

	const normal = await see(brain, detector, LEARNED_AFTER, 1);
	assert.ok(normal.score.surprise! < normal.score.level!);
	assert.equal(normal.verdict.kind, 'quiet');
});

test('something odd raises an alarm, and the memory does not learn from its first window over the level on', async () => {
	const { parts, detector } = brainParts();
	await using brain = await armed(parts, detector);
	const verdicts: Verdict[] = [];
	const from = detector.frozen.length;
	for (let index = 0; index < 4; index++) {
		verdicts.push((await see(brain, detector, index, index === 0 ? 1 : 1e6)).verdict);
	}
	assert.deepEqual(
		verdicts.map((verdict) => (verdict.kind === 'alarm' ? verdict.change : verdict.kind)),
		['quiet', 'pending', 'pending', 'started'],
	);
	assert.deepEqual(detector.frozen.slice(from), [false, false, true, true]);
	const ended = brain.rest('stopped');
	assert.equal(ended?.kind === 'alarm' && ended.change, 'ended');
	assert.equal(brain.rest('stopped'), null, 'an alarm ends once');
});

test('a calibration made with another mask does not fit: the camera recalibrates, and the new one holds for its mask', async () => {
	const { parts, store, detector, progress, warnings } = brainParts();
	store.calibrations = [await learnedCalibration()];
	const corner = [[0, 0] as const, [0.5, 0] as const, [0, 0.5] as const];
	const masked: BrainParts = { ...parts, masks: { hidden: [corner], only: null } };
	await using brain = await Brain.open(SIZE, masked);
	assert.deepEqual(progress, [0]);
	assert.match(warnings().join(), /it was made for mask none where the camera has [0-9a-f]{16}/);
	for (let index = 0; index < LEARNED_AFTER; index++) await see(brain, detector, index, normalScore(index));
	assert.equal(brain.progress, null);
	const made = store.saved.at(-1)!;
	assert.equal(made.mask, maskOf(masked.masks, SIZE)!.fingerprint);

	// The same mask, written otherwise, takes it.
	store.calibrations = [made];
	const again: BrainParts = { ...parts, masks: { hidden: [corner.toReversed(), corner], only: null } };
	await using other = await Brain.open(SIZE, again);
	assert.equal(other.progress, null);
});

test('an alarm of a camera that falls silent expires', async () => {
	const { parts, detector } = brainParts();
	await using brain = await armed(parts, detector);
	for (let index = 0; index < 4; index++) await see(brain, detector, index, 1e6);
	const lastAt = 3 * 200;
	assert.equal(brain.expire(monotonicMs(lastAt + 10_000)), null);
	const expired = brain.expire(monotonicMs(lastAt + 10_001));
	assert.equal(expired?.kind === 'alarm' && expired.change, 'ended');
});

test('a calibration that fits arms the camera at once', async () => {
	const { parts, store, progress, detector, warnings } = brainParts();
	store.calibrations = [await learnedCalibration()];
	await using brain = await Brain.open(SIZE, parts);
	assert.deepEqual(progress, [null]);
	assert.equal(detector.gate, 0.5);
	assert.notEqual((await see(brain, detector, 0, 1)).score.surprise, null);
	assert.deepEqual(warnings(), []);
	assert.deepEqual(store.saved, []);
});

test('a pack that does not fit is told and left aside, and the next one is tried', async () => {
	const good = await learnedCalibration();
	const misfits: readonly [Calibration | Error, RegExp][] = [
		[{ ...good, model: { id: 'said', version: '2' } }, /said/],
		[{ ...good, size: { width: 32, height: 32 } }, /32x32/],
		[{ ...good, framesPerSecond: 10 }, /10/],
		[new ForeframeError('CALIBRATION_INVALID', 'Cannot read the calibration pack x.json'), /x\.json/],
	];
	for (const [misfit, words] of misfits) {
		const { parts, store, progress, warnings } = brainParts();
		store.calibrations = [misfit, good];
		await using _brain = await Brain.open(SIZE, parts);
		assert.deepEqual(progress, [null]);
		assert.equal(warnings().length, 1);
		assert.match(warnings()[0]!, words);
	}
	const { parts, store, progress, warnings } = brainParts();
	store.calibrations = misfits.map(([misfit]) => misfit);
	await using _brain = await Brain.open(SIZE, parts);
	assert.deepEqual(progress, [0], 'without one that fits it learns');
	assert.equal(warnings().length, misfits.length);
});

test('a calibration that breaks in another way is a bug and is thrown', async () => {
	const { parts, store } = brainParts();
	store.calibrations = [new TypeError('undefined is not a function')];
	await assert.rejects(Brain.open(SIZE, parts), TypeError);
});

test('the memory comes from the store, else from the calibration pack', async () => {
	const pack = { ...(await learnedCalibration()), memory: Buffer.from('of the pack').toString('base64') };
	const cases = [
		{ stored: 'stored', memory: 'stored', warned: 0 },
		{ stored: null, memory: 'of the pack', warned: 0 },
		{ stored: 'spoiled', memory: 'of the pack', warned: 1 },
	];
	for (const { stored, memory, warned } of cases) {
		const { parts, store, detector, warnings } = brainParts();
		store.calibrations = [pack];
		store.memory = stored;
		await using _brain = await Brain.open(SIZE, parts);
		assert.equal(detector.memory, memory);
		assert.equal(warnings().length, warned);
	}
});

test('the memory is put away every ten minutes and at the end, but not when nothing was seen', async () => {
	const { parts, store, detector } = brainParts();
	store.calibrations = [await learnedCalibration()];
	const brain = await Brain.open(SIZE, parts);
	const tenMinutes = 5 * 600;
	await see(brain, detector, 0, 1);
	for (let index = tenMinutes - 60; index < tenMinutes; index++) {
		detector.memory = `${index}`;
		await see(brain, detector, index, 1);
	}
	assert.deepEqual(store.memories, []);
	for (let index = tenMinutes; index < tenMinutes + 100; index++) {
		detector.memory = `${index}`;
		await see(brain, detector, index, 1);
	}
	assert.equal(store.memories.length, 1);
	assert.ok(between(store.memories[0]!, tenMinutes - 55, tenMinutes - 50), 'never the last ten seconds');
	await brain[Symbol.asyncDispose]();
	assert.equal(store.memories.length, 2);
	assert.ok(between(store.memories[1]!, tenMinutes + 45, tenMinutes + 50));

	const idle = await Brain.open(SIZE, parts);
	await idle[Symbol.asyncDispose]();
	assert.equal(store.memories.length, 2);
});

test('a full disk costs what was learned, never the watching', async () => {
	const { parts, store, progress, detector, warnings } = brainParts();
	store.full = new ForeframeError('STORE_FAILED', 'Cannot write to the disk: it is full');
	const brain = await Brain.open(SIZE, parts);
	for (let index = 0; index < LEARNED_AFTER; index++) await see(brain, detector, index, normalScore(index));
	assert.equal(progress.at(-1), null, 'it is armed all the same');
	assert.notEqual((await see(brain, detector, 5 * 600, 1)).score.surprise, null);
	await brain[Symbol.asyncDispose]();
	assert.equal(warnings().length, 4, warnings().join('\n'));
	assert.ok(warnings().every((warning) => /disk: it is full/.test(warning)));
	assert.deepEqual(store.saved, []);
});

function between(text: string, least: number, most: number): boolean {
	return Number(text) >= least && Number(text) <= most;
}

async function see(
	brain: Brain,
	detector: SaidDetector,
	index: number,
	patch: number,
): Promise<{ score: Score; verdict: Verdict }> {
	detector.next = patch;
	const prediction = await brain.detect(windowAt(index));
	const score = await brain.score(prediction);
	return { score, verdict: brain.judge(score, prediction) };
}

async function armed(parts: Parameters<typeof Brain.open>[1], detector: SaidDetector) {
	const calibration = await learnedCalibration();
	const brain = await Brain.open(SIZE, {
		...parts,
		detector,
		store: { ...parts.store, calibrations: async () => [async () => calibration] },
	});
	return brain;
}
