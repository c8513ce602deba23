import type { FeedbackVerdict } from './feedback.ts';
import { CHANNELS } from './prediction.ts';
import type { StandingAlarmKind } from './standing.ts';
import type { AlarmId, CameraId, MonotonicMs, Surprise, UtcMs } from './units.ts';

/** Region of a picture in shares of its width and height, 0..1, from the top left. */
export interface Region {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** What an alarm can be for: a way in which windows are strange, or something that stands still and did not. */
export const ALARM_WHYS = [...CHANNELS, 'standing'] as const;
export type AlarmWhy = (typeof ALARM_WHYS)[number];

/** A channel that was strange at the peak. */
export interface AlarmReason {
	readonly channel: AlarmWhy;
	readonly surprise: Surprise;
	/** This channel alone is as strange once in so many hours of normal footage. */
	readonly onceInHours: number;
}

/**
 * Why an alarm ended: its score fell (`over`); nobody knows, since no score came (`silence`); the camera was `paused`, or
 * `disarmed` by its schedule; it went on for longer than an alarm may and is perhaps the new normal (`lasting`); the camera is watched with another picture size or
 * model (`changed`); the daemon was `stopped`, or was gone and found the alarm open (`restart`).
 */
export const END_REASONS = [
	'over',
	'silence',
	'paused',
	'disarmed',
	'lasting',
	'changed',
	'stopped',
	'restart',
] as const;
export type EndReason = (typeof END_REASONS)[number];

export type Severity = 'low' | 'medium' | 'high';

/** Something abnormal on one camera, from the first window over its level to the last. */
export interface Alarm {
	readonly id: AlarmId;
	readonly camera: CameraId;
	readonly startedAt: UtcMs;
	/** null while it goes on. */
	readonly endedAt: UtcMs | null;
	/** null while it goes on, and of alarms from before it was kept. */
	readonly endReason: EndReason | null;
	/** Capture time of the window this state was drawn from. */
	readonly frameAt: UtcMs;
	readonly peakAt: UtcMs;
	readonly surprise: Surprise;
	readonly peakSurprise: Surprise;
	readonly level: Surprise;
	/** The peak is seen once in this many hours of normal footage. */
	readonly onceInHours: number;
	readonly severity: Severity;
	readonly why: AlarmWhy;
	/** What was strange at the peak, the rarest first; what is seen more often than once an hour is left out. */
	readonly reasons: readonly AlarmReason[];
	/** Where it was strangest at the peak. */
	readonly region: Region | null;
	/** All the places that were strange at the peak, the strangest first, `region` among them. */
	readonly regions: readonly Region[];
	/** Names of the zones it has been in so far, in the order of the configuration. */
	readonly zones: readonly string[];
	readonly model: { readonly id: string; readonly version: string };
	/** What stands, or is missing, and since when; null of what moves. */
	readonly standing: { readonly kind: StandingAlarmKind; readonly since: UtcMs } | null;
	/** What a person says of it, as it holds; null where nobody has said anything. */
	readonly feedback: FeedbackVerdict | null;
	/** Told in a summary instead of by itself, since there were too many. */
	readonly gathered: boolean;
}

export const ALARM_CHANGES = ['started', 'updated', 'ended'] as const;
/** `updated` tells a new peak. */
export type AlarmChange = (typeof ALARM_CHANGES)[number];

/** What the judge says of a score. */
export type Verdict =
	| { readonly kind: 'unknown' }
	| { readonly kind: 'quiet' }
	/** Over the level, not yet for long enough. */
	| { readonly kind: 'pending'; readonly since: UtcMs }
	| { readonly kind: 'alarm'; readonly alarm: Alarm; readonly change: AlarmChange | null }
	/** What an alarm was told of goes on after the alarm ended for `lasting`, and nobody has said that it is normal. */
	| { readonly kind: 'lasting'; readonly lasting: LastingAlarm };

/** The alarm that ended, and when. */
export interface LastingAlarm {
	readonly id: AlarmId;
	readonly endedAt: UtcMs;
}

/** An alarm's change on its way out; `arrivedAt` is when the deciding frame reached the machine. */
export interface AlarmNotice {
	readonly change: AlarmChange;
	readonly alarm: Alarm;
	/** Counts the notices of one camera from 1, across restarts. */
	readonly sequence: number;
	readonly arrivedAt: MonotonicMs;
}
