import assert from 'node:assert/strict';

/** Every number within `tolerance` of the expected one: absolute, or relative where that is larger than 1. */
export function assertClose(
	actual: ArrayLike<number>,
	expected: ArrayLike<number>,
	tolerance: number,
	what = '',
): void {
	assert.equal(actual.length, expected.length, what);
	let worst = 0;
	let at = 0;
	for (let index = 0; index < expected.length; index++) {
		const difference = Math.abs(actual[index]! - expected[index]!) / Math.max(1, Math.abs(expected[index]!));
		// Written so that a NaN counts.
		if (!(difference <= worst)) [worst, at] = [difference, index];
	}
	assert.ok(worst <= tolerance, `${what} ${actual[at]} at ${at}, expected ${expected[at]} to ${tolerance}`);
}

/** The same in shares of the expected number. */
export function assertNear(actual: number, expected: number, share: number, what = ''): void {
	const off = Math.abs(actual - expected);
	assert.ok(off <= share * Math.abs(expected), `${what} ${actual}, expected ${expected} to ${100 * share} %`);
}
