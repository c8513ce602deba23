import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integral, squaredErrors, sumOver } from '../../../../src/detect/parts/squared-error.ts';

test('squared errors are on the [0,1] scale', () => {
	const errors = squaredErrors(Uint8Array.of(0, 255, 100, 51), Uint8Array.of(255, 0, 100, 0));
	assert.deepEqual([...errors], [1, 1, 0, Math.fround(0.2 ** 2)]);
});

test('pictures of different sizes are not compared', () => {
	assert.throws(() => squaredErrors(new Uint8Array(3), new Uint8Array(4)), /pictures of 3 and 4 pixels/);
});

test('a rectangle summed from the table is the sum of its values', () => {
	const size = { width: 5, height: 4 };
	const values = Float32Array.from({ length: 20 }, (_, index) => index * index);
	const sums = integral(values, size);
	for (let top = 0; top <= 4; top++) {
		for (let bottom = top; bottom <= 4; bottom++) {
			for (let left = 0; left <= 5; left++) {
				for (let right = left; right <= 5; right++) {
					let expected = 0;
					for (let y = top; y < bottom; y++) {
						for (let x = left; x < right; x++) expected += values[y * 5 + x]!;
					}
					assert.equal(sumOver(sums, left, top, right, bottom), expected);
				}
			}
		}
	}
});

test('values that do not fill the picture are refused', () => {
	assert.throws(() => integral(new Float32Array(5), { width: 2, height: 3 }), /5 values as a picture of 2x3/);
});
