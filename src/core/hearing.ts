import type { UtcMs } from './units.ts';

/** What came of the last trial of synthetic oddities on a copy of a camera's pictures. */
export interface Hearing {
	readonly at: UtcMs;
	readonly tried: number;
	/** How many of them would have alarmed. */
	readonly noticed: number;
	/** `noticed` of `tried`. */
	readonly sensitivity: number;
	/** What it was when the calibration in force was new, 0..1. */
	readonly usual: number;
	/** Twice in a row far below what is usual: the camera would hardly notice anything. */
	readonly deaf: boolean;
}
