import type { Region } from './alarm.ts';

/** A thing in the picture that a detector found odd in one window, described so that it is known again. */
export interface OddThing {
	readonly region: Region;
	/** Mean logarithm of the odds that its cells are odd. */
	readonly oddity: number;
	/** Of its fastest part, pixels a frame. */
	readonly speed: number;
	/** What it looks like to the detector and model it comes from: a vector of unit length. */
	readonly feature: Float32Array;
}
