import type { Size } from '../core/frame.ts';
import { backgroundOf } from './background.ts';
import type { Corner } from './cut.ts';
import { CELL } from './sprite.ts';

/** A recording of what is normal: consecutive frames of one size. */
export interface Clip {
	readonly name: string;
	readonly size: Size;
	/** Luma 0..255, `height * width` each. */
	readonly frames: readonly Uint8Array[];
	/** By frame 1 for cells that may not be normal, null for a frame with none; unset where all is believed. `[height/8, width/8]` */
	readonly doubted?: readonly (Uint8Array | null)[];
}

/** A pixel that changed by more between two frames, of 0..255, moved. */
const NOISE = 20;
/** A cell moves in which so many pixels of every other row do. */
const PIXELS = 3;
/** A cell that moves in more than this share of the time is one where things move. */
const BUSY = 0.002;

/** A clip with what stands still in it. */
export interface Scene extends Clip {
	/** Median of frames all over the clip. */
	readonly background: Uint8Array;
	/** Share of the time in which a cell moves, from every other frame to the next but one. `[height/8, width/8]` */
	readonly busy: Float32Array;
}

export function sceneOf(clip: Clip): Scene {
	return { ...clip, background: backgroundOf(clip.frames), busy: busyOf(clip) };
}

/** Scenes of one camera: what moves in one of them moves in all, as long as it does of the time of all. */
export function scenesOfCamera(clips: readonly Clip[]): Scene[] {
	const scenes = clips.map(sceneOf);
	const total = scenes.reduce((sum, { frames }) => sum + frames.length, 0);
	const busy = scenes[0]!.busy.map(
		(_, cell) => scenes.reduce((sum, scene) => sum + scene.busy[cell]! * scene.frames.length, 0) / total,
	);
	return scenes.map((scene) => ({ ...scene, busy }));
}

function busyOf({ frames, size: { width, height } }: Clip): Float32Array {
	const across = width / CELL;
	const busy = new Float32Array((across * height) / CELL);
	let looks = 0;
	for (let t = 2; t < frames.length; t += 2) {
		const [before, after] = [frames[t - 2]!, frames[t]!];
		looks++;
		for (let cell = 0; cell < busy.length; cell++) {
			const start = Math.floor(cell / across) * CELL * width + (cell % across) * CELL;
			let changed = 0;
			for (let row = 0; row < CELL; row += 2) {
				for (let column = 0; column < CELL; column++) {
					const at = start + row * width + column;
					const difference = after[at]! - before[at]!;
					if (difference > NOISE || difference < -NOISE) changed++;
				}
			}
			if (changed >= PIXELS) busy[cell]!++;
		}
	}
	return busy.map((count) => count / Math.max(looks, 1));
}

/** 1 where things move in this scene, 0 where nothing ever does, for the cells of a square. `[crop/8, crop/8]` */
export function busyAt({ busy, size }: Scene, corner: Corner, crop: number, mirrored: boolean): Float32Array {
	return highestAt(busy, size, corner, crop, mirrored).map((most) => (most > BUSY ? 1 : 0));
}

/** Of cells of a picture `[height/8, width/8]` the highest that each cell of a square touches. `[crop/8, crop/8]` */
export function highestAt(
	cells: Float32Array | Uint8Array,
	{ width, height }: Size,
	{ x, y }: Corner,
	crop: number,
	mirrored: boolean,
): Float32Array {
	const across = crop / CELL;
	const [w, h] = [width / CELL, height / CELL];
	return Float32Array.from({ length: across * across }, (_, cell) => {
		const along = mirrored ? across - 1 - (cell % across) : cell % across;
		const [column, row] = [Math.floor(x / CELL) + along, Math.floor(y / CELL) + Math.floor(cell / across)];
		// The cells of a square need not be those of the picture: each touches or borders on four.
		return Math.max(
			...[0, 1, 2, 3].map((n) => cells[Math.min(row + (n >> 1), h - 1) * w + Math.min(column + (n & 1), w - 1)]!),
		);
	});
}
