import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawScore, utcMs } from '../../../src/core/units.ts';
import { FootageCollector } from '../../../src/score/footage.ts';
import { CalibratedScorer, CollectingScorer } from '../../../src/score/scorer.ts';
import { seededNormal, seededRandom } from '../../support/random.ts';
import { predictionOf } from '../../support/scores.ts';

test('a camera that collects says how far it is, and its scores are without a meaning until it is calibrated', () => {
	const scorer = collecting(1);
	assert.equal(scorer.progress, 0);
	const normal = seededNormal(1);
	const say = (index: number) => predictionOf({ run: 1, index, channels: { patch: Math.exp(normal()) } });
	for (let index = 0; index < 150; index++) {
		const score = scorer.score(say(index));
		assert.equal(score.surprise, null);
		assert.equal(score.level, null);
		assert.equal(score.channels.get('patch')!.surprise, null);
	}
	assert.equal(scorer.progress, 0.5);
	for (let index = 150; index < 310; index++) scorer.score(say(index));
	assert.equal(scorer.progress, 1);
	const calibrated = new CalibratedScorer(scorer.calibrate(null), 12);
	const score = calibrated.score(say(310));
	assert.ok(score.surprise! > 0 && score.level! > 0);
	assert.equal(score.why, 'patch');
	assert.equal(score.index, 310);
});

test('a fraction of a minute still collects what a calibration needs', () => {
	const scorer = collecting(0.1);
	for (let index = 0; index < 99; index++)
		scorer.score(predictionOf({ run: 1, index, channels: { patch: 1 + index } }));
	assert.ok(scorer.progress < 1);
	assert.throws(() => scorer.calibrate(null), { code: 'CALIBRATION_INVALID' });
	scorer.score(predictionOf({ run: 1, index: 99, channels: { patch: 1 } }));
	assert.equal(scorer.progress, 1);
	scorer.calibrate(null);
});

test('smoothing looks back only and begins anew with a run', () => {
	const scorer = calibrated();
	const strange = { patch: 1e6 };
	const plain = { patch: 1 };
	const first = scorer.score(predictionOf({ run: 1, index: 0, channels: strange })).surprise!;
	const second = scorer.score(predictionOf({ run: 1, index: 1, channels: strange })).surprise!;
	const after = scorer.score(predictionOf({ run: 1, index: 2, channels: plain })).surprise!;
	assert.ok(second > first && after < second && after > 1, `${first} ${second} ${after}`);
	assert.equal(scorer.score(predictionOf({ run: 2, index: 0, channels: strange })).surprise, first);
});

test('a detector that says no number is broken, not quiet', () => {
	const scorer = calibrated();
	assert.throws(() => scorer.score(predictionOf({ run: 1, index: 0, channels: { patch: Number.NaN } })), RangeError);
	assert.throws(() => scorer.score(predictionOf({ run: 1, index: 0, channels: { psnr: 1 } })), RangeError);
	assert.throws(
		() => collecting(1).score(predictionOf({ run: 1, index: 0, channels: { patch: Number.NEGATIVE_INFINITY } })),
		RangeError,
	);
});

test('a level follows its budget', () => {
	const calibration = scorerFor().calibrate(null);
	const levels = [100, 12, 1, 1 / 24, 1 / 168].map((perHour) => new CalibratedScorer(calibration, perHour).level.level);
	assert.deepEqual(
		levels.toSorted((a, b) => a - b),
		levels,
	);
	assert.equal(new Set(levels).size, levels.length);
	assert.throws(() => new CalibratedScorer(calibration, 0), RangeError);
});

test('a collector within its bound keeps everything, and beyond it whole stretches of all of the time in order', () => {
	const collector = new FootageCollector({ channels: ['patch'], capacity: 2560, random: seededRandom(3) });
	const total = 25_600;
	for (let index = 0; index < total; index++) {
		collector.add({ run: 1, index, capturedAt: utcMs(index), channels: new Map([['patch', rawScore(index)]]) });
		if (index === 2000) assert.equal(collector.footage().windows, 2001);
	}
	assert.equal(collector.seen, total);
	const footage = collector.footage();
	assert.equal(footage.windows, 2560);
	const kept = footage.channels.get('patch')!;
	const breaks = [...footage.steps.entries()].filter(([, step]) => step === 0).map(([place]) => place);
	assert.ok(breaks.length > 5 && breaks.every((place) => place % 256 === 0), 'only whole stretches');
	for (let i = 1; i < kept.length; i++) {
		if (footage.steps[i] === 1) assert.equal(kept[i], kept[i - 1]! + 1);
		else assert.ok(kept[i]! > kept[i - 1]!);
	}
	const early = kept.filter((index) => index < total / 2).length;
	assert.ok(early >= 512 && early <= 2048, `${early} of 2560 from the first half`);
});

function calibrated(): CalibratedScorer {
	return new CalibratedScorer(scorerFor().calibrate(null), 1);
}

function scorerFor(): CollectingScorer {
	const scorer = collecting(1);
	const normal = seededNormal(5);
	for (let index = 0; index < 600; index++) {
		scorer.score(predictionOf({ run: 1, index, channels: { patch: Math.exp(normal()) } }));
	}
	return scorer;
}

function collecting(minutes: number): CollectingScorer {
	return new CollectingScorer({
		channels: ['patch'],
		minutes,
		framesPerSecond: 5,
		size: { width: 16, height: 16 },
		model: { id: 'm', version: '1' },
		smoothing: 0.3,
		weights: new Map([['patch', 1]]),
		source: 'camera door',
		random: seededRandom(1),
	});
}
