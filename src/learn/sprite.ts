import type { Random } from './random.ts';

/** Sides of the squares that are judged, pixels: those of the memory's queries. */
export const CELL = 8;
/** What is taken for one thing that moves: a block this wide and high, pixels. */
export const BLOCK = { width: 14, height: 26 } as const;
/** Share of a cell the thing has to cover to be what the cell is judged by. */
const COVERED = 0.3;
/** Places at random of which the one that changes most is taken for a thing that moves. */
const PLACES = 8;
/** A pixel that changes by more, of 0..255, moves; less than this share of a block are noise, or a corner of something. */
const CHANGE = 15;
const CHANGED_SHARE = 0.15;
/** A pixel that differs by less from the background, of 0..255, is background; so much more, and it is the thing for certain. */
const FOREIGN = { from: 6, over: 14 } as const;
/** The ellipse that is cut out, in halves of the block, and how steeply it fades at its edge. */
const ELLIPSE = { radius: 1.05, steepness: 5 } as const;

/** A square window that is being made; what is shown in it is changed in place. */
export interface SampleWindow {
	/** Inputs, target, seen. `[inputs + 2, crop, crop]` */
	readonly frames: Uint8ClampedArray;
	/** The same square with nothing in it. `[crop, crop]` */
	readonly background: Uint8ClampedArray;
	readonly crop: number;
	readonly inputs: number;
	/** 1 where what moves is odd, .5 where that is open. `[crop/8, crop/8]` */
	readonly marks: Float32Array;
}

/** Upper left corner of a block in a square. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/** A thing that was cut out. `[BLOCK.height, BLOCK.width]` each */
export interface Sprite {
	readonly luma: Uint8ClampedArray;
	/** 0..1 */
	readonly opacity: Float32Array;
}

/** Of some blocks at random the one that changes most; null where all of them hardly do. */
export function movingBlock(
	before: Uint8ClampedArray,
	after: Uint8ClampedArray,
	crop: number,
	random: Random,
): Place | null {
	let best: Place | null = null;
	let most = CHANGED_SHARE * BLOCK.width * BLOCK.height;
	for (let trial = 0; trial < PLACES; trial++) {
		const x = random.integer(crop - BLOCK.width + 1);
		const y = random.integer(crop - BLOCK.height + 1);
		let changed = 0;
		for (let row = y; row < y + BLOCK.height; row++) {
			for (let column = x; column < x + BLOCK.width; column++) {
				if (Math.abs(after[row * crop + column]! - before[row * crop + column]!) > CHANGE) changed++;
			}
		}
		if (changed > most) [most, best] = [changed, { x, y }];
	}
	return best;
}

/** What differs from the background in an ellipse about the block, with soft edges. */
export function cutOut(
	picture: Uint8ClampedArray,
	background: Uint8ClampedArray,
	{ x, y }: Place,
	crop: number,
): Sprite {
	const { width, height } = BLOCK;
	const luma = new Uint8ClampedArray(width * height);
	const opacity = new Float32Array(width * height);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			const at = (y + row) * crop + x + column;
			const radius = Math.hypot((2 * column + 1) / width - 1, (2 * row + 1) / height - 1);
			const foreign = Math.min(
				1,
				Math.max(0, (Math.abs(picture[at]! - background[at]!) - FOREIGN.from) / FOREIGN.over),
			);
			luma[row * width + column] = picture[at]!;
			opacity[row * width + column] = foreign * Math.min(1, Math.max(0, ELLIPSE.steepness * (ELLIPSE.radius - radius)));
		}
	}
	return { luma, opacity };
}

/**
 * Lays a thing over a frame with its upper left corner at (x, y), as far as it lies inside.
 * @param covered where given, grows by the share of every cell that the thing covers `[crop/8, crop/8]`
 */
export function paste(
	frame: Uint8ClampedArray,
	{ luma, opacity }: Sprite,
	x: number,
	y: number,
	crop: number,
	covered: Float32Array | null,
): void {
	const across = crop / CELL;
	for (let row = 0; row < BLOCK.height; row++) {
		if (y + row < 0 || y + row >= crop) continue;
		for (let column = 0; column < BLOCK.width; column++) {
			if (x + column < 0 || x + column >= crop) continue;
			const at = (y + row) * crop + x + column;
			const share = opacity[row * BLOCK.width + column]!;
			frame[at] = frame[at]! + share * (luma[row * BLOCK.width + column]! - frame[at]!);
			if (covered !== null) {
				const cell = Math.floor((y + row) / CELL) * across + Math.floor((x + column) / CELL);
				covered[cell] = covered[cell]! + share / CELL ** 2;
			}
		}
	}
}

/** Marks what a thing covers as odd, and as open what it hardly covers; a mark that is there stays. */
export function mark(covered: Float32Array, marks: Float32Array): void {
	covered.forEach((share, cell) => {
		if (share > 0 && marks[cell] === 0) marks[cell] = share > COVERED ? 1 : 0.5;
	});
}

/** Marks what a thing covers as open; a mark that is there stays. */
export function markOpen(covered: Float32Array, marks: Float32Array): void {
	covered.forEach((share, cell) => {
		if (share > 0 && marks[cell] === 0) marks[cell] = 0.5;
	});
}
