import type { UtcMs } from './units.ts';

/**
 * Where a camera's own learning is: `collecting` footage; `waiting` for another camera's learning to end; `training`;
 * `examining` the new model beside the running one; `resting` until it is due again.
 */
export const LEARNING_PHASES = ['collecting', 'waiting', 'training', 'examining', 'resting'] as const;
export type LearningPhase = (typeof LEARNING_PHASES)[number];

/**
 * What came of a learning: its model runs now, or was not better than the running one, or could not be made. Or what was
 * done about a learned model: an older one was taken again, or the camera was moved and begins anew.
 */
export const LEARNING_OUTCOMES = ['promoted', 'refused', 'failed', 'rolled-back', 'moved'] as const;
export type LearningOutcome = (typeof LEARNING_OUTCOMES)[number];

/** What everybody is told of a camera's own learning. */
export interface LearningState {
	readonly phase: LearningPhase;
	/** 0..1 of what the phase does; null where nobody can tell. */
	readonly progress: number | null;
	/** When it begins by itself; null where nothing but a request starts it, or where it has begun. */
	readonly nextAt: UtcMs | null;
	readonly last: { readonly at: UtcMs; readonly outcome: LearningOutcome; readonly detail: string } | null;
}

/** What scores a camera's windows. */
export interface CameraModel {
	readonly id: string;
	/** Changes whenever its scores would, see `Detector.model`. */
	readonly version: string;
	/** SHA-256 of the weights, hexadecimal. */
	readonly sha256: string;
	/** Whether the camera learned it itself. */
	readonly learned: boolean;
}
