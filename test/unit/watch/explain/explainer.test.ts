import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm, AlarmChange, Verdict } from '../../../../src/core/alarm.ts';
import type { Prediction } from '../../../../src/core/prediction.ts';
import type { Score } from '../../../../src/core/score.ts';
import { cameraId, monotonicMs, rawScore, surprise, utcMs } from '../../../../src/core/units.ts';
import { Explainer } from '../../../../src/watch/explain/explainer.ts';
import { sampleAlarm } from '../../../support/alarms.ts';

const QUIET: Verdict = { kind: 'quiet' };
const PENDING: Verdict = { kind: 'pending', since: utcMs(0) };

test('an alarm is explained with the strangest window since its first sign', () => {
	const explainer = new Explainer();
	assert.equal(see(explainer, 0, 1, QUIET), null);
	assert.equal(see(explainer, 1, 6, PENDING), null);
	assert.equal(see(explainer, 2, 5, PENDING), null);
	const explanation = see(explainer, 3, 4.5, alarm('started'))?.explanation;
	assert.equal(explanation?.frameAt, 200);
	assert.equal(explanation?.surprise, 6);
	assert.deepEqual(explanation?.pictures, ['seen', 'expected', 'heat', 'nearest']);
});

test('it is explained again when a higher peak is told, or has not been told at the end, else not', () => {
	const explainer = new Explainer();
	see(explainer, 0, 6, PENDING);
	assert.notEqual(see(explainer, 1, 6, alarm('started')), null);
	assert.equal(see(explainer, 2, 5, alarm('updated')), null);
	assert.equal(see(explainer, 3, 9, alarm(null)), null);
	assert.equal(see(explainer, 4, 8, alarm('updated'))?.explanation.surprise, 9);
	assert.equal(see(explainer, 5, 2, alarm('ended')), null);
	see(explainer, 6, 7, PENDING);
	assert.equal(see(explainer, 7, 6, alarm('started'))?.explanation.surprise, 7);
	assert.equal(see(explainer, 8, 8, alarm(null)), null);
	assert.equal(see(explainer, 9, 1, alarm('ended'))?.explanation.surprise, 8);
});

test('a sign that came to nothing explains nothing later', () => {
	const explainer = new Explainer();
	see(explainer, 0, 9, PENDING);
	see(explainer, 1, 1, QUIET);
	see(explainer, 2, 5, PENDING);
	assert.equal(see(explainer, 3, 4, alarm('started'))?.explanation.surprise, 5);
});

test('the explanation says where, why, how rare, and what of the memory is nearest to the strangest cell', () => {
	const explainer = new Explainer();
	see(explainer, 0, 1, QUIET, { updated: true });
	see(explainer, 1, 6, PENDING);
	const { explanation, pictures } = see(explainer, 2, 5, alarm('started'))!;
	assert.deepEqual(
		explanation.channels.map(({ channel }) => channel),
		['patch', 'motion'],
	);
	assert.deepEqual(explanation.heatMap, { width: 2, height: 1, values: [0.25, 1] });
	assert.deepEqual(explanation.nearest, { item: 4, similarity: 0.5, share: 0.5, seenAt: 0 });
	assert.match(
		explanation.text,
		/could not be predicted\. Normal footage of this camera is as strange once in 12 hours\./,
	);
	for (const png of pictures.values()) assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
});

test('an item that no normal window has shown yet has no picture', () => {
	const explainer = new Explainer();
	see(explainer, 0, 1, QUIET, { updated: false });
	see(explainer, 1, 6, PENDING, { updated: false });
	const { explanation, pictures } = see(explainer, 2, 5, alarm('started'))!;
	assert.equal(explanation.nearest?.seenAt, null);
	assert.equal(pictures.has('nearest'), false);
});

function see(
	explainer: Explainer,
	index: number,
	strange: number,
	verdict: Verdict,
	{ updated = true }: { readonly updated?: boolean } = {},
) {
	return explainer.see(predictionAt(index, updated), scoreAt(index, strange), verdict);
}

function alarm(change: AlarmChange | null): Verdict {
	const known: Alarm = sampleAlarm();
	return { kind: 'alarm', change, alarm: known };
}

function predictionAt(index: number, updated: boolean): Prediction {
	const target = {
		camera: cameraId('yard'),
		run: 1,
		index,
		width: 16,
		height: 8,
		capturedAt: utcMs(index * 200),
		arrivedAt: monotonicMs(index * 200),
		luma: new Uint8Array(128).fill(index),
		damage: null,
	};
	return {
		window: { camera: target.camera, run: 1, framesPerSecond: 5, frames: [target], target },
		channels: new Map([['patch', rawScore(1)]]),
		heatMap: { width: 2, height: 1, cellPixels: 8, values: Float32Array.of(0.2, 0.8) },
		predicted: new Uint8Array(128),
		things: [],
		rest: new Map(),
		memory: {
			usage: Float32Array.of(0.5, 0, 0, 0, 0.5),
			nearest: Float32Array.of(0, 4),
			similarity: Float32Array.of(0.9, 0.5),
			updated,
		},
		inferenceMs: 1,
		batchSize: 1,
	};
}

function scoreAt(index: number, value: number): Score {
	return {
		camera: cameraId('yard'),
		run: 1,
		index,
		capturedAt: utcMs(index * 200),
		arrivedAt: monotonicMs(index * 200),
		channels: new Map([
			['motion', { raw: rawScore(3), surprise: surprise(2) }],
			['patch', { raw: rawScore(1), surprise: surprise(4) }],
			['psnr', { raw: rawScore(1), surprise: null }],
		]),
		surprise: surprise(value),
		level: surprise(4.2),
		onceInHours: 12,
		why: 'patch',
	};
}
