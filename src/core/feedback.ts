import type { AlarmId, CameraId, UtcMs } from './units.ts';

/** What a person says of an alarm; `normal`: what it was told of is normal from now on. */
export const FEEDBACK_VERDICTS = ['false-alarm', 'true-alarm', 'normal'] as const;
export type FeedbackVerdict = (typeof FEEDBACK_VERDICTS)[number];

/** `undo` takes the last verdict back: the one before it holds again, if there was one. */
export const FEEDBACK_ACTIONS = [...FEEDBACK_VERDICTS, 'undo'] as const;
export type FeedbackAction = (typeof FEEDBACK_ACTIONS)[number];

export const FEEDBACK_CHANNELS = ['mqtt', 'websocket', 'http'] as const;
export type FeedbackChannel = (typeof FEEDBACK_CHANNELS)[number];

export const FEEDBACK_NOTE_MAX = 500;

/** Something that was said of an alarm. Never changed, never removed. */
export interface FeedbackEntry {
	readonly action: FeedbackAction;
	readonly at: UtcMs;
	readonly channel: FeedbackChannel;
	/** At most `FEEDBACK_NOTE_MAX` characters, for people. */
	readonly note: string | null;
}

export interface FeedbackRequest {
	readonly action: FeedbackAction;
	readonly channel: FeedbackChannel;
	readonly note: string | null;
}

export interface FeedbackGiven {
	readonly alarm: AlarmId;
	readonly camera: CameraId;
	/** What holds now; null where all was taken back. */
	readonly verdict: FeedbackVerdict | null;
	/** What follows from it, for people. */
	readonly effect: string;
}

/** What may be asked from outside. */
export interface FeedbackRequests {
	/** @throws ForeframeError USAGE where there is no such alarm, or nothing to take back; STORE_FAILED */
	give(alarm: AlarmId, request: FeedbackRequest): Promise<FeedbackGiven>;
	/** Of the camera's last alarm that was told by itself. */
	giveLast(camera: CameraId, request: FeedbackRequest): Promise<FeedbackGiven>;
	/** Oldest first. @throws ForeframeError STORE_FAILED */
	history(alarm: AlarmId): Promise<readonly FeedbackEntry[]>;
}

/** The verdict that holds after these; null where none does. */
export function verdictInForce(actions: readonly FeedbackAction[]): FeedbackVerdict | null {
	const held: FeedbackVerdict[] = [];
	for (const action of actions) {
		if (action === 'undo') held.pop();
		else held.push(action);
	}
	return held.at(-1) ?? null;
}
