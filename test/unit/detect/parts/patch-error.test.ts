import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstPatchError } from '../../../../src/detect/parts/patch-error.ts';
import { integral } from '../../../../src/detect/parts/squared-error.ts';

const ONE_WORST = { side: 2, step: 1, worst: 1 };

test('the worst of all patches one pixel apart is the largest local mean', () => {
	// biome-ignore format: a picture
	const values = Float32Array.of(
		0, 0, 0, 0,
		0, 0, 4, 0,
		0, 0, 8, 8,
	);
	const sums = integral(values, { width: 4, height: 3 });
	assert.equal(worstPatchError(sums, ONE_WORST), 20 / 4);
	// The patches that begin at columns 1 and 2 of the lower row hold 12 and 20.
	assert.equal(worstPatchError(sums, { ...ONE_WORST, worst: 2 }), 16 / 4);
});

test('patches reach both edges of the picture', () => {
	const size = { width: 20, height: 18 };
	for (const corner of [0, 19, 17 * 20, 17 * 20 + 19]) {
		const values = new Float32Array(size.width * size.height);
		values[corner] = 289;
		assert.equal(worstPatchError(integral(values, size), { side: 17, step: 8, worst: 1 }), 1);
	}
});

test('where there are fewer patches than wanted all of them count', () => {
	const size = { width: 25, height: 17 };
	const values = new Float32Array(size.width * size.height);
	values[0] = 289;
	// Two patches, one of which holds the error.
	assert.equal(worstPatchError(integral(values, size), { side: 17, step: 8, worst: 20 }), 0.5);
});

test('a picture smaller than a patch is one patch', () => {
	const values = Float32Array.of(1, 2, 3, 6);
	assert.equal(worstPatchError(integral(values, { width: 2, height: 2 }), { side: 17, step: 8, worst: 20 }), 3);
});

test('a perfect prediction has no patch error, however large the errors elsewhere were', () => {
	const size = { width: 64, height: 64 };
	const values = new Float32Array(64 * 64);
	values.fill(1, 0, 64 * 20);
	assert.ok(worstPatchError(integral(values, size), { side: 17, step: 8, worst: 1000 }) >= 0);
	assert.equal(worstPatchError(integral(new Float32Array(64 * 64), size)), 0);
});
