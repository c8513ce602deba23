import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFile } from '../../../src/record/replace-file.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import { readCalibration, requireFit, writeCalibration } from '../../../src/score/calibration-file.ts';
import { CollectingScorer } from '../../../src/score/scorer.ts';
import { seededNormal } from '../../support/random.ts';
import { predictionOf } from '../../support/scores.ts';

test('a calibration pack comes back as it was written, and nothing else is left in the folder', async () => {
	await inFolder(async (folder) => {
		const path = join(folder, 'calibration.json');
		const calibration = smallCalibration();
		await writeFile(path, 'the one before');
		await writeCalibration(path, calibration, replaceFile);
		assert.deepEqual(await readCalibration(path), calibration);
		assert.deepEqual(await readdir(folder), ['calibration.json']);
		assert.deepEqual(Buffer.from(calibration.memory!, 'base64'), Buffer.from([1, 2, 250]));
	});
});

test('what is no calibration pack is refused with its path and what is wrong', async () => {
	await inFolder(async (folder) => {
		const path = join(folder, 'calibration.json');
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /calibration\.json.*ENOENT/ });
		await writeFile(path, '{"kind":');
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /calibration\.json/ });
		await writeCalibration(path, smallCalibration(), replaceFile);
		const text = await readFile(path, 'utf8');
		await writeFile(path, text.replace('"version": 1,', '"version": 2,'));
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /version 1: version: / });
		await writeFile(path, text.replace('"smoothing": 0.3', '"smoothing": "much"'));
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /smoothing: / });
	});
});

test('a pack that cannot be written leaves the one before and says what to do', async () => {
	await inFolder(async (folder) => {
		const path = join(folder, 'missing', 'calibration.json');
		await assert.rejects(writeCalibration(path, smallCalibration(), replaceFile), {
			code: 'STORE_FAILED',
			message: /missing/,
		});
	});
});

test('a pack for another model, size, rate or smoothing is refused, naming both sides', () => {
	const calibration = smallCalibration();
	const fit = {
		model: { id: 'mnad', version: '1' },
		size: { width: 16, height: 16 },
		framesPerSecond: 5,
		smoothing: 0.3,
	};
	requireFit(calibration, fit);
	for (const [change, message] of [
		[{ model: { id: 'mnad', version: '2' } }, /model mnad 1 where the camera has mnad 2/],
		[{ size: { width: 32, height: 16 } }, /size 16x16 where the camera has 32x16/],
		[{ framesPerSecond: 10 }, /frames a second 5 where the camera has 10/],
		[{ smoothing: 1 }, /smoothing 0\.3 where the camera has 1/],
	] as const) {
		assert.throws(() => requireFit(calibration, { ...fit, ...change }), { code: 'CALIBRATION_INVALID', message });
	}
});

function smallCalibration(): Calibration {
	const normal = seededNormal(1);
	const scorer = new CollectingScorer({
		channels: ['patch', 'regular'],
		minutes: 0.5,
		framesPerSecond: 5,
		size: { width: 16, height: 16 },
		model: { id: 'mnad', version: '1' },
		smoothing: 0.3,
		weights: new Map([['patch', 1]]),
		source: 'camera door',
		random: () => 0,
	});
	for (let index = 0; index < 150; index++) {
		const channels = { patch: Math.exp(normal()), regular: Math.exp(normal()) };
		scorer.score(predictionOf({ run: 1, index, channels }));
	}
	return scorer.calibrate(Uint8Array.from([1, 2, 250]));
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'foreframe-calibration-'));
	try {
		await use(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}
