import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNELS, type Channel } from '../../../src/core/prediction.ts';
import { rawScore, utcMs } from '../../../src/core/units.ts';
import { calibrate } from '../../../src/score/calibrate.ts';
import { calibrationSchema } from '../../../src/score/calibration.ts';
import { effectiveSize } from '../../../src/score/dependence.ts';
import { type Footage, footageOf } from '../../../src/score/footage.ts';
import { levelOf, ratePerHour } from '../../../src/score/level.ts';
import { scaleSurprise } from '../../../src/score/scale.ts';
import { CalibratedScorer } from '../../../src/score/scorer.ts';
import { seededNormal } from '../../support/random.ts';
import { predictionOf } from '../../support/scores.ts';

const FPS = 5;

for (const correlation of [0, 0.7, 0.95]) {
	test(`onsets over the level come at the budget's rate when windows correlate by ${correlation}`, () => {
		const hours = 2;
		const cameras = [1, 2, 3].map((seed) => ({
			calibration: calibrate(requestFor(normalFootage({ minutes: hours * 60, correlation, seed }))),
			fresh: [...normalWindows({ minutes: hours * 60, correlation, seed: seed + 100 })],
		}));
		for (const perHour of [60, 12, 1]) {
			let onsets = 0;
			for (const { calibration, fresh } of cameras) {
				onsets += countOnsets(new CalibratedScorer(calibration, perHour), fresh);
			}
			const [low, high] = chance(perHour * hours * cameras.length);
			assert.ok(onsets >= low && onsets <= high, `${onsets} at ${perHour} an hour: expected ${low} to ${high}`);
		}
	});
}

test('ten minutes of footage state a wide interval and err towards silence for a rare budget', () => {
	const calibration = calibrate(requestFor(normalFootage({ minutes: 10, correlation: 0.9, seed: 5 })));
	const { uncertainty, footage, combined } = calibration;
	assert.ok(Math.abs(footage.hours - 1 / 6) < 1e-9);
	assert.equal(uncertainty.supportedHours, footage.hours);
	assert.ok(uncertainty.effectiveWindows < 1500, `${uncertainty.effectiveWindows} effective windows of 3000`);
	const [, hourly, daily] = uncertainty.levels;
	assert.ok(daily!.extrapolated && hourly!.extrapolated && !uncertainty.levels[0]!.extrapolated);
	for (const { level, low, high } of uncertainty.levels) assert.ok(low < level && level <= high);
	assert.ok(daily!.high - daily!.low > 1, 'more than a power of ten of doubt');
	const scorer = new CalibratedScorer(calibration, 1 / 24);
	assert.ok(scorer.level.level > hourly!.level);
	const largest = combined.windows.largest;
	assert.ok(largest > combined.windows.tail.threshold);
});

test('where clusters are too few to tell, a level is bounded by the rate of single windows', () => {
	const footage = normalFootage({ minutes: 4, correlation: 0.995, seed: 3 });
	const { combined, uncertainty } = calibrate(requestFor(footage));
	assert.ok(uncertainty.onsets < 30, `${uncertainty.onsets} clusters`);
	for (const perHour of [12, 1, 1 / 24]) {
		const { level } = levelOf(combined, perHour, 0);
		const single = Math.log10((3600 * FPS) / perHour);
		const largest = scaleSurprise(combined.windows, combined.windows.largest);
		assert.ok(level <= Math.max(single, largest) + 0.5, `${level} at ${perHour} an hour, single windows ${single}`);
		assert.ok(level >= largest, `${level} is not below ${largest}, which normal footage reached`);
		assert.ok(ratePerHour(combined, combined.windows.largest) <= (3600 * FPS) / 10 ** largest + 1e-9);
	}
});

test('more footage narrows the interval', () => {
	const widths = [10, 60, 240].map((minutes) => {
		const footage = normalFootage({ minutes, correlation: 0.5, seed: 6 });
		const { low, high } = calibrate(requestFor(footage)).uncertainty.levels[1]!;
		return high - low;
	});
	assert.ok(widths[0]! > widths[1]! && widths[1]! > widths[2]!, widths.join(' > '));
});

test('scaling the raw scores by any positive number changes no surprise', () => {
	const options = { minutes: 20, correlation: 0.8, seed: 8 };
	const plain = scoresOf(1, options);
	for (const factor of [1e-6, 3, 1e4]) {
		for (const [i, surprise] of scoresOf(factor, options).entries()) {
			assert.ok(Math.abs(surprise - plain[i]!) < 1e-6 * (1 + plain[i]!), `${surprise} for ${plain[i]}`);
		}
	}
});

test('a stranger window never has a smaller surprise, far beyond all that was seen', () => {
	const calibration = calibrate(requestFor(normalFootage({ minutes: 5, correlation: 0.5, seed: 9 })));
	let before = -1;
	for (let strength = 0.001; strength < 1e9; strength *= 1.7) {
		const scorer = new CalibratedScorer(calibration, 1);
		const score = scorer.score(
			predictionOf({ run: 1, index: 0, channels: { patch: 0.01 * strength, regular: 0.02 * strength } }),
		);
		assert.ok(score.surprise! > before, `${score.surprise} after ${before} at ${strength}`);
		assert.ok(Number.isFinite(score.onceInHours!));
		before = score.surprise!;
	}
});

test('too little footage says how much is missing', () => {
	const short = normalFootage({ minutes: 1, correlation: 0, seed: 1 }, 40);
	assert.throws(() => calibrate(requestFor(short)), {
		code: 'CALIBRATION_INVALID',
		message: /40 windows.*at least 100.*60 windows \(12\.0 s at 5 frames a second\) are missing/,
	});
});

test('a picture that never changes can be calibrated and makes a wonder of any change', () => {
	const windows = Array.from({ length: 200 }, (_, index) => windowOf(index, { patch: 0, regular: 0, psnr: -100 }));
	const calibration = calibrate(requestFor(footageOf(windows, ['patch', 'regular', 'psnr'])));
	calibrationSchema.parse(JSON.parse(JSON.stringify(calibration)));
	const scorer = new CalibratedScorer(calibration, 1 / 24);
	const still = scorer.score(predictionOf({ run: 1, index: 0, channels: { patch: 0, regular: 0, psnr: -100 } }));
	assert.ok(still.surprise! < still.level!, `${still.surprise} under ${still.level}`);
	const moved = scorer.score(predictionOf({ run: 1, index: 1, channels: { patch: 0.01, regular: 0.1, psnr: -30 } }));
	assert.ok(moved.surprise! > moved.level!, `${moved.surprise} over ${moved.level}`);
});

test('channels with weight 0 are shown but do not count', () => {
	const footage = normalFootage({ minutes: 10, correlation: 0, seed: 4 });
	const calibration = calibrate({ ...requestFor(footage), weights: new Map([['patch', 1]]) });
	const scoreWith = (regular: number) =>
		new CalibratedScorer(calibration, 1).score(predictionOf({ run: 1, index: 0, channels: { patch: 0.011, regular } }));
	assert.equal(scoreWith(0.02).surprise, scoreWith(1e6).surprise);
	assert.ok(scoreWith(1e6).channels.get('regular')!.surprise! > 10);
	assert.equal(scoreWith(1e6).why, 'patch');
	assert.throws(() => calibrate({ ...requestFor(footage), weights: new Map([['motion', 1]]) }), RangeError);
});

test('the gate is the 95 % quantile of the regular score', () => {
	const windows = Array.from({ length: 200 }, (_, index) =>
		windowOf(index, { patch: 1 + (index % 7), regular: ((index * 83) % 200) + 1 }),
	);
	assert.equal(calibrate(requestFor(footageOf(windows, ['patch', 'regular']))).gate, 190);
});

test('the effective size of an AR(1) series is that of theory', () => {
	const normal = seededNormal(21);
	const series = new Float64Array(20_000);
	for (let i = 1; i < series.length; i++) series[i] = 0.8 * series[i - 1]! + normal();
	// n (1 - .8) / (1 + .8)
	const wanted = 20_000 / 9;
	assert.ok(Math.abs(effectiveSize(series) / wanted - 1) < 0.15, `${effectiveSize(series)} for ${wanted}`);
	assert.equal(effectiveSize(new Float64Array(50)), 50);
});

interface NormalOptions {
	readonly minutes: number;
	/** Lag-one autocorrelation. */
	readonly correlation: number;
	readonly seed: number;
	readonly factor?: number;
}

/** Two heavy-tailed channels that go along with each other in part: log-normal, in runs of an hour. */
function* normalWindows({ minutes, correlation, seed, factor = 1 }: NormalOptions) {
	const normal = seededNormal(seed);
	const fresh = Math.sqrt(1 - correlation ** 2);
	let [a, b] = [normal(), normal()];
	for (let i = 0; i < minutes * 60 * FPS; i++) {
		a = correlation * a + fresh * normal();
		b = correlation * b + fresh * normal();
		const patch = factor * 0.01 * Math.exp(0.5 * a);
		const regular = factor * 0.02 * Math.exp(0.4 * b + 0.2 * a);
		yield windowOf(i % 18_000, { patch, regular }, 1 + Math.floor(i / 18_000));
	}
}

function normalFootage(options: NormalOptions, windows = Number.POSITIVE_INFINITY): Footage {
	return footageOf([...normalWindows(options).take(windows)], ['patch', 'regular']);
}

function windowOf(index: number, channels: Partial<Record<Channel, number>>, run = 1) {
	const raw = CHANNELS.flatMap((channel) =>
		channels[channel] === undefined ? [] : [[channel, rawScore(channels[channel])] as const],
	);
	return { run, index, capturedAt: utcMs(1e12 + index * 200), channels: new Map(raw) };
}

function requestFor(footage: Footage) {
	return {
		footage,
		framesPerSecond: FPS,
		size: { width: 256, height: 144 },
		model: { id: 'test', version: '1' },
		smoothing: 0.3,
		weights: new Map<Channel, number>([
			['patch', 1],
			['regular', 1],
		]),
		source: 'synthetic',
		memory: null,
	};
}

/** Windows over the level that come more than three seconds after the one before, or in a new run. */
function countOnsets(scorer: CalibratedScorer, windows: Iterable<ReturnType<typeof windowOf>>): number {
	let onsets = 0;
	let last = { run: 0, index: 0 };
	for (const { run, index, channels } of windows) {
		const score = scorer.score(predictionOf({ run, index, channels: Object.fromEntries(channels) }));
		if (score.surprise! < score.level!) continue;
		if (run !== last.run || index - last.index > 3 * FPS) onsets++;
		last = { run, index };
	}
	return onsets;
}

function scoresOf(factor: number, options: NormalOptions): number[] {
	const scorer = new CalibratedScorer(calibrate(requestFor(normalFootage({ ...options, factor }))), 1);
	return [...normalWindows({ ...options, factor, seed: 99 }).take(500)].map(
		({ run, index, channels }) =>
			scorer.score(predictionOf({ run, index, channels: Object.fromEntries(channels) })).surprise!,
	);
}

/** The central 99 % of counts: Poisson where it was watched, around levels that are as unsure from as many hours learned. */
function chance(expected: number): [low: number, high: number] {
	const spread = 2.576 * Math.sqrt(2 * expected);
	return [expected - spread, expected + spread];
}
