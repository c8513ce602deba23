import type { Region } from './alarm.ts';
import type { UtcMs } from './units.ts';

/**
 * `left`: something is there that was not; `removed`: something is missing; `changed`: another surface, as a door that stands
 * open.
 */
export const STANDING_KINDS = ['left', 'removed', 'changed'] as const;
export type StandingKind = (typeof STANDING_KINDS)[number];

/** What an alarm of things that stand is about; `moved`: something is missing here and something is there instead. */
export const STANDING_ALARM_KINDS = [...STANDING_KINDS, 'moved'] as const;
export type StandingAlarmKind = (typeof STANDING_ALARM_KINDS)[number];

/** Something that stands where nothing stood, or the place of what is missing. */
export interface StandingThing {
	/** Counts from 1 on each camera. */
	readonly number: number;
	readonly kind: StandingKind;
	readonly region: Region;
	/** When it was first seen as it is. */
	readonly since: UtcMs;
	/** Until now, or until it was gone. */
	readonly seconds: number;
}

/** `gone`: the place is as it was; `absorbed`: it belongs there by now; `lost`: the camera shows something else. */
export interface StandingChange {
	readonly kind: 'stands' | 'gone' | 'absorbed' | 'lost';
	readonly thing: StandingThing;
}
