import type { Random } from './random.ts';
import { BLOCK, cutOut, mark, movingBlock, type Place, paste, type SampleWindow } from './sprite.ts';

/** Slower than this, pixels a frame, nothing glides. */
const SPEED_MIN = 0.3;
/** Pixels a block may have moved between the first input and the last. */
const REACH = { x: 18, y: 8 } as const;
/** It is shown up to half of this beside itself, pixels. */
const ASIDE = { x: 40, y: 6 } as const;

/**
 * Shows something that moves in the window again beside itself, as a stiff picture that glides the way it goes: at its own
 * speed, or two to `strideMax` times as fast, as wheels do. Its speed comes from the scene, so that far things stay slow.
 * Only what is faster is marked: what is not has the same seams.
 * @returns whether there was something that moves
 */
export function glide(
	{ frames, background, crop, inputs, marks }: SampleWindow,
	strideMax: number,
	random: Random,
): boolean {
	const pixels = crop * crop;
	const frame = (index: number) => frames.subarray(index * pixels, (index + 1) * pixels);
	const last = frame(inputs - 1);
	const from = movingBlock(last, frame(inputs), crop, random);
	if (from === null) return false;
	const moved = displacement(last, frame(0), from, crop);
	const [u, v] = [moved.x / (inputs - 1), moved.y / (inputs - 1)];
	if (Math.hypot(u, v) < SPEED_MIN) return false;

	const fast = random.uniform() < 0.5;
	const times = fast ? 2 + (strideMax - 2) * random.uniform() : 0.7 + 0.5 * random.uniform();
	const sprite = cutOut(last, background, from, crop);
	const aside = {
		x: Math.round(ASIDE.x * (random.uniform() - 0.5)),
		y: Math.round(ASIDE.y * (random.uniform() - 0.5)),
	};
	const covered = new Float32Array(marks.length);
	const turned = random.uniform() < 0.5 ? -1 : 1;
	for (let index = 0; index < inputs + 2; index++) {
		// The target comes one frame after the last input at normal speed, what is seen at the speed it has.
		const time = index < inputs ? index - (inputs - 1) : 1;
		const speed = index === inputs ? Math.min(times, 1) : times;
		const x = from.x + aside.x + turned * u * time * speed;
		const y = from.y + aside.y + v * time * speed;
		paste(frame(index), sprite, Math.round(x), Math.round(y), crop, index === inputs + 1 ? covered : null);
	}
	if (fast) mark(covered, marks);
	return true;
}

/** How far the block has come since the earlier frame: where the sum of absolute differences is least. */
function displacement(now: Uint8ClampedArray, before: Uint8ClampedArray, { x, y }: Place, crop: number): Place {
	let least = Number.POSITIVE_INFINITY;
	let best: Place = { x: 0, y: 0 };
	for (let dy = -REACH.y; dy <= REACH.y; dy++) {
		if (y - dy < 0 || y - dy + BLOCK.height > crop) continue;
		for (let dx = -REACH.x; dx <= REACH.x; dx++) {
			if (x - dx < 0 || x - dx + BLOCK.width > crop) continue;
			let sum = 0;
			for (let row = 0; row < BLOCK.height && sum < least; row += 2) {
				const here = (y + row) * crop + x;
				const there = (y + row - dy) * crop + x - dx;
				for (let column = 0; column < BLOCK.width; column++)
					sum += Math.abs(now[here + column]! - before[there + column]!);
			}
			if (sum < least) [least, best] = [sum, { x: dx, y: dy }];
		}
	}
	return best;
}
