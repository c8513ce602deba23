import type { Size } from '../core/frame.ts';
import { maskOf, PIXEL } from '../core/mask.ts';
import type { Polygon } from '../core/polygon.ts';

/** Blocks across and down the picture, whatever its size. */
export const COLUMNS = 16;
export const ROWS = 9;
/** A block of which a larger share is hidden is left out. */
const HIDDEN_SHARE_MAX = 0.5;
/** Fewer than that say nothing of a picture. */
const BLOCKS_MIN = 9;
/** What a hidden pixel is painted with. */
const PAINT = 128;

/** The pixels of a block: left and top included, right and bottom not. */
export interface Area {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** Where pictures of one size are looked at. */
export interface Grid {
	readonly size: Size;
	/** Row by row, without those that are hidden; none where masks leave too few. */
	readonly blocks: readonly Area[];
	/** The picture with what is hidden painted over: itself where nothing is, otherwise a copy. */
	paint(luma: Uint8Array): Uint8Array;
}

export function gridOf({ width, height }: Size, hidden: readonly Polygon[]): Grid {
	const size = { width, height };
	const mask = hidden.length === 0 ? null : maskOf({ hidden, only: null }, size);
	const all = Array.from({ length: ROWS * COLUMNS }, (_, block) => areaOf(block, size));
	if (mask === null) return { size, blocks: all, paint: (luma) => luma };
	const isHidden = (at: number) => mask.pixels[at] === PIXEL.hidden;
	const blocks = all.filter((area) => hiddenShare(area, width, isHidden) <= HIDDEN_SHARE_MAX);
	const spans = spansOf(width * height, isHidden);
	const paint = (luma: Uint8Array) => {
		const painted = luma.slice();
		for (const [from, to] of spans) painted.fill(PAINT, from, to);
		return painted;
	};
	return { size, blocks: blocks.length < BLOCKS_MIN ? [] : blocks, paint };
}

function areaOf(block: number, { width, height }: Size): Area {
	const column = block % COLUMNS;
	const row = (block - column) / COLUMNS;
	return {
		left: Math.floor((column * width) / COLUMNS),
		right: Math.floor(((column + 1) * width) / COLUMNS),
		top: Math.floor((row * height) / ROWS),
		bottom: Math.floor(((row + 1) * height) / ROWS),
	};
}

function hiddenShare({ left, right, top, bottom }: Area, width: number, isHidden: (at: number) => boolean): number {
	let hidden = 0;
	for (let row = top; row < bottom; row++) {
		for (let column = left; column < right; column++) if (isHidden(row * width + column)) hidden++;
	}
	return hidden / ((right - left) * (bottom - top));
}

/** From and to, the latter not included. */
function spansOf(length: number, holds: (at: number) => boolean): readonly (readonly [number, number])[] {
	const spans: [number, number][] = [];
	for (let at = 0; at < length; at++) {
		if (!holds(at)) continue;
		const last = spans.at(-1);
		if (last?.[1] === at) last[1] = at + 1;
		else spans.push([at, at + 1]);
	}
	return spans;
}
