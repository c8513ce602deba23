import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles, shiftBetween } from '../../../src/inspect/shift.ts';
import { DRAWN, normal } from '../../support/drawn-camera.ts';

test('a turn is found to the pixel, and explains the difference', () => {
	for (const turned of [-9, 3, 14]) {
		const [one, other] = [0, turned].map((pixels) => profiles(normal(5, { turned: pixels, walkers: 0 }), DRAWN));
		const shift = shiftBetween(one!, other!);
		assert.deepEqual([shift.right, shift.down], [turned, 0]);
		assert.ok(shift.explained > 0.7, String(shift.explained));
	}
});

test('people who walk turn nothing, and nothing explains a cut', () => {
	const [one, later, elsewhere] = [normal(5), normal(5.2), normal(5.2, { place: 8 })].map((luma) =>
		profiles(luma, DRAWN),
	);
	const walked = shiftBetween(one!, later!);
	assert.ok(walked.explained < 0.4, String(walked.explained));
	assert.ok(shiftBetween(one!, elsewhere!).explained < 0.4);
});
