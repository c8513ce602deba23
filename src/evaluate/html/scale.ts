/** Straight from 0..`most` to `from`..`to`; what lies outside is put to the nearer end. */
export function scaleTo(most: number, from: number, to: number): (value: number) => number {
	return (value) => from + (to - from) * (most > 0 ? Math.min(1, Math.max(0, value / most)) : 0);
}

/** About `wanted` round numbers from 0 to `most`, steps of 1, 2 or 5 times a power of ten. */
export function ticks(most: number, wanted: number): number[] {
	if (!(most > 0)) return [0];
	const raw = most / wanted;
	const power = 10 ** Math.floor(Math.log10(raw));
	const step = power * ([1, 2, 5].find((factor) => factor * power >= raw * (1 - 1e-9)) ?? 10);
	return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) =>
		Number((index * step).toPrecision(12)),
	);
}

/** A coordinate, to a tenth. */
export function at(value: number): string {
	return String(Math.round(value * 10) / 10);
}
