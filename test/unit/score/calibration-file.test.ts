import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFile } from '../../../src/record/replace-file.ts';
import type { Calibration } from '../../../src/score/calibration.ts';
import { readCalibration, requireFit, writeCalibration } from '../../../src/score/calibration-file.ts';
import { levelOf } from '../../../src/score/level.ts';
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
		await writeFile(path, text.replace('"version": 2,', '"version": 3,'));
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /pack: version: / });
		await writeFile(path, text.replace('"smoothing": 0.3', '"smoothing": "much"'));
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID', message: /smoothing: / });
	});
});

test('a pack of version 1 is read as one that knows onsets of any length, and no others', async () => {
	await inFolder(async (folder) => {
		const path = join(folder, 'calibration.json');
		const { combined, ...others } = smallCalibration();
		const [onsets] = combined.onsets;
		const { sustainedSeconds: _, ...before } = onsets!;
		const first = { ...others, version: 1, combined: { ...combined, onsets: { ...before, mergeSeconds: 3 } } };
		await writeFile(path, JSON.stringify(first));
		const read = await readCalibration(path);
		assert.deepEqual(read, { ...smallCalibration(), combined: { ...combined, onsets: [onsets] } });
		// A longer time makes no difference to it: its level errs towards fewer alarms.
		assert.equal(levelOf(read.combined, 12, 5).level, levelOf(read.combined, 12, 0).level);
		const { mergeSeconds: __, ...incomplete } = first.combined.onsets;
		await writeFile(path, JSON.stringify({ ...first, combined: { ...combined, onsets: incomplete } }));
		await assert.rejects(readCalibration(path), { code: 'CALIBRATION_INVALID' });
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

test('a pack for another model, size, rate, smoothing or mask is refused, naming both sides', () => {
	const calibration = smallCalibration();
	const fit = {
		model: { id: 'mnad', version: '1' },
		size: { width: 16, height: 16 },
		framesPerSecond: 5,
		smoothing: 0.3,
		mask: null,
	};
	requireFit(calibration, fit);
	for (const [change, message] of [
		[{ model: { id: 'mnad', version: '2' } }, /model mnad 1 where the camera has mnad 2/],
		[{ size: { width: 32, height: 16 } }, /size 16x16 where the camera has 32x16/],
		[{ framesPerSecond: 10 }, /frames a second 5 where the camera has 10/],
		[{ smoothing: 1 }, /smoothing 0\.3 where the camera has 1/],
		[{ mask: '0123456789abcdef' }, /mask none where the camera has 0123456789abcdef/],
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
