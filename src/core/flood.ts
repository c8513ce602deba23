import type { AlarmWhy, Region, Severity } from './alarm.ts';
import type { AlarmId, CameraId, MonotonicMs, UtcMs } from './units.ts';

/** More alarms than a camera's budget can explain, gathered into one summary. */
export interface Flood {
	readonly id: AlarmId;
	readonly camera: CameraId;
	/** Of the first alarm that was gathered. */
	readonly startedAt: UtcMs;
	/** null while it goes on. */
	readonly endedAt: UtcMs | null;
	/** How many alarms were gathered. */
	readonly alarms: number;
	/** The first so many of an hour are told by themselves. */
	readonly toldInAnHour: number;
	/** Starts of the first and the last that was gathered. */
	readonly firstAt: UtcMs;
	readonly lastAt: UtcMs;
	/** Of those that were gathered. */
	readonly worst: FloodAlarm;
}

export interface FloodAlarm {
	readonly id: AlarmId;
	readonly startedAt: UtcMs;
	readonly peakSurprise: number;
	readonly severity: Severity;
	readonly why: AlarmWhy;
	readonly region: Region | null;
}

export type FloodState = Pick<Flood, 'id' | 'startedAt' | 'alarms'>;

export const FLOOD_CHANGES = ['started', 'updated', 'ended'] as const;
export type FloodChange = (typeof FLOOD_CHANGES)[number];

export interface FloodNotice {
	readonly change: FloodChange;
	readonly flood: Flood;
	/** When it was decided. */
	readonly at: UtcMs;
	readonly arrivedAt: MonotonicMs;
}
