/**
 * MNAD's regular score as its authors computed it: with e the squared error of every pixel and colour channel on the
 * [0,1] scale and W = 1 - exp(-e), the score is sum(W e) / sum(W). For small e that is sum(e²) / sum(e): the largest
 * errors decide, and their area hardly counts. 0 for a perfect prediction.
 * Park, Noh, Ham, "Learning Memory-guided Normality for Anomaly Detection", CVPR 2020.
 */
export function regularScoreCode(squaredErrors: Float32Array): number {
	return weightedMean(squaredErrors, (squared) => squared);
}

/**
 * MNAD's regular score as the paper writes it (equations 9 and 10): the same mean with the un-squared norm of each
 * pixel's error (over its colour channels) in place of e. A scale of its own: a threshold for one form means nothing in
 * the other.
 * @param squaredErrors per pixel, summed over its colour channels, on the [0,1] scale
 */
export function regularScorePaper(squaredErrors: Float32Array): number {
	return weightedMean(squaredErrors, Math.sqrt);
}

function weightedMean(squaredErrors: Float32Array, errorOf: (squared: number) => number): number {
	let weights = 0;
	let weighted = 0;
	for (let index = 0; index < squaredErrors.length; index++) {
		const error = errorOf(squaredErrors[index]!);
		const weight = -Math.expm1(-error);
		weights += weight;
		weighted += weight * error;
	}
	return weights === 0 ? 0 : weighted / weights;
}
