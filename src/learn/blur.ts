import type { Size } from '../core/frame.ts';

/** Mean over squares of `2 * radius + 1` pixels; outside the picture the edge goes on. `[H * W]` */
export function blurred(values: Float32Array, { width, height }: Size, radius: number): Float32Array {
	const rows = alongLines(values, height, width, width, 1, radius);
	return alongLines(rows, width, height, 1, width, radius);
}

/** Running mean along `lines` lines of `length` values that lie `step` apart. */
function alongLines(
	values: Float32Array,
	lines: number,
	length: number,
	lineStep: number,
	step: number,
	radius: number,
): Float32Array {
	const mean = new Float32Array(values.length);
	const span = 2 * radius + 1;
	for (let line = 0; line < lines; line++) {
		const start = line * lineStep;
		const value = (place: number) => values[start + Math.min(length - 1, Math.max(0, place)) * step]!;
		let sum = 0;
		for (let place = -radius; place <= radius; place++) sum += value(place);
		for (let place = 0; place < length; place++) {
			mean[start + place * step] = sum / span;
			sum += value(place + radius + 1) - value(place - radius);
		}
	}
	return mean;
}
