/**
 * The highest level that was held at each window for so many frames: the smallest value since the last window that is at least so
 * many frames ago, within its stretch; -Infinity where the stretch is not that long yet. `steps` as in `Footage`.
 */
export function sustained(statistic: Float64Array, steps: Uint32Array, frames: number): Float64Array {
	if (frames === 0) return statistic.slice();
	const held = new Float64Array(statistic.length).fill(Number.NEGATIVE_INFINITY);
	const times = new Float64Array(statistic.length);
	// Places of values that none after them is below, the smallest first.
	let places: number[] = [];
	let since = 0;
	for (let i = 0; i < statistic.length; i++) {
		if (i === 0 || steps[i] === 0) {
			places = [];
			since = i;
		} else times[i] = times[i - 1]! + steps[i]!;
		while (places.length > 0 && statistic[places.at(-1)!]! >= statistic[i]!) places.pop();
		places.push(i);
		if (times[i]! - times[since]! < frames) continue;
		while (since + 1 <= i && times[since + 1]! <= times[i]! - frames) since++;
		while (places[0]! < since) places.shift();
		held[i] = statistic[places[0]!]!;
	}
	return held;
}
