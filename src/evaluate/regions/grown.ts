import type { Size } from '../../core/frame.ts';

/** 1 where something is set at most `reach` columns and rows away. */
export function grown(isSet: Uint8Array, { width, height }: Size, reach: number): Uint8Array {
	if (reach === 0) return isSet;
	const rows = new Uint8Array(isSet.length);
	for (let y = 0; y < height; y++) spread(isSet, rows, y * width, 1, width, reach);
	const both = new Uint8Array(isSet.length);
	for (let x = 0; x < width; x++) spread(rows, both, x, width, height, reach);
	return both;
}

/** Along one line of `count` cells, `step` apart. */
function spread(from: Uint8Array, to: Uint8Array, first: number, step: number, count: number, reach: number): void {
	let until = -1;
	for (let place = 0; place < count; place++) {
		if (from[first + place * step] === 0) continue;
		const last = Math.min(count - 1, place + reach);
		for (let near = Math.max(until + 1, place - reach); near <= last; near++) to[first + near * step] = 1;
		until = last;
	}
}
