import type { Size } from '../core/frame.ts';

/** Sums along the picture's columns and rows, from their mean. */
export interface Profiles {
	readonly across: Float32Array;
	readonly down: Float32Array;
}

/** A turn in pixels, and which share of the difference of the pictures' profiles it explains, 0..1. */
export interface Shift {
	readonly right: number;
	readonly down: number;
	readonly explained: number;
}

/** Furthest turn between two pictures, as a share of the side. */
const REACH = 0.16;

export function profiles(luma: Uint8Array, { width, height }: Size): Profiles {
	const across = new Float32Array(width);
	const down = new Float32Array(height);
	for (let row = 0; row < height; row++) {
		let sum = 0;
		for (let column = 0, at = row * width; column < width; column++, at++) {
			const level = luma[at]!;
			across[column]! += level;
			sum += level;
		}
		down[row] = sum / width;
	}
	for (let column = 0; column < width; column++) across[column]! /= height;
	return { across: centred(across), down: centred(down) };
}

/** The turn after which the second picture's profiles are most alike to the first's. */
export function shiftBetween(one: Profiles, other: Profiles): Shift {
	const across = bestShift(one.across, other.across);
	const down = bestShift(one.down, other.down);
	const before = across.still + down.still;
	return {
		right: across.shift,
		down: down.shift,
		explained: before === 0 ? 0 : 1 - (across.best + down.best) / before,
	};
}

function bestShift(one: Float32Array, other: Float32Array): { shift: number; best: number; still: number } {
	const reach = Math.floor(REACH * one.length);
	const still = apart(one, other, 0);
	let [shift, best] = [0, still];
	for (let tried = -reach; tried <= reach; tried++) {
		const found = apart(one, other, tried);
		if (found < best) [shift, best] = [tried, found];
	}
	return { shift, best, still };
}

/** Mean size of the difference where both are seen. */
function apart(one: Float32Array, other: Float32Array, shift: number): number {
	const [from, to] = [Math.max(0, -shift), Math.min(one.length, one.length - shift)];
	let sum = 0;
	for (let at = from; at < to; at++) {
		const difference = one[at + shift]! - other[at]!;
		sum += difference < 0 ? -difference : difference;
	}
	return sum / (to - from);
}

function centred(values: Float32Array): Float32Array {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return values.map((value) => value - mean);
}
