import type { Size } from '../../core/frame.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import { FASTEST, LOGIT_MIN, ODDEST } from './channels.ts';
import { around, type Cells, cellsOfPatches, type FoundThing } from './things.ts';

/** What is left of a window when what a person called a false alarm is taken out. */
export interface Forgiven {
	/** 1 where a cell was taken out. `[K]` */
	readonly out: Uint8Array;
	/** The things that are left. */
	readonly things: readonly FoundThing[];
	/** The channels of the cells and patches that are left. */
	readonly oddity: number;
	readonly motion: number;
}

/** A thing may be so many cells from where it was, both ways. */
const NEAR_CELLS = 1.5;
/** Its sides may differ by this share of the longer one, or by a cell. */
const SIDE_SHARE = 1 / 3;
/** Cosine of what it looked like and what it looks like. */
const LIKENESS = 0.99;
/** It may be so much more odd than it was, as a logarithm of odds, */
const ODDER = 2;
/** and so much faster: this many times, and these pixels a frame. */
const FASTER = 1.25;
const FASTER_PIXELS = 0.2;

/**
 * Takes the known things out of a window, each with the cells around it: all others score as before. A thing is known when
 * it looks like one that was seen near that place, is about as large, and neither much more odd nor much faster. null where
 * none is known.
 */
export function forgive(found: readonly FoundThing[], known: readonly OddThing[], cells: Cells): Forgiven | null {
	const isKnown = ({ thing }: FoundThing) => known.some((other) => isLike(thing, other, cells));
	const things = found.filter((one) => !isKnown(one));
	if (things.length === found.length) return null;
	const out = new Uint8Array(cells.logits.length);
	for (const one of found) {
		if (things.includes(one)) continue;
		for (const cell of one.cells) for (const near of around(cell, cells)) out[near] = 1;
	}
	return { out, things, oddity: oddityOf(cells, out), motion: motionOf(cells, out) };
}

export function isLike(thing: OddThing, known: OddThing, { width, height }: Size): boolean {
	const [a, b] = [thing.region, known.region];
	return (
		Math.abs(a.x + a.width / 2 - b.x - b.width / 2) * width <= NEAR_CELLS &&
		Math.abs(a.y + a.height / 2 - b.y - b.height / 2) * height <= NEAR_CELLS &&
		isAsLong(a.width * width, b.width * width) &&
		isAsLong(a.height * height, b.height * height) &&
		thing.oddity <= known.oddity + ODDER &&
		thing.speed <= known.speed * FASTER + FASTER_PIXELS &&
		cosine(thing.feature, known.feature) >= LIKENESS
	);
}

function isAsLong(one: number, other: number): boolean {
	return Math.abs(one - other) <= Math.max(1, SIDE_SHARE * Math.max(one, other)) + 1e-6;
}

/** Of unit vectors; -1 where they are not of one length. */
function cosine(one: Float32Array, other: Float32Array): number {
	if (one.length !== other.length) return -1;
	let sum = 0;
	for (let c = 0; c < one.length; c++) sum += one[c]! * other[c]!;
	return sum;
}

/** As `oddityChannel`, of what is watched and not taken out. */
function oddityOf(cells: Cells, out: Uint8Array): number {
	const { logits, watched } = cells;
	const counts = (cell: number) => watched[cell] === 1 && out[cell] === 0;
	const means: number[] = [];
	for (let cell = 0; cell < logits.length; cell++) {
		if (!counts(cell)) continue;
		let sum = 0;
		let near = 0;
		for (const other of around(cell, cells)) {
			if (!counts(other)) continue;
			sum += logits[other]!;
			near++;
		}
		means.push(sum / near);
	}
	return meanOfHighest(means, ODDEST) ?? LOGIT_MIN;
}

/** As `motionChannel`, of the patches that touch nothing that was taken out. */
function motionOf(cells: Cells, out: Uint8Array): number {
	const patches = cellsOfPatches(cells);
	const left = cells.speeds.filter((_, patch) => patches[patch]!.every((cell) => out[cell] === 0));
	return meanOfHighest([...left], FASTEST) ?? 0;
}

function meanOfHighest(values: readonly number[], count: number): number | null {
	const highest = values.toSorted((a, b) => b - a).slice(0, count);
	return highest.length === 0 ? null : highest.reduce((sum, value) => sum + value, 0) / highest.length;
}
