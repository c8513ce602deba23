import type { Alarm } from '../core/alarm.ts';
import type { FeedbackEntry, FeedbackVerdict } from '../core/feedback.ts';
import type { IntegrityFault } from '../core/integrity.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import type { OutboxMessage } from '../core/outbox.ts';
import type { AlarmId, CameraId, UtcMs } from '../core/units.ts';
import type { FeedbackStored, GiveFeedback, JudgedAlarm, KeepPattern } from './feedback-store.ts';
import type { FaultQuery } from './integrity-store.ts';

/** See `SaveRequest`. */
export interface SaveFault extends Pick<SaveRequest, 'message' | 'at'> {
	readonly fault: IntegrityFault;
}

/** Which alarms; newest first. */
export interface AlarmQuery {
	readonly camera?: CameraId;
	/** Started then or later. */
	readonly from?: UtcMs;
	/** Started before then. */
	readonly to?: UtcMs;
	/** Older than this alarm: the last of the page before. */
	readonly before?: AlarmId;
	/** Of which this holds; `none`: of which nothing does. */
	readonly feedback?: FeedbackVerdict | 'none';
	/** Name of a zone that it was in. */
	readonly zone?: string;
	/** At most so many. */
	readonly limit: number;
}

export interface SaveRequest {
	readonly alarm: Alarm;
	readonly sequence: number;
	/** null where nobody is to be told. */
	readonly message: { readonly topic: string; readonly payload: string } | null;
	readonly at: UtcMs;
}

/** What was put in, and how many of the oldest had to go for it. */
export interface PutResult {
	readonly message: OutboxMessage;
	readonly dropped: number;
}

export interface OutboxDepth {
	readonly messages: number;
	readonly oldestQueuedAt: number | null;
}

/** What the recording thread does for the daemon, each whole or not at all, one after the other. */
export interface StoreCalls {
	save(request: SaveRequest): PutResult | null;
	alarms(query: AlarmQuery): readonly Alarm[];
	alarm(id: AlarmId): Alarm | null;
	openAlarms(): readonly Alarm[];
	put(topic: string, payload: string, at: UtcMs): PutResult;
	pending(limit: number): readonly OutboxMessage[];
	acknowledge(id: number): null;
	depth(): OutboxDepth;
	saveFault(request: SaveFault): PutResult | null;
	faults(query: FaultQuery): readonly IntegrityFault[];
	openFaults(): readonly IntegrityFault[];
	giveFeedback(request: GiveFeedback): FeedbackStored;
	feedback(alarm: AlarmId): readonly FeedbackEntry[];
	judged(camera: CameraId): readonly JudgedAlarm[];
	noteReplaced(alarm: AlarmId, replaced: MemorySnapshot | null): null;
	keepPattern(pattern: KeepPattern): null;
	/** Forgets ended alarms that started before; says how many. */
	forget(startedBefore: UtcMs): number;
}
