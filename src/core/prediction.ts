import type { Size, Window } from './frame.ts';
import type { OddThing } from './odd-thing.ts';
import type { RawScore } from './units.ts';

/**
 * The ways a window can be strange, each its own scale:
 * `patch` mean error of the worst patches of the prediction; `psnr` minus the whole frame's PSNR in dB; `regular` MNAD's
 * regular score E_t; `distance` how far the queries are from their nearest memory items; `motion` speed of what moves; `oddity` the learned
 * odds that what moves is not normal, as a logarithm.
 */
export const CHANNELS = ['patch', 'psnr', 'regular', 'distance', 'motion', 'oddity'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Where a picture was strange: `values[y * width + x]`, one cell for `cellPixels` squared pixels of the frame. */
export interface HeatMap extends Size {
	readonly cellPixels: number;
	/**
	 * 0 or more, on a scale of the detector's own: the mean squared error of the prediction, [0,1] luma squared, or the probability
	 * that what moves there is odd.
	 */
	readonly values: Float32Array;
}

/** How the memory took a window. */
export interface MemoryUse {
	/** Share of the window's queries nearest to each item; sums to 1. */
	readonly usage: Float32Array;
	/** The item nearest to each cell of the heat map, counted from 0, and the cosine of the cell's query and it. */
	readonly nearest: Float32Array;
	readonly similarity: Float32Array;
	/** Whether the gate let this window change the memory. */
	readonly updated: boolean;
}

/** What a detector says of a window. */
export interface Prediction {
	readonly window: Window;
	readonly channels: ReadonlyMap<Channel, RawScore>;
	readonly heatMap: HeatMap;
	/** The predicted target, luma 0..255 at the frame's size. */
	readonly predicted: Uint8Array;
	/** What was odd and is not forgiven, the largest first; none where the detector knows no things. */
	readonly things: readonly OddThing[];
	/** What `channels` would be without `things`: what the rest of the picture says. */
	readonly rest: ReadonlyMap<Channel, RawScore>;
	/** null where the detector has no memory. */
	readonly memory: MemoryUse | null;
	/** Time the model took for the batch this window was in, and how many windows were in it. */
	readonly inferenceMs: number;
	readonly batchSize: number;
}
