import { autocovariance } from './autocovariance.ts';

/**
 * How many independent values a correlated series is worth, at most its length: n / (1 + 2 Σ autocorrelation), summed over
 * pairs of lags while they are positive (Geyer's initial positive sequence, Statistical Science 7, 1992).
 */
export function effectiveSize(series: Float64Array): number {
	const n = series.length;
	let mean = 0;
	for (const value of series) mean += value / n;
	const lags = Math.floor(Math.min(n / 2, LAGS_MAX));
	const covariances = autocovariance(
		series.map((value) => value - mean),
		lags,
	);
	const variance = covariances[0]!;
	// A rounding error of the mean is no variance.
	if (!(variance > 1e-24 * (1 + mean ** 2))) return n;
	let time = 1;
	for (let lag = 1; lag + 1 < lags; lag += 2) {
		const pair = (covariances[lag]! + covariances[lag + 1]!) / variance;
		if (!(pair > 0)) break;
		time += 2 * pair;
	}
	return Math.max(1, Math.min(n, n / time));
}

/** Dependence over longer than this is not looked for: it would be drift. */
const LAGS_MAX = 500;
