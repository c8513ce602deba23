import type { Size } from '../core/frame.ts';
import { anotherTime, movingPlace, type Place, somewhere, stillPlace, strikingTexture, windowAt } from './places.ts';
import type { Random } from './random.ts';
import { cutOut, ellipse, larger, type Operated, operate, type Patch, presenceIn, type Rect } from './surgery.ts';

/**
 * What is put into normal windows, to see whether a model tells it:
 * `fast-forward` the whole picture at two to four times its speed; `skipped` the same of the inputs alone, the target is the
 * next frame at normal speed; `sped-up` what moves at a place, two or three times as fast; `pasted-fast` and `pasted-large` an ellipse of another place's texture that crosses the picture;
 * `reversed` what moves at a place, backwards; `left-object` something that stands where nothing stood, in all frames;
 * `elsewhere` what moves at one place, where nothing ever moves.
 */
export const EXAM_ODDITIES = [
	'fast-forward',
	'skipped',
	'sped-up',
	'pasted-fast',
	'pasted-large',
	'reversed',
	'left-object',
	'elsewhere',
] as const;
export type ExamOddity = (typeof EXAM_ODDITIES)[number];

export interface MadeOddity {
	readonly odd: Operated;
	/**
	 * A window that is normal and went through the same: the same place with what it shows at another time at its own speed,
	 * cut out in the same way. A model that notices the cut and not the oddity finds both alike.
	 */
	readonly control: Operated;
	/** How many times as fast as it was recorded; -1 is backwards. null where nothing recorded is played otherwise. */
	readonly timesAsFast: number | null;
	/** How fast a thing crosses the picture; null where none does. */
	readonly pixelsPerFrame: number | null;
}

const STRIDE_MAX = 4;
/** Sides of what is pasted and replaced in a picture of about 240x160, the detectors' size; smaller in smaller pictures. */
const REGION = { width: 48, height: 56 } as const;
const FAST = { size: { width: 14, height: 26 }, times: [3, 5] } as const;
const LARGE = { size: { width: 34, height: 22 }, times: [2, 3.5] } as const;
/** Differences that make an oddity one: this many pixels by this much in one of the frames. */
const VISIBLE = { pixels: 16, luma: 12 } as const;

/** A window may be made into an oddity from this place of its clip on. */
export function firstPlace(frames: number): number {
	return (frames - 1) * STRIDE_MAX;
}

/**
 * Makes an oddity and its control of the window at a place (`at` not below `firstPlace`). The same place and random numbers
 * give the same pictures on every machine. null where the footage does not lend itself: nothing moves, nothing is still,
 * the clip is too short, or nobody would see it.
 */
export function makeOddity(kind: ExamOddity, place: Place, random: Random): MadeOddity | null {
	const made = make(kind, place, random);
	return made !== null && isVisible(made.odd, windowAt(place, place.at)) ? made : null;
}

function make(kind: ExamOddity, place: Place, random: Random): MadeOddity | null {
	switch (kind) {
		case 'fast-forward':
			return hurried(place, random, 'whole');
		case 'skipped':
			return hurried(place, random, 'inputs');
		case 'sped-up': {
			const times = 2 + random.integer(2);
			return replayed(place, random, (back) => back * times, times);
		}
		case 'reversed':
			return replayed(place, random, (back) => place.frames - 1 - back, -1);
		case 'pasted-fast':
			return crossing(place, random, FAST);
		case 'pasted-large':
			return crossing(place, random, LARGE);
		case 'left-object':
			return leftObject(place, random);
		case 'elsewhere':
			return elsewhere(place, random);
		default:
			return kind satisfies never;
	}
}

/** The whole picture is touched, so that there is no cut to notice: its control is the clip as it is at another time. */
function hurried(place: Place, random: Random, part: 'whole' | 'inputs'): MadeOddity | null {
	const { clip, at, frames } = place;
	const stride = 2 + random.integer(STRIDE_MAX - 1);
	const whole = { x: 0, y: 0, ...clip.size };
	const other = anotherTime(place, whole, random);
	if (other === null) return null;
	const last = part === 'whole' ? stride : 1;
	const inputs = Array.from(
		{ length: frames - 1 },
		(_, index) => clip.frames[at - last - (frames - 2 - index) * stride]!,
	);
	return {
		odd: { frames: [...inputs, clip.frames[at]!], mask: new Uint8Array(whole.width * whole.height).fill(255) },
		control: { frames: windowAt(place, other), mask: new Uint8Array(whole.width * whole.height) },
		timesAsFast: stride,
		pixelsPerFrame: null,
	};
}

/** What moves at a place comes from other times: `timeOf` says how far before the target, for `back` frames before it. */
function replayed(
	place: Place,
	random: Random,
	timeOf: (back: number) => number,
	timesAsFast: number,
): MadeOddity | null {
	const { clip, at, frames } = place;
	const rect = movingPlace(clip, at, within(REGION, clip.size), random);
	const other = rect === null ? null : anotherTime(place, rect, random);
	if (rect === null || other === null) return null;
	const donors = Array.from({ length: frames }, (_, index) => clip.frames[at - timeOf(frames - 1 - index)]!);
	return {
		odd: replaced(place, rect, donors),
		control: replaced(place, rect, windowAt(place, other)),
		timesAsFast,
		pixelsPerFrame: null,
	};
}

/** What was there goes, and what the donors show comes; where neither has anything the window stays as it is. */
function replaced(place: Place, rect: Rect, donors: readonly Uint8Array[]): Operated {
	const { size } = place.clip;
	const background = place.scenery.background(place.clip);
	const window = windowAt(place, place.at);
	const patches = window.map((frame, index): Patch => {
		const donor = donors[index]!;
		const alpha = larger(presenceIn(frame, background, size, rect), presenceIn(donor, background, size, rect));
		return { ...rect, luma: cutOut(donor, size, rect), alpha };
	});
	return operate(window, size, patches);
}

/** Faster than what moves here usually does. */
function crossing(
	place: Place,
	random: Random,
	{ size: wanted, times: [least, most] }: { readonly size: Size; readonly times: readonly [number, number] },
): MadeOddity | null {
	const { clip, at, frames, scenery } = place;
	const side = within(wanted, clip.size);
	const end = somewhere(clip.size, side, random);
	const other = anotherTime(place, end, random);
	if (other === null) return null;
	const speed = scenery.usualSpeed * (least + (most - least) * random.uniform());
	const [dx, dy] = headingInto(end, speed * (frames - 1), clip.size, random);
	const alpha = ellipse(side);
	const luma = strikingTexture(place, end, random);
	const window = windowAt(place, at);
	const path = window.map((_, index): Patch => {
		const back = frames - 1 - index;
		return { ...end, x: Math.round(end.x - dx * speed * back), y: Math.round(end.y - dy * speed * back), luma, alpha };
	});
	return {
		odd: operate(window, clip.size, path),
		control: covered(place, end, windowAt(place, other)),
		timesAsFast: null,
		pixelsPerFrame: speed,
	};
}

/** A direction whose way to `end` began in the picture where there is one, else across. */
function headingInto(end: Rect, way: number, size: Size, random: Random): readonly [dx: number, dy: number] {
	for (let trial = 0; trial < 12; trial++) {
		const angle = 2 * Math.PI * random.uniform();
		const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
		const [x, y] = [end.x - dx * way, end.y - dy * way];
		if (x >= 0 && y >= 0 && x + end.width <= size.width && y + end.height <= size.height) return [dx, dy];
	}
	return [end.x + end.width / 2 > size.width / 2 ? 1 : -1, 0];
}

/** A soft ellipse in which the same place is seen at another time. */
function covered(place: Place, rect: Rect, donors: readonly Uint8Array[]): Operated {
	const { size } = place.clip;
	const alpha = ellipse(rect);
	const window = windowAt(place, place.at);
	return operate(
		window,
		size,
		window.map((_, index) => ({ ...rect, luma: cutOut(donors[index]!, size, rect), alpha })),
	);
}

/** It stands still and has the camera's own noise, which a picture pasted five times would lack. */
function leftObject(place: Place, random: Random): MadeOddity | null {
	const { clip, at } = place;
	const { size } = clip;
	const side = within({ width: 12 + random.integer(8), height: 14 + random.integer(12) }, size);
	const rect = somewhere(size, side, random);
	const other = anotherTime(place, rect, random);
	if (other === null) return null;
	const window = windowAt(place, at);
	const parts = window.map((frame) => cutOut(frame, size, rect));
	const standing = (thing: Uint8Array): Operated => {
		const alpha = ellipse(rect);
		const patches = parts.map((part): Patch => {
			const luma = Float32Array.from(part, (value, pixel) => {
				const mean = parts.reduce((sum, one) => sum + one[pixel]!, 0) / parts.length;
				// Only the noise: what moves behind it is hidden.
				return thing[pixel]! + Math.max(-6, Math.min(6, value - mean));
			});
			return { ...rect, luma, alpha };
		});
		return operate(window, size, patches);
	};
	return {
		odd: standing(strikingTexture(place, rect, random)),
		control: standing(cutOut(clip.frames[other]!, size, rect)),
		timesAsFast: null,
		pixelsPerFrame: 0,
	};
}

/** Its control is the same, where it came from. */
function elsewhere(place: Place, random: Random): MadeOddity | null {
	const { clip, at, scenery } = place;
	const whole = { x: 0, y: 0, ...clip.size };
	const time = anotherTime(place, whole, random);
	const region = time === null ? null : movingPlace(clip, time, within(REGION, clip.size), random);
	if (time === null || region === null) return null;
	const donors = windowAt(place, time);
	const background = scenery.background(clip);
	const cut = boundsOf(
		donors.map((donor) => presenceIn(donor, background, clip.size, region, 'tight')).reduce(larger),
		region,
	);
	const target = cut === null ? null : stillPlace(scenery, cut, random);
	if (cut === null || target === null) return null;
	const patches = donors.map(
		(donor): Patch => ({
			...cut,
			luma: cutOut(donor, clip.size, cut),
			alpha: presenceIn(donor, background, clip.size, cut, 'tight'),
		}),
	);
	const window = windowAt(place, at);
	return {
		odd: operate(
			window,
			clip.size,
			patches.map((patch) => ({ ...patch, x: target.x, y: target.y })),
		),
		control: operate(window, clip.size, patches),
		timesAsFast: null,
		pixelsPerFrame: null,
	};
}

/** Around what is plainly there, with room for the soft edge; null where nothing is. */
function boundsOf(presence: Float32Array, rect: Rect): Rect | null {
	const room = 6;
	let [left, top, right, bottom] = [rect.width, rect.height, -1, -1];
	presence.forEach((value, pixel) => {
		if (value < 0.5) return;
		const [x, y] = [pixel % rect.width, Math.floor(pixel / rect.width)];
		[left, right] = [Math.min(left, x), Math.max(right, x)];
		[top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
	});
	if (right < 0) return null;
	const [x, y] = [Math.max(0, left - room), Math.max(0, top - room)];
	const width = Math.min(rect.width - 1, right + room) - x + 1;
	const height = Math.min(rect.height - 1, bottom + room) - y + 1;
	return { x: rect.x + x, y: rect.y + y, width, height };
}

function within({ width, height }: Size, picture: Size): Size {
	return {
		width: Math.min(width, Math.floor(picture.width / 3)),
		height: Math.min(height, Math.floor(picture.height / 3)),
	};
}

function isVisible({ frames }: Operated, window: readonly Uint8Array[]): boolean {
	return frames.some((odd, index) => {
		const plain = window[index]!;
		let pixels = 0;
		for (let pixel = 0; pixel < odd.length; pixel++) {
			if (Math.abs(odd[pixel]! - plain[pixel]!) > VISIBLE.luma) pixels++;
		}
		return pixels >= VISIBLE.pixels;
	});
}
