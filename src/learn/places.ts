import type { Size } from '../core/frame.ts';
import type { Random } from './random.ts';
import type { Clip } from './scene.ts';
import type { Scenery } from './scenery.ts';
import { cutOut, type Rect } from './surgery.ts';

/** Where in the footage an oddity is made: frames `at - frames + 1` to `at` of the clip are the window. */
export interface Place {
	readonly clip: Clip;
	readonly at: number;
	readonly frames: number;
	readonly scenery: Scenery;
}

const MOVED = 15;
/** So many pixels are something. */
const SOMETHING = 12;
const CANDIDATES = 16;
/** Nothing ever moves where things are seen in less than this share of the frames. */
const NEVER = 0.002;

/** The window at another time of the place's clip, or at its own. */
export function windowAt({ clip, frames }: Place, at: number): readonly Uint8Array[] {
	return clip.frames.slice(at - frames + 1, at + 1);
}

/** How many pixels of a rectangle changed over the last two frames before a time. */
export function movementIn({ frames, size }: Clip, at: number, rect: Rect): number {
	const [now, before] = [frames[at]!, frames[Math.max(0, at - 2)]!];
	let moved = 0;
	for (let y = rect.y; y < rect.y + rect.height; y++) {
		const line = y * size.width;
		for (let x = rect.x; x < rect.x + rect.width; x++) {
			if (Math.abs(now[line + x]! - before[line + x]!) > MOVED) moved++;
		}
	}
	return moved;
}

/** Of some places of a size the one in which most moves and least crosses its edges; null where nothing does. */
export function movingPlace(clip: Clip, at: number, side: Size, random: Random): Rect | null {
	const inner = (rect: Rect): Rect => ({
		x: rect.x + 4,
		y: rect.y + 4,
		width: rect.width - 8,
		height: rect.height - 8,
	});
	let best: { readonly rect: Rect; readonly worth: number } | null = null;
	for (let candidate = 0; candidate < CANDIDATES; candidate++) {
		const rect = somewhere(clip.size, side, random);
		const inside = movementIn(clip, at, inner(rect));
		const worth = inside - 2 * (movementIn(clip, at, rect) - inside);
		if (inside >= SOMETHING && (best === null || worth > best.worth)) best = { rect, worth };
	}
	return best?.rect ?? null;
}

/** Of some places of a size the one in which least ever moves; null where something does in all of them. */
export function stillPlace({ size, activity }: Scenery, side: Size, random: Random): Rect | null {
	let best: { readonly rect: Rect; readonly activity: number } | null = null;
	for (let candidate = 0; candidate < 4 * CANDIDATES; candidate++) {
		const rect = somewhere(size, side, random);
		let sum = 0;
		for (let y = rect.y; y < rect.y + rect.height; y++) {
			for (let x = rect.x; x < rect.x + rect.width; x++) sum += activity[y * size.width + x]!;
		}
		const mean = sum / (rect.width * rect.height);
		if (best === null || mean < best.activity) best = { rect, activity: mean };
	}
	return best !== null && best.activity < NEVER ? best.rect : null;
}

/** Another time of the place's clip, of some the one at which most moves in a rectangle; null where the clip is too short. */
export function anotherTime({ clip, at, frames }: Place, rect: Rect, random: Random): number | null {
	const first = frames - 1;
	let best: { readonly at: number; readonly moved: number } | null = null;
	for (let candidate = 0; candidate < CANDIDATES; candidate++) {
		const time = first + random.integer(clip.frames.length - first);
		if (Math.abs(time - at) < 2 * frames) continue;
		const moved = movementIn(clip, time, rect);
		if (best === null || moved > best.moved) best = { at: time, moved };
	}
	return best?.at ?? null;
}

/** Of some textures of the clip the one that differs most from what is seen at a rectangle. */
export function strikingTexture({ clip, at }: Place, rect: Rect, random: Random): Uint8Array {
	const visible = clampRect(rect, clip.size);
	const here = cutOut(clip.frames[at]!, clip.size, visible);
	const textures = Array.from({ length: 6 }, () => {
		const from = somewhere(clip.size, rect, random);
		const texture = cutOut(clip.frames[random.integer(clip.frames.length)]!, clip.size, from);
		let difference = 0;
		for (let pixel = 0; pixel < here.length; pixel++) difference += Math.abs(here[pixel]! - texture[pixel]!);
		return { texture, difference };
	});
	return textures.reduce((best, next) => (next.difference > best.difference ? next : best)).texture;
}

export function somewhere(size: Size, { width, height }: Size, random: Random): Rect {
	return { x: random.integer(size.width - width + 1), y: random.integer(size.height - height + 1), width, height };
}

/** The same rectangle, pushed into the picture. */
function clampRect({ x, y, width, height }: Rect, size: Size): Rect {
	return {
		x: Math.min(size.width - width, Math.max(0, x)),
		y: Math.min(size.height - height, Math.max(0, y)),
		width,
		height,
	};
}
