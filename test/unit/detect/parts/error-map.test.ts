import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatMap } from '../../../../src/detect/parts/error-map.ts';
import { integral } from '../../../../src/detect/parts/squared-error.ts';

test('a cell holds the mean of its pixels, and smaller cells close the picture', () => {
	// biome-ignore format: a picture
	const values = Float32Array.of(
		1, 2, 5,
		3, 6, 7,
		8, 0, 9,
	);
	const map = heatMap(integral(values, { width: 3, height: 3 }), 2);
	assert.deepEqual(map, { width: 2, height: 2, cellPixels: 2, values: Float32Array.of(3, 6, 4, 9) });
});
