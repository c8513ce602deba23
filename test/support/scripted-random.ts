import assert from 'node:assert/strict';
import type { Random } from '../../src/learn/random.ts';

/** Gives these numbers one after the other, and fails when it is asked for more. Normal numbers are 0. */
export function scriptedRandom({
	uniforms = [],
	integers = [],
}: {
	uniforms?: readonly number[];
	integers?: readonly number[];
}): Random & { readonly isUsedUp: () => boolean } {
	const left = { uniforms: [...uniforms], integers: [...integers] };
	return {
		uniform: () => left.uniforms.shift() ?? assert.fail('more even numbers were asked for'),
		integer: (below) => {
			const value = left.integers.shift() ?? assert.fail('more whole numbers were asked for');
			assert.ok(value < below, `${value} was to be given, one below ${below} was asked for`);
			return value;
		},
		normal: () => 0,
		isUsedUp: () => left.uniforms.length + left.integers.length === 0,
	};
}
