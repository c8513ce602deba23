/** What a perfect prediction gets, so that the value stays finite. */
export const PSNR_MAX = 100;

/**
 * Peak signal-to-noise ratio in dB with peak 1: 10 log10(1 / mean), of squared errors on the [0,1] scale. `share` of them is
 * counted, the others are 0.
 */
export function psnr(squaredErrors: Float32Array, share = 1): number {
	let sum = 0;
	for (let index = 0; index < squaredErrors.length; index++) sum += squaredErrors[index]!;
	return psnrOfMean(sum / squaredErrors.length / Math.max(share, Number.EPSILON));
}

/** The same from the mean squared error. */
export function psnrOfMean(meanSquaredError: number): number {
	return Math.min(PSNR_MAX, -10 * Math.log10(meanSquaredError));
}
