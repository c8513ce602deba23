/**
 * How many independent values a correlated series is worth, at most its length: n / (1 + 2 Σ autocorrelation), summed over
 * pairs of lags while they are positive (Geyer's initial positive sequence, Statistical Science 7, 1992).
 */
export function effectiveSize(series: Float64Array): number {
	const n = series.length;
	let mean = 0;
	for (const value of series) mean += value / n;
	const centred = series.map((value) => value - mean);
	const variance = covariance(centred, 0);
	if (!(variance > 0)) return n;
	let time = 1;
	for (let lag = 1; lag + 1 < Math.min(n / 2, LAGS_MAX); lag += 2) {
		const pair = (covariance(centred, lag) + covariance(centred, lag + 1)) / variance;
		if (!(pair > 0)) break;
		time += 2 * pair;
	}
	return Math.max(1, Math.min(n, n / time));
}

/** Dependence over longer than this is not looked for: it would be drift. */
const LAGS_MAX = 500;

function covariance(centred: Float64Array, lag: number): number {
	let sum = 0;
	for (let i = lag; i < centred.length; i++) sum += centred[i]! * centred[i - lag]!;
	return sum / centred.length;
}
