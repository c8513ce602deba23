import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { psnr } from '../../../../src/detect/parts/psnr.ts';
import { regularScoreCode, regularScorePaper } from '../../../../src/detect/parts/regular-score.ts';

interface GoldenScore {
	readonly shape: readonly number[];
	readonly predicted: readonly number[];
	readonly actual: readonly number[];
	readonly pointScore: number;
	readonly psnr: number;
}

const golden: { readonly scores: readonly GoldenScore[] } = JSON.parse(
	readFileSync(new URL('../../../../fixtures/golden/mnad-memory.json', import.meta.url), 'utf8'),
);

/** The file's pictures are in [-1,1]. */
function errorsOf({ predicted, actual }: GoldenScore): Float32Array {
	return Float32Array.from(actual, (value, index) => ((predicted[index]! - value) / 2) ** 2);
}

test("the code's form of the regular score and PSNR agree with the reference values", () => {
	assert.equal(golden.scores.length, 3);
	for (const score of golden.scores) {
		assert.ok(Math.abs(regularScoreCode(errorsOf(score)) - score.pointScore) < 1e-5);
		assert.ok(Math.abs(psnr(errorsOf(score)) - score.psnr) < 1e-4);
	}
});

test("the paper's form weighs un-squared errors", () => {
	// Errors 0 and 0.5: only the second has a weight.
	assert.equal(regularScorePaper(Float32Array.of(0, 0.25)), 0.5);
	const [a, b] = [0.25, 0.75];
	const [wa, wb] = [1 - Math.exp(-a), 1 - Math.exp(-b)];
	const expected = (wa * a + wb * b) / (wa + wb);
	assert.ok(Math.abs(regularScorePaper(Float32Array.of(a * a, b * b)) - expected) < 1e-7);
});

test('a perfect prediction scores 0 in both forms', () => {
	assert.equal(regularScoreCode(new Float32Array(4)), 0);
	assert.equal(regularScorePaper(new Float32Array(4)), 0);
});

test('PSNR has peak 1 and stays finite for a perfect prediction', () => {
	assert.ok(Math.abs(psnr(Float32Array.of(0.01, 0.01)) - 20) < 1e-5);
	assert.equal(psnr(new Float32Array(8)), 100);
});
