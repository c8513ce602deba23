import type { AlarmReason, Region } from './alarm.ts';
import type { Size } from './frame.ts';
import type { AlarmId, CameraId, Surprise, UtcMs } from './units.ts';

/** The pictures that go with an explanation. */
export const EVIDENCE_PICTURES = ['seen', 'expected', 'heat', 'nearest'] as const;
export type EvidencePicture = (typeof EVIDENCE_PICTURES)[number];

/** What the memory knows that is most like the strangest cell. */
export interface NearestItem {
	/** Counted from 0. */
	readonly item: number;
	/** Cosine of the cell's query and the item. */
	readonly similarity: number;
	/** Share of the picture's cells that are nearest to this item, 0..1. */
	readonly share: number;
	/** When what the picture `nearest` shows was seen; null where nothing has been seen yet that is like it. */
	readonly seenAt: UtcMs | null;
}

/** Why an alarm is one: where, how rare, and what was expected, at its strangest window so far. */
export interface Explanation {
	readonly alarm: AlarmId;
	readonly camera: CameraId;
	readonly frameAt: UtcMs;
	/** A few sentences for a person. */
	readonly text: string;
	readonly surprise: Surprise;
	readonly level: Surprise;
	/** Normal footage is as strange once in so many hours. */
	readonly onceInHours: number;
	/** Every channel, the rarest first. */
	readonly channels: readonly (AlarmReason & { readonly raw: number })[];
	/** The strangest place first. */
	readonly regions: readonly Region[];
	/** The strangest cell is 1; `values[y * width + x]`. */
	readonly heatMap: Size & { readonly values: readonly number[] };
	/** null where the detector has no memory. */
	readonly nearest: NearestItem | null;
	readonly pictures: readonly EvidencePicture[];
}

/** An explanation with its pictures as PNG files. */
export interface Evidence {
	readonly explanation: Explanation;
	readonly pictures: ReadonlyMap<EvidencePicture, Uint8Array>;
}
