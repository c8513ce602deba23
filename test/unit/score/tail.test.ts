import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGeneralisedPareto, fitTail, tailInverse, tailSurprise } from '../../../src/score/tail.ts';
import { seededRandom } from '../../support/random.ts';

for (const shape of [-0.15, 0, 0.2]) {
	test(`probability-weighted moments find a generalised Pareto law of shape ${shape}`, () => {
		const fitted = fitGeneralisedPareto(drawPareto(20_000, 2, shape, 7));
		// Asymptotic standard errors at n = 20000 are about .01 for the shape and .02 for the scale of 2.
		assert.ok(Math.abs(fitted.shape - shape) < 0.035, `shape ${fitted.shape}`);
		assert.ok(Math.abs(fitted.scale - 2) < 0.08, `scale ${fitted.scale}`);
	});
}

test('the fit of five excesses is that of the formulas worked by hand', () => {
	// Sorted 1 2 3 4 10: a0 = 4; 1 - p = .87 .67 .47 .27 .07: a1 = (.87 + 1.34 + 1.41 + 1.08 + .7) / 5 = 1.08.
	const { scale, shape } = fitGeneralisedPareto(Float64Array.from([10, 1, 3, 2, 4]));
	assert.ok(Math.abs(shape - (2 - 4 / 1.84)) < 1e-12);
	assert.ok(Math.abs(scale - (2 * 4 * 1.08) / 1.84) < 1e-12);
});

test('a shape is drawn to 0 by a small sample and stays within its range', () => {
	const heavy = drawPareto(20_000, 1, 0.45, 3);
	const request = { threshold: 0, excesses: heavy, scaleMin: 0.01 };
	assert.equal(fitTail({ ...request, independent: 20_000 }).shape, 0.3);
	const few = fitTail({ ...request, independent: 10 }).shape;
	assert.ok(few > 0.05 && few < 0.12, `shape ${few}`);
	assert.equal(fitTail({ ...request, excesses: Float64Array.from([1, 1, 1]), independent: 1e9 }).shape, -0.2);
});

test('no excesses make the narrowest tail that is believed', () => {
	assert.deepEqual(fitTail({ threshold: 3, excesses: new Float64Array(0), independent: 0, scaleMin: 0.01 }), {
		threshold: 3,
		scale: 0.01,
		shape: 0,
		join: null,
	});
});

for (const shape of [-0.2, -0.01, 0, 0.3]) {
	test(`a tail of shape ${shape} rises strictly, without steps, and its inverse undoes it`, () => {
		const join = shape < 0 ? (2 / shape) * (31 ** shape - 1) : null;
		const tail = { threshold: 5, scale: 2, shape, join };
		assert.equal(tailSurprise(tail, 5), 0);
		let before = 0;
		for (let x = 5.01; x < 300; x *= 1.01) {
			const surprise = tailSurprise(tail, x);
			assert.ok(surprise > before && surprise - before < 0.7 + before * 0.05, `at ${x}: ${before} → ${surprise}`);
			assert.ok(Math.abs(tailInverse(tail, surprise) - x) < 1e-9 * x, `inverse at ${x}`);
			before = surprise;
		}
	});
}

function drawPareto(n: number, scale: number, shape: number, seed: number): Float64Array {
	const random = seededRandom(seed);
	return Float64Array.from({ length: n }, () => {
		const survival = 1 - random();
		return shape === 0 ? -scale * Math.log(survival) : (scale / shape) * (survival ** -shape - 1);
	});
}
