import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocovariance } from '../../../src/score/autocovariance.ts';
import { seededNormal } from '../../support/random.ts';

for (const [n, lags] of [
	[1, 0],
	[7, 3],
	[64, 31],
	[1000, 400],
] as const) {
	test(`the covariances of ${n} numbers at ${lags} lags are those of the sums`, () => {
		const normal = seededNormal(n);
		const series = Float64Array.from({ length: n }, () => normal());
		const found = autocovariance(series, lags);
		assert.equal(found.length, lags + 1);
		for (let lag = 0; lag <= lags; lag++) {
			let sum = 0;
			for (let i = lag; i < n; i++) sum += series[i]! * series[i - lag]!;
			assert.ok(Math.abs(found[lag]! - sum / n) < 1e-12, `${found[lag]} at lag ${lag}: expected ${sum / n}`);
		}
	});
}
