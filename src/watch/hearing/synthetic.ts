import type { Size } from '../../core/frame.ts';
import { type Mask, PIXEL } from '../../core/mask.ts';
import { type Random, seededRandom } from '../../learn/random.ts';
import { cutOut, ellipse, operate, type Patch, type Rect } from '../../learn/surgery.ts';

/** Sides in pixels of a picture of about 256x144, speeds in pixels a second: faster than anybody walks. */
const KINDS = {
	runner: { width: 12, height: 26, speed: 40 },
	vehicle: { width: 36, height: 22, speed: 36 },
	thrown: { width: 11, height: 11, speed: 56 },
} as const;
export type SyntheticKind = keyof typeof KINDS;
/** Of each kind, at places and in directions of their own. */
const PLACES = 4;
/** Ways that are drawn before the one is taken of which most is watched. */
const WAYS = 96;
/** Of a way that is good enough. */
const WATCHED_SHARE = 0.75;
/** How long a way is looked at. */
const WAY_SECONDS = 3;
/** Textures of which the one is taken that differs most from what is seen at the place. */
const TEXTURES = 8;

/** A thing made of what the camera sees elsewhere, which crosses the picture and turns round at its edges. */
export interface SyntheticOddity extends Size {
	readonly kind: SyntheticKind;
	/** Where it begins, upper left corner, and pixels a frame. */
	readonly x: number;
	readonly y: number;
	readonly dx: number;
	readonly dy: number;
	readonly seed: number;
}

/** The oddities of one trial: all kinds at several places, where the camera watches; the same for the same seed. */
export function syntheticOddities(
	size: Size,
	framesPerSecond: number,
	seed: number,
	mask: Pick<Mask, 'pixels'> | null,
): readonly SyntheticOddity[] {
	const scale = Math.sqrt((size.width * size.height) / (256 * 144));
	return (Object.keys(KINDS) as SyntheticKind[]).flatMap((kind, number) =>
		Array.from({ length: PLACES }, (_, place): SyntheticOddity => {
			const own = (seed + 1) * 64 + number * PLACES + place;
			const random = seededRandom(own);
			const { width, height, speed } = KINDS[kind];
			const side = { width: fitting(width * scale, size.width), height: fitting(height * scale, size.height) };
			const perFrame = (speed * scale) / framesPerSecond;
			const [across, down] = [size.width - side.width, size.height - side.height];
			const draw = (anywhere: boolean): SyntheticOddity => {
				// Mostly along the picture, as what moves in one does; a quarter of the picture for each place.
				const lean = (random.uniform() - 0.5) * (anywhere ? Math.PI : 0.6);
				const angle = lean + (random.uniform() < 0.5 ? Math.PI : 0);
				const [column, row] = anywhere
					? [2 * random.uniform(), 2 * random.uniform()]
					: [(place % 2) + random.uniform(), Math.floor(place / 2) + random.uniform()];
				return {
					kind,
					...side,
					x: Math.round((column / 2) * across),
					y: Math.round((row / 2) * down),
					dx: perFrame * Math.cos(angle),
					dy: perFrame * Math.sin(angle),
					seed: own,
				};
			};
			return mask === null ? draw(false) : mostWatched(draw, size, mask, Math.ceil(WAY_SECONDS * framesPerSecond));
		}),
	);
}

/** The frames, one after the other, with the oddity in each; the given ones stay as they are. `[H * W]` each */
export function withOddity(frames: readonly Uint8Array[], size: Size, oddity: SyntheticOddity): readonly Uint8Array[] {
	const { width, height } = oddity;
	const luma = texture(frames[0]!, size, oddity, seededRandom(oddity.seed));
	const alpha = ellipse(oddity);
	const path = frames.map((_, index): Patch => ({ width, height, ...placeOf(oddity, size, index), luma, alpha }));
	return operate(frames, size, path).frames;
}

/** The first way that is watched well enough, in its own quarter of the picture if there is one, else the best there was. */
function mostWatched(
	draw: (anywhere: boolean) => SyntheticOddity,
	size: Size,
	mask: Pick<Mask, 'pixels'>,
	frames: number,
): SyntheticOddity {
	let best = { share: -1, oddity: draw(false) };
	for (let way = 0; way < WAYS && best.share < WATCHED_SHARE; way++) {
		const oddity = way === 0 ? best.oddity : draw(way > WAYS / 2);
		const share = watchedShare(oddity, size, mask, frames);
		if (share > best.share) best = { share, oddity };
	}
	return best.oddity;
}

function watchedShare(oddity: SyntheticOddity, size: Size, { pixels }: Pick<Mask, 'pixels'>, frames: number): number {
	let watched = 0;
	for (let frame = 0; frame < frames; frame++) {
		const { x, y } = placeOf(oddity, size, frame);
		for (let row = y; row < y + oddity.height; row++)
			for (let column = x; column < x + oddity.width; column++)
				if (pixels[row * size.width + column] === PIXEL.watched) watched++;
	}
	return watched / (frames * oddity.width * oddity.height);
}

function placeOf({ x, y, width, height, dx, dy }: SyntheticOddity, size: Size, frame: number) {
	return { x: reflected(x + frame * dx, size.width - width), y: reflected(y + frame * dy, size.height - height) };
}

/** A third of the picture at most. */
function fitting(side: number, picture: number): number {
	return Math.max(4, Math.min(Math.round(side), Math.floor(picture / 3)));
}

/** What a camera that is covered sees differs nowhere: nothing can be seen there, and nothing is drawn. */
function texture(picture: Uint8Array, size: Size, oddity: SyntheticOddity, random: Random): Uint8Array {
	const { width, height } = oddity;
	const here = cutOut(picture, size, { x: oddity.x, y: oddity.y, width, height });
	const difference = (one: Uint8Array) => one.reduce((sum, luma, pixel) => sum + Math.abs(luma - here[pixel]!), 0);
	const textures = Array.from({ length: TEXTURES }, () => {
		const rect: Rect = {
			x: random.integer(size.width - width + 1),
			y: random.integer(size.height - height + 1),
			width,
			height,
		};
		return cutOut(picture, size, rect);
	});
	return textures.reduce((best, next) => (difference(next) > difference(best) ? next : best));
}

/** A way on from 0 to `most` and back again, over and over. */
function reflected(way: number, most: number): number {
	if (most === 0) return 0;
	const within = ((way % (2 * most)) + 2 * most) % (2 * most);
	return Math.round(within <= most ? within : 2 * most - within);
}
