import type { Random } from './random.ts';
import { BLOCK, cutOut, mark, markOpen, movingBlock, paste, type SampleWindow } from './sprite.ts';

/** Where less than this share of what a thing covers is busy it is odd. */
const QUIET = 0.05;
/** Where at least this share is it is normal; between the two nobody knows. */
const BUSY = 0.6;

/**
 * Shows something that moves in the window a second time elsewhere in it, as it moves. It is odd where nothing ever moves
 * in the scene, and normal where much does: the seams are the same.
 * @param busy 1 where things move in this scene, 0 where nothing ever does `[crop/8, crop/8]`
 * @returns whether there was something that moves, and a place for it
 */
export function transplant(
	{ frames, background, crop, inputs, marks }: SampleWindow,
	busy: Float32Array,
	random: Random,
): boolean {
	const pixels = crop * crop;
	const frame = (index: number) => frames.subarray(index * pixels, (index + 1) * pixels);
	const from = movingBlock(frame(inputs - 1), frame(inputs), crop, random);
	if (from === null) return false;
	const to = { x: random.integer(crop - BLOCK.width + 1), y: random.integer(crop - BLOCK.height + 1) };
	if (Math.abs(to.x - from.x) < BLOCK.width && Math.abs(to.y - from.y) < BLOCK.height) return false;
	const covered = new Float32Array(marks.length);
	for (let index = 0; index < inputs + 2; index++) {
		const sprite = cutOut(frame(index), background, from, crop);
		paste(frame(index), sprite, to.x, to.y, crop, index === inputs + 1 ? covered : null);
	}
	let [all, moving] = [0, 0];
	covered.forEach((share, cell) => {
		all += share;
		moving += share * busy[cell]!;
	});
	const share = moving / Math.max(all, 1e-6);
	if (share < QUIET) mark(covered, marks);
	else if (share < BUSY) markOpen(covered, marks);
	return true;
}
