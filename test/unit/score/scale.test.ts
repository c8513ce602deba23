import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainOf, toDomain } from '../../../src/score/domain.ts';
import { fitScale, scaleInverse, scaleSurprise } from '../../../src/score/scale.ts';
import { seededNormal, seededRandom } from '../../support/random.ts';

test('the surprise of an exponential sample is that of the law, within and beyond the data', () => {
	const random = seededRandom(1);
	const sample = Float64Array.from({ length: 20_000 }, () => -Math.log(1 - random()));
	const scale = fitScale({ sample, independence: 1, scaleMin: 0.01 });
	for (const [surprise, tolerance] of [
		[0.1, 0.01],
		[0.5, 0.02],
		[1, 0.03],
		[2, 0.1],
		[3, 0.25],
		[5, 0.9],
	] as const) {
		const x = surprise * Math.LN10;
		assert.ok(Math.abs(scaleSurprise(scale, x) - surprise) < tolerance, `${scaleSurprise(scale, x)} for ${surprise}`);
	}
});

const samples: Record<string, Float64Array> = {
	'normal numbers': Float64Array.from({ length: 500 }, seededNormal(2)),
	'numbers half of which are one': Float64Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? -3 : (i * 37) % 101)),
	'numbers nearly all of which are one': Float64Array.from({ length: 500 }, (_, i) => (i % 20 > 0 ? -3 : i)),
	'one number again and again': new Float64Array(200).fill(4),
	'two numbers': Float64Array.from({ length: 200 }, (_, i) => i % 2),
};
for (const [what, sample] of Object.entries(samples)) {
	test(`on ${what} the map rises strictly far beyond both ends and its inverse undoes it`, () => {
		const scale = fitScale({ sample, independence: 1, scaleMin: 0.01 });
		let before = 0;
		for (let x = -600; x < 900; x += 0.731) {
			const surprise = scaleSurprise(scale, x);
			assert.ok(surprise > before && Number.isFinite(surprise), `at ${x}: ${before} → ${surprise}`);
			before = surprise;
			if (x > scale.knots[0]![0]) assert.ok(Math.abs(scaleInverse(scale, surprise) - x) < 1e-6, `inverse at ${x}`);
		}
	});
}

test('a value that a twentieth of the sample exceeds is not more surprising than that', () => {
	const scale = fitScale({ sample: samples['numbers nearly all of which are one']!, independence: 1, scaleMin: 0.01 });
	assert.ok(scaleSurprise(scale, -3) < 0.01);
	const rare = scaleSurprise(scale, 20);
	assert.ok(rare > 1.2 && rare < 1.5, `${rare}`);
});

test('channels that spread over powers of ten are taken as logarithms, with a place for zero', () => {
	const domain = domainOf('motion', [0, 0, 0, 2, 4, 8]);
	assert.deepEqual(domain, { kind: 'log', floor: 0.004 });
	assert.equal(toDomain(domain, 2), Math.log(2));
	const near = [-0.1, 0, 0.001, 0.004, 0.0041, 1].map((raw) => toDomain(domain, raw));
	assert.deepEqual(
		near.toSorted((a, b) => a - b),
		near,
	);
	assert.equal(toDomain(domain, 0), Math.log(0.004) - 1);
	assert.deepEqual(domainOf('psnr', [-30, -31]), { kind: 'linear' });
	assert.ok(Number.isFinite(toDomain(domainOf('patch', [0, 0]), 0)));
});
