/** Pearson's, of as many values each; 0 where one of them is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
	const [meanA, meanB] = [meanOf(a), meanOf(b)];
	let [ab, aa, bb] = [0, 0, 0];
	for (let at = 0; at < a.length; at++) {
		const [x, y] = [a[at]! - meanA, b[at]! - meanB];
		ab += x * y;
		aa += x * x;
		bb += y * y;
	}
	return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

function meanOf(values: ArrayLike<number>): number {
	let sum = 0;
	for (let at = 0; at < values.length; at++) sum += values[at]!;
	return sum / values.length;
}
