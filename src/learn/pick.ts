import type { Size } from '../core/frame.ts';
import type { Corner } from './cut.ts';
import type { Random } from './random.ts';
import type { Scene } from './scene.ts';

export interface Picked {
	readonly scene: Scene;
	/** Inputs, the frame after the last of them, the frame as far after it as they are apart. */
	readonly frames: readonly Uint8Array[];
	/** Which frame of the scene the last of them is. */
	readonly seen: number;
}

/**
 * Frames of a window at random whose inputs are `stride` frames apart; every frame is as likely as every other.
 * @throws RangeError when no clip is long enough
 */
export function pickWindow(scenes: readonly Scene[], inputs: number, stride: number, random: Random): Picked {
	const span = spanOf(inputs, stride);
	const scene = pickScene(scenes, span, random);
	const start = random.integer(scene.frames.length - span + 1);
	const last = start + (inputs - 1) * stride;
	const frames = Array.from({ length: inputs }, (_, index) => scene.frames[start + index * stride]!);
	frames.push(scene.frames[last + 1]!, scene.frames[last + stride]!);
	return { scene, frames, seen: last + stride };
}

/** Frames of a recording that such a window takes. */
export function spanOf(inputs: number, stride: number): number {
	return inputs * stride + 1;
}

function pickScene(scenes: readonly Scene[], span: number, random: Random): Scene {
	const long = scenes.filter(({ frames }) => frames.length >= span);
	let place = random.integer(long.reduce((sum, { frames }) => sum + frames.length, 0));
	for (const scene of long) {
		place -= scene.frames.length;
		if (place < 0) return scene;
	}
	throw new RangeError(`Cannot sample a window of ${span} frames: every clip is shorter`);
}

/** Of three places at random the one with most change after the last input, four times out of five. */
export function movingCorner({ frames }: Picked, { width, height }: Size, crop: number, random: Random): Corner {
	const place = (): Corner => ({ x: random.integer(width - crop + 1), y: random.integer(height - crop + 1) });
	const first = place();
	if (random.uniform() < 0.2) return first;
	const [before, target] = [frames.at(-3)!, frames.at(-2)!];
	const change = ({ x, y }: Corner): number => {
		let sum = 0;
		// Every fourth pixel of every fourth row tells enough.
		for (let row = y; row < y + crop; row += 4) {
			for (let column = x; column < x + crop; column += 4) {
				const difference = target[row * width + column]! - before[row * width + column]!;
				if (difference > 8 || difference < -8) sum++;
			}
		}
		return sum;
	};
	return [first, place(), place()].reduce((best, next) => (change(next) > change(best) ? next : best));
}
