import type { Distrust } from './integrity.ts';
import type { CameraId, MonotonicMs, UtcMs } from './units.ts';

export interface Size {
	readonly width: number;
	readonly height: number;
}

/** How a picture came out of the decoder broken. */
export const FRAME_DAMAGES = ['packets-lost', 'concealed', 'corrupt'] as const;
export type FrameDamage = (typeof FRAME_DAMAGES)[number];

export function isDecoderDamage(damage: FrameDamage | Distrust): damage is FrameDamage {
	return FRAME_DAMAGES.some((known) => known === damage);
}

/** One picture of a camera on its fixed time base. */
export interface Frame extends Size {
	readonly camera: CameraId;
	/** Counts up from 1 within a source: a new connection, a gap in time or a new resolution starts the next run. */
	readonly run: number;
	/** Place on the run's time base, from 0 without holes: frame `index` was due `index / framesPerSecond` s after the first. */
	readonly index: number;
	/** When the camera took it, derived from PTS. */
	readonly capturedAt: UtcMs;
	/** When its last packet reached this machine. */
	readonly arrivedAt: MonotonicMs;
	/** Luma, 0..255, `height * width` bytes, row after row. Not changed after it was made. */
	readonly luma: Uint8Array;
	/** Why it is neither scored nor learned from: how it was decoded, or what an inspection says of what it shows. */
	readonly damage: FrameDamage | Distrust | null;
}

/** `framesPerWindow` consecutive frames of one run; the last one is what the others are to predict. */
export interface Window {
	readonly camera: CameraId;
	readonly run: number;
	readonly framesPerSecond: number;
	/** Oldest first. All of one size, with consecutive indices. */
	readonly frames: readonly [Frame, ...Frame[]];
	/** The last of `frames`: the one whose prediction is scored. */
	readonly target: Frame;
}
