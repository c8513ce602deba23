import type { CameraId, UtcMs } from './units.ts';

/**
 * Why a camera's memory was kept as it was: `hourly`; `alarm`, as it was before an alarm's first sign; `replaced`, as it was
 * when another took its place.
 */
export const SNAPSHOT_REASONS = ['hourly', 'alarm', 'replaced'] as const;
export type SnapshotReason = (typeof SNAPSHOT_REASONS)[number];

export interface MemorySnapshot {
	/** When the memory was so; whole. */
	readonly at: UtcMs;
	readonly reason: SnapshotReason;
}

/** Which memory is wanted: the newest from a time or before it, as before an alarm; or one snapshot. */
export type WantedMemory =
	| { readonly kind: 'before'; readonly time: UtcMs }
	| { readonly kind: 'snapshot'; readonly snapshot: MemorySnapshot };

export interface RolledBack {
	readonly to: MemorySnapshot;
	/** What was remembered until then; wanting it undoes the roll-back. null where nothing was. */
	readonly replaced: MemorySnapshot | null;
}

/** What a person may ask of cameras' memories. */
export interface MemoryRequests {
	/** Newest first. @throws ForeframeError USAGE where there is no such camera */
	snapshots(camera: CameraId): Promise<readonly MemorySnapshot[]>;
	/** @throws ForeframeError USAGE where there is no such camera or memory; STORE_FAILED */
	rollBack(camera: CameraId, wanted: WantedMemory): Promise<RolledBack>;
}
