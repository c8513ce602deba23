/**
 * Covariance of a centred series with itself at lags 0…`lags` (each divided by the length), by way of its power spectrum:
 * milliseconds where the sums themselves would take a second.
 */
export function autocovariance(centred: Float64Array, lags: number): Float64Array {
	const n = centred.length;
	// So much room that no lag of interest comes round to the beginning.
	const size = 2 ** Math.ceil(Math.log2(n + lags + 1));
	const real = new Float64Array(size);
	const imaginary = new Float64Array(size);
	real.set(centred);
	transform(real, imaginary);
	for (let i = 0; i < size; i++) {
		real[i] = real[i]! ** 2 + imaginary[i]! ** 2;
		imaginary[i] = 0;
	}
	// The spectrum is even, so that there and back are the same but for the factor.
	transform(real, imaginary);
	return real.slice(0, lags + 1).map((sum) => sum / size / n);
}

/** Discrete Fourier transform in place (Cooley & Tukey 1965, radix 2); the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
	const n = real.length;
	reorder(real, imaginary);
	for (let half = 1; half < n; half *= 2) {
		const cosines = new Float64Array(half);
		const sines = new Float64Array(half);
		for (let k = 0; k < half; k++) {
			cosines[k] = Math.cos((Math.PI * k) / half);
			sines[k] = -Math.sin((Math.PI * k) / half);
		}
		for (let start = 0; start < n; start += 2 * half) {
			for (let k = 0; k < half; k++) {
				const low = start + k;
				const high = low + half;
				const re = real[high]! * cosines[k]! - imaginary[high]! * sines[k]!;
				const im = real[high]! * sines[k]! + imaginary[high]! * cosines[k]!;
				real[high] = real[low]! - re;
				imaginary[high] = imaginary[low]! - im;
				real[low] = real[low]! + re;
				imaginary[low] = imaginary[low]! + im;
			}
		}
	}
}

/** Each place changes with the one whose binary digits are its own reversed. */
function reorder(real: Float64Array, imaginary: Float64Array): void {
	const n = real.length;
	let reversed = 0;
	for (let i = 1; i < n; i++) {
		let bit = n >> 1;
		for (; reversed & bit; bit >>= 1) reversed ^= bit;
		reversed |= bit;
		if (i >= reversed) continue;
		[real[i], real[reversed]] = [real[reversed]!, real[i]!];
		[imaginary[i], imaginary[reversed]] = [imaginary[reversed]!, imaginary[i]!];
	}
}
