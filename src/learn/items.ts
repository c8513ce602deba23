import type { Random } from './random.ts';

/** An item with less than this share of an even share of the queries is given a new place. */
const DEAD_SHARE = 0.1;

/** Random unit items in all directions: uniform positive ones, as published, begin as near neighbours. `[M, C]` */
export function startMemory([m, c]: readonly number[], random: Random): Float32Array {
	const items = Float32Array.from({ length: m! * c! }, () => random.normal());
	for (let item = 0; item < m!; item++) {
		const row = items.subarray(item * c!, (item + 1) * c!);
		const length = Math.hypot(...row);
		row.forEach((value, index) => {
			row[index] = value / length;
		});
	}
	return items;
}

/**
 * Puts each item that hardly any query is nearest to where a query of this batch is. Changes `items` `[M, C]` and `usage`
 * `[M]` in place; `queries` `[K, C]`.
 */
export function reviveItems(items: Float32Array, usage: Float32Array, queries: Float32Array, random: Random): void {
	const m = usage.length;
	const c = items.length / m;
	for (let item = 0; item < m; item++) {
		if (usage[item]! >= DEAD_SHARE / m) continue;
		const place = random.integer(queries.length / c) * c;
		items.set(queries.subarray(place, place + c), item * c);
		usage[item] = 1 / m;
	}
}
