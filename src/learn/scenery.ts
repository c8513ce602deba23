import type { Size } from '../core/frame.ts';
import { backgroundOf, evenly } from './background.ts';
import { blurred } from './blur.ts';
import type { Random } from './random.ts';
import type { Clip } from './scene.ts';

/** What the normal footage of one camera is like. */
export interface Scenery {
	readonly size: Size;
	/** The picture without what passes through it: the median over the clip's frames. `[H * W]` */
	background(clip: Clip): Uint8Array;
	/** Share of the frames in which something is there that does not stand still, near each pixel. `[H * W]` */
	readonly activity: Float32Array;
	/** Seven of ten moving things are slower, pixels a frame; at least half a pixel. */
	readonly usualSpeed: number;
}

const CLIPS_MAX = 24;
const FRAMES_PER_CLIP = 30;
/** A difference of luma that noise does not make once it is blurred. */
const DIFFERENT = 14;
const SPEED_TRIALS = 2500;
const SPEEDS_WANTED = 60;
/** Side of the blocks whose speed is measured, over how many frames, and how far they are looked for. */
const BLOCK = 9;
const GAP = 4;
const REACH = 20;
const SPEED_SHARE = 0.7;
const SPEED_MIN = 0.5;

/** Looks at clips of one camera, all of one size. */
export function surveyScenery(clips: readonly Clip[], random: Random): Scenery {
	const { size } = clips[0]!;
	const backgrounds = new Map<Clip, Uint8Array>();
	const background = (clip: Clip): Uint8Array => {
		const known = backgrounds.get(clip) ?? backgroundOf(clip.frames);
		backgrounds.set(clip, known);
		return known;
	};
	return {
		size,
		background,
		activity: activityOf(evenly(clips, CLIPS_MAX), size, background),
		usualSpeed: usualSpeedOf(clips, size, random),
	};
}

function activityOf(clips: readonly Clip[], size: Size, background: (clip: Clip) => Uint8Array): Float32Array {
	const activity = new Float32Array(size.width * size.height);
	let looks = 0;
	for (const clip of clips) {
		const still = background(clip);
		for (const frame of evenly(clip.frames, FRAMES_PER_CLIP)) {
			const difference = blurred(
				Float32Array.from(frame, (luma, pixel) => Math.abs(luma - still[pixel]!)),
				size,
				2,
			);
			for (let pixel = 0; pixel < activity.length; pixel++) if (difference[pixel]! > DIFFERENT) activity[pixel]!++;
			looks++;
		}
	}
	// Between the frames that were looked at things went on a little.
	return blurred(
		activity.map((count) => count / looks),
		size,
		5,
	);
}

function usualSpeedOf(clips: readonly Clip[], { width, height }: Size, random: Random): number {
	const speeds: number[] = [];
	const margin = REACH + 1;
	const [across, down] = [width - BLOCK - 2 * margin, height - BLOCK - 2 * margin];
	for (let trial = 0; trial < SPEED_TRIALS && speeds.length < SPEEDS_WANTED && across > 0 && down > 0; trial++) {
		const { frames } = clips[random.integer(clips.length)]!;
		if (frames.length <= GAP) continue;
		const at = random.integer(frames.length - GAP);
		const corner = (margin + random.integer(down)) * width + margin + random.integer(across);
		const speed = blockSpeed(frames[at]!, frames[at + GAP]!, corner, width);
		if (speed !== null) speeds.push(speed);
	}
	const usual = speeds.sort((a, b) => a - b)[Math.floor(SPEED_SHARE * speeds.length)];
	return Math.max(SPEED_MIN, usual ?? 1);
}

/** Pixels a frame of what a block shows, from where it fits best some frames later; null where it does not move. */
function blockSpeed(before: Uint8Array, after: Uint8Array, corner: number, width: number): number | null {
	const cost = (dx: number, dy: number, most: number): number => {
		let sum = 0;
		for (let y = 0; y < BLOCK && sum < most; y++) {
			const from = corner + y * width;
			const to = from + dy * width + dx;
			for (let x = 0; x < BLOCK; x++) sum += Math.abs(before[from + x]! - after[to + x]!);
		}
		return sum;
	};
	const still = cost(0, 0, Number.POSITIVE_INFINITY);
	if (still < BLOCK * BLOCK * DIFFERENT) return null;
	let [least, speed] = [still, 0];
	for (let dy = -REACH; dy <= REACH; dy++) {
		for (let dx = -REACH; dx <= REACH; dx++) {
			const here = cost(dx, dy, least);
			if (here < least) [least, speed] = [here, Math.hypot(dx, dy) / GAP];
		}
	}
	// Something that was covered fits nowhere well.
	return least < still / 2 ? speed : null;
}
