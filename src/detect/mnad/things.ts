import type { Size } from '../../core/frame.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import { PATCHES, patchStarts } from '../parts/patch-error.ts';
import { QUERY_STRIDE } from './network.ts';

/** What a model with a head says of a window cell by cell, row after row. */
export interface Cells extends Size {
	/** Logarithm of the odds that a cell is odd. `[K]` */
	readonly logits: Float32Array;
	/** Unit vectors. `[K, C]` */
	readonly queries: Float32Array;
	/** Of `patchSpeeds`. `[P]` */
	readonly speeds: Float32Array;
	/** 1 where the cell counts, else 0. `[K]` */
	readonly watched: Uint8Array;
}

/** A thing with the cells that it is made of. */
export interface FoundThing {
	readonly thing: OddThing;
	readonly cells: readonly number[];
}

/** Cells that are rather odd than not, and hang together by a side or a corner, are a thing. */
const ODD = 0;

/** The odd things of a window, the largest first. */
export function thingsIn(cells: Cells): readonly FoundThing[] {
	const { logits, watched } = cells;
	const open = Uint8Array.from(logits, (logit, cell) => (watched[cell] === 1 && logit >= ODD ? 1 : 0));
	const groups: number[][] = [];
	for (let cell = 0; cell < open.length; cell++) {
		if (open[cell] === 1) groups.push(take(open, cells, cell));
	}
	if (groups.length === 0) return [];
	const fastest = fastestPatches(cells);
	const usual = meanQuery(cells);
	return groups
		.toSorted((one, other) => other.length - one.length)
		.map((group) => ({ thing: describe(group, cells, fastest, usual), cells: group }));
}

/** The patches of `patchSpeeds` that touch a cell, for each patch its cells. */
export function cellsOfPatches({ width, height }: Size): readonly (readonly number[])[] {
	const spans = (cells: number) =>
		patchStarts(cells * QUERY_STRIDE, PATCHES.side, PATCHES.step).map((start) => {
			const end = Math.min(cells * QUERY_STRIDE, start + PATCHES.side) - 1;
			return { first: Math.floor(start / QUERY_STRIDE), last: Math.floor(end / QUERY_STRIDE) };
		});
	const columns = spans(width);
	return spans(height).flatMap((rows) =>
		columns.map(({ first, last }) => {
			const cells: number[] = [];
			for (let y = rows.first; y <= rows.last; y++) for (let x = first; x <= last; x++) cells.push(y * width + x);
			return cells;
		}),
	);
}

/** Each cell and the eight around it, as far as they are in the picture. */
export function* around(cell: number, { width, height }: Size): Generator<number> {
	const x = cell % width;
	const y = (cell - x) / width;
	for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
		for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) yield ny * width + nx;
	}
}

/** Closes the cells connected with `first`. */
function take(open: Uint8Array, size: Size, first: number): number[] {
	const taken: number[] = [];
	const stack = [first];
	open[first] = 0;
	for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
		taken.push(cell);
		for (const near of around(cell, size)) {
			if (open[near] === 0) continue;
			open[near] = 0;
			stack.push(near);
		}
	}
	return taken;
}

/** Of the patches that touch a cell the speed of the fastest. `[K]` */
function fastestPatches(cells: Cells): Float32Array {
	const fastest = new Float32Array(cells.logits.length);
	for (const [patch, touched] of cellsOfPatches(cells).entries()) {
		for (const cell of touched) fastest[cell] = Math.max(fastest[cell]!, cells.speeds[patch]!);
	}
	return fastest;
}

/** What most of the picture looks like, which tells nothing of a thing. `[C]` */
function meanQuery({ queries, logits }: Cells): Float32Array {
	const mean = new Float32Array(queries.length / logits.length);
	for (let index = 0; index < queries.length; index++) mean[index % mean.length]! += queries[index]! / logits.length;
	return mean;
}

function describe(group: readonly number[], cells: Cells, fastest: Float32Array, usual: Float32Array): OddThing {
	const { width, height, logits, queries } = cells;
	const length = usual.length;
	const feature = new Float32Array(length);
	let [left, top, right, bottom, oddity, speed] = [width, height, 0, 0, 0, 0];
	for (const cell of group) {
		const x = cell % width;
		const y = (cell - x) / width;
		[left, right] = [Math.min(left, x), Math.max(right, x)];
		[top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
		oddity += logits[cell]! / group.length;
		speed = Math.max(speed, fastest[cell]!);
		for (let c = 0; c < length; c++) feature[c]! += queries[cell * length + c]! - usual[c]!;
	}
	const norm = Math.hypot(...feature) || 1;
	const region = {
		x: left / width,
		y: top / height,
		width: (right - left + 1) / width,
		height: (bottom - top + 1) / height,
	};
	return { region, oddity, speed, feature: feature.map((value) => value / norm) };
}
