import type { AlarmWhy, Region } from '../core/alarm.ts';
import type { Size } from '../core/frame.ts';
import type { Channel } from '../core/prediction.ts';

/** What an evaluation came to; printed as JSON as it is. Shares, rates and areas are 0..1. */
export interface EvaluationReport extends FrameFigures {
	readonly dataset: string;
	readonly detector: string;
	readonly model: { readonly id: string; readonly version: string };
	readonly size: Size;
	readonly framesPerSecond: number;
	readonly calibration: CalibrationFigures;
	/** By the level of the default false-alarm budget and the default alarm settings. */
	readonly alarms: AlarmFigures;
	/** How the level would trade events found against false alarms. Ascending levels. */
	readonly levels: readonly LevelPoint[];
	/** By kind of oddity, where the labels name them; else empty. */
	readonly kinds: readonly KindFigures[];
	/** null where the data set has no masks for what is anomalous. */
	readonly regions: RegionFigures | null;
	/** null where the detector has no memory. */
	readonly memory: MemoryFigures | null;
	/** Time the detector took for a window, one after the other. */
	readonly msPerWindow: Percentiles;
	readonly clips: readonly ClipSeries[];
}

export interface Percentiles {
	readonly p50: number;
	readonly p95: number;
}

/** Areas under the ROC curve. */
export interface Areas {
	/**
	 * Every clip's scores stretched to 0..1 first: what the literature states. It needs the finished clip and flatters
	 * clips that are anomalous throughout.
	 */
	readonly perVideo: number | null;
	/** All clips on one scale that is known beforehand: what a running system has. */
	readonly global: number | null;
}

export interface FrameFigures {
	/** Test frames that have a score: the first ones of each clip are only looked at. */
	readonly frames: number;
	readonly anomalousFrames: number;
	/** `macro` is the mean over the clips that have both kinds of frames. */
	readonly auc: Areas & { readonly macro: number | null };
	/** Average precision and equal error rate, on the global scale. */
	readonly ap: number | null;
	readonly eer: number | null;
	/** Raw scores of each channel alone, not smoothed. */
	readonly channels: Readonly<Partial<Record<Channel, Areas>>>;
	readonly perVideo: readonly ClipFigures[];
}

export interface ClipFigures {
	readonly clip: string;
	readonly frames: number;
	readonly anomalous: number;
	/** null for a clip of one kind. */
	readonly auc: number | null;
}

export interface CalibrationFigures {
	/** Training clips whose windows gave the scale. */
	readonly clips: readonly string[];
	readonly windows: number;
	/** How many independent windows they are worth. */
	readonly effectiveWindows: number;
	readonly smoothing: number;
	readonly weights: Readonly<Partial<Record<Channel, number>>>;
}

/**
 * A test clip, window by window, and what was made of it. Seconds count from the clip's first picture, at the rate the
 * pictures were taken.
 */
export interface ClipSeries {
	readonly clip: string;
	/** The clip's folder. */
	readonly folder: string;
	readonly windows: readonly WindowSeries[];
	readonly events: readonly EventOutcome[];
	readonly alarms: readonly AlarmSpan[];
}

/** A window of a test clip; all is about its target. */
export interface WindowSeries {
	/** Which picture of the clip, from zero. */
	readonly picture: number;
	/** The picture's name in the clip's folder. */
	readonly file: string;
	readonly seconds: number;
	readonly anomalous: boolean;
	/** The oddities that the labels name here. */
	readonly kinds: readonly string[];
	/** All channels together, calibrated and causally smoothed. */
	readonly surprise: number;
	/** The channel that was rarest; null where none counts. */
	readonly why: Channel | null;
	readonly channels: Readonly<Partial<Record<Channel, number>>>;
	/** What the judge said, by the default alarm settings. */
	readonly verdict: 'quiet' | 'pending' | 'alarm';
	/** Where the picture was strangest: the box an alarm would show. */
	readonly strangest: Region | null;
	/** Boxes around what is anomalous, from the masks; `track` is the same number for the same thing through its clip. */
	readonly truth: readonly TruthBox[];
	/** Whether the gate let this window change the memory; null where there is none. */
	readonly memoryUpdated: boolean | null;
}

export interface TruthBox extends Region {
	readonly track: number;
}

/** A longest run of anomalous pictures that has a scored window. */
export interface EventOutcome {
	/** Pictures, from zero, both included. */
	readonly first: number;
	readonly last: number;
	readonly kinds: readonly string[];
	readonly beginSeconds: number;
	readonly endSeconds: number;
	/**
	 * From the event's first window until the telling of the first alarm that counts for it, 0 where one from an event before
	 * was still open; null where it was missed.
	 */
	readonly detectedAfterSeconds: number | null;
	/** Whether a false alarm was open in one of its windows. */
	readonly underFalseAlarm: boolean;
	/** The highest of its windows. */
	readonly peakSurprise: number;
}

export interface AlarmSpan {
	/** The first window over the level, the window at which the alarm was told, and the last window over the release level. */
	readonly startSeconds: number;
	readonly toldSeconds: number;
	readonly endSeconds: number;
	/** When it was told that it had ended; null where the clip ended first. */
	readonly closedSeconds: number | null;
	readonly peakSurprise: number;
	readonly peakSeconds: number;
	readonly why: AlarmWhy;
	readonly region: Region | null;
	/**
	 * By where it was told: `true` in an event, `tail` within the hysteresis after one, else `false`.
	 */
	readonly outcome: 'true' | 'tail' | 'false';
}

/** What alarms at one level come to. */
export interface AlarmOutcome {
	/** The surprise over which an alarm may start. */
	readonly level: number;
	readonly events: number;
	readonly eventsDetected: number;
	/** Missed events in which a false alarm was open: told of before they began, and so not counted as found. */
	readonly eventsUnderFalseAlarm: number;
	/** null where there are no events. */
	readonly recall: number | null;
	readonly falseAlarms: number;
	/** Told in the hysteresis after an event: neither found nor false. */
	readonly tailAlarms: number;
	/** null where nothing is normal. */
	readonly falseAlarmsPerHour: number | null;
	/** Share of normal windows, tails left out, at which an alarm was open. */
	readonly falselyAlarmedShare: number | null;
	/** Over the events that were detected, seconds; null where there are none. */
	readonly timeToDetect: Percentiles | null;
}

export type LevelPoint = AlarmOutcome;

export interface AlarmFigures extends AlarmOutcome {
	/** The budget that gave the level, false alarms an hour. */
	readonly budgetPerHour: number;
	/** Whether the calibration footage is too short to know the budget's level. */
	readonly extrapolated: boolean;
	readonly minimumSeconds: number;
	readonly releaseSeconds: number;
	/** So long after an event neither windows nor alarms count as normal or false. */
	readonly tailSeconds: number;
	/** Of normal windows, tails left out: what false alarms are counted over. */
	readonly normalHours: number;
}

export interface KindFigures {
	readonly kind: string;
	readonly frames: number;
	/** Its frames against all normal ones, global scale; by all channels and by each alone. */
	readonly auc: number | null;
	readonly channels: Readonly<Partial<Record<Channel, number | null>>>;
	readonly events: number;
	readonly eventsDetected: number;
	readonly timeToDetect: Percentiles | null;
}

/** Detection of regions and tracks (Ramachandra and Jones, "Street Scene", WACV 2020). */
export interface RegionFigures {
	/** A region is found by a box that covers it with this intersection over union, */
	readonly beta: number;
	/** a track when this share of its regions is. */
	readonly alpha: number;
	/** Anomalous regions and tracks in the scored frames. */
	readonly regions: number;
	readonly tracks: number;
	/** Boxes around the connected cells of the error map that are over a threshold. */
	readonly heatMap: RegionCurve;
	/** One box a window, the one an alarm would show, where the window's surprise is over a threshold. */
	readonly alarmBox: RegionCurve;
}

export interface RegionCurve {
	/** Areas under the curves up to one false region a frame. */
	readonly rbdc: number;
	readonly tbdc: number;
	/** From the highest threshold down. */
	readonly points: readonly RegionPoint[];
}

export interface RegionPoint {
	readonly threshold: number;
	/** Boxes that cover no anomalous region, a frame. */
	readonly falsePerFrame: number;
	readonly regionRate: number;
	readonly trackRate: number;
}

/** What the memory did over the test clips. */
export interface MemoryFigures {
	readonly items: number;
	/** null where there are no such windows. */
	readonly normal: ItemUsage | null;
	readonly anomalous: ItemUsage | null;
	readonly calibrationGate: GateUse;
	readonly testGate: GateUse;
}

export interface ItemUsage {
	readonly windows: number;
	/** Share of all queries nearest to each item; sums to 1. */
	readonly shares: readonly number[];
	/** Of `shares`, bits; and 2 to its power: how many evenly used items would be as varied. */
	readonly entropyBits: number;
	readonly effectiveItems: number;
	/** Mean of the windows' own effective numbers. */
	readonly effectiveItemsPerWindow: number;
}

export interface GateUse {
	readonly windows: number;
	/** Windows at which the memory was kept from learning because of an alarm or the brink of one. */
	readonly frozen: number;
	/** Windows that the gate let change the memory. */
	readonly updated: number;
}
