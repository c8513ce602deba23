import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectorSize } from '../../../src/core/frame-size.ts';

test('detectorSize() keeps the shapes cameras have', () => {
	const cases: [number, number, number, number][] = [
		[1920, 1080, 256, 144],
		[360, 240, 240, 160],
		[768, 576, 192, 144],
		[640, 480, 192, 144],
		[1080, 1920, 144, 256],
		[1000, 1000, 192, 192],
	];
	for (const [width, height, ...expected] of cases) {
		const size = detectorSize(width / height);
		assert.deepEqual([size.width, size.height], expected, `${width}x${height}`);
	}
});

test('detectorSize() never squashes an ordinary picture by more than 4 %', () => {
	for (let aspect = 0.5; aspect <= 2.4; aspect += 0.01) {
		const { width, height } = detectorSize(aspect);
		assert.ok(width % 16 === 0 && height % 16 === 0);
		assert.ok(Math.abs(Math.log(width / height / aspect)) < 0.04, `${aspect}: ${width}x${height}`);
	}
});

test('detectorSize() refuses what is no picture', () => {
	assert.throws(() => detectorSize(Number.NaN), RangeError);
	assert.throws(() => detectorSize(0), RangeError);
});
