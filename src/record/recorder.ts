import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { aborted } from '../core/aborted.ts';
import type { Alarm, AlarmNotice } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { FeedbackEntry } from '../core/feedback.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import type { Outbox, OutboxMessage } from '../core/outbox.ts';
import { type AlarmId, type CameraId, utcMs } from '../core/units.ts';
import { type EvidenceStore, openEvidence } from './evidence.ts';
import type { FeedbackStored, GiveFeedback, JudgedAlarm, KeepPattern } from './feedback-store.ts';
import { type FaultMessageOf, type IntegrityRecords, integrityRecords } from './integrity-records.ts';
import type { RecordOptions } from './options.ts';
import { removeTemporaries, type StateFiles, stateError, stateFiles } from './state-files.ts';
import type { AlarmQuery, PutResult } from './store-calls.ts';
import { openStoreThread } from './store-thread.ts';

/** A message to send of an alarm; a payload that is no string is sent as JSON. null where nobody is to be told. */
export type MessageOf = (notice: AlarmNotice) => { readonly topic: string; readonly payload: unknown } | null;

/** The daemon's memory on disk. */
export interface Recorder extends AsyncDisposable {
	/**
	 * Numbers the notice, and stores the alarm as it is now together with the message of it: both or neither. Where the disk
	 * takes neither, that is told as a warning and the notice is there all the same: an alarm is worth more than its record.
	 */
	saveAlarm(draft: Omit<AlarmNotice, 'sequence'>, messageOf: MessageOf): Promise<AlarmNotice>;
	/** Ends the alarms that a crash has left open, as of the last that is known of them. To be called before cameras are watched. */
	closeOpenAlarms(messageOf: MessageOf): Promise<readonly AlarmNotice[]>;
	/** Stores the alarm as it is now, of which no message is sent. */
	keepAlarm(alarm: Alarm): Promise<void>;
	/** Newest first. */
	alarms(query: AlarmQuery): Promise<readonly Alarm[]>;
	alarm(id: AlarmId): Promise<Alarm | null>;
	/** `put` of a message that `saveAlarm` has just stored hands over that one: it is not stored twice. */
	readonly outbox: Outbox;
	readonly feedback: FeedbackRecords;
	readonly integrity: IntegrityRecords;
	readonly state: StateFiles;
	readonly evidence: EvidenceStore;
	/** Throws what the recording thread died of, which is a bug; returns when `signal` aborts or the recorder was disposed of. */
	watch(signal: AbortSignal): Promise<void>;
}

/** What people say of alarms. All of it may throw ForeframeError STORE_FAILED. */
export interface FeedbackRecords {
	give(request: Omit<GiveFeedback, 'at'>): Promise<FeedbackStored>;
	/** Oldest first. */
	entries(alarm: AlarmId): Promise<readonly FeedbackEntry[]>;
	/** Of one camera, oldest first. */
	judged(camera: CameraId): Promise<readonly JudgedAlarm[]>;
	noteReplaced(alarm: AlarmId, replaced: MemorySnapshot | null): Promise<void>;
	/** Where the disk does not take it, that is told as a warning. */
	keepPattern(pattern: KeepPattern): Promise<void>;
}

export interface RecordContext {
	readonly clock: Clock;
	readonly observe: Observe;
	/** What is sent of a camera's fault; nothing where it is not given. */
	readonly faultMessageOf?: FaultMessageOf;
	/** See `StoreOptions`. */
	readonly pagesMax?: number;
}

export const DATABASE = 'foreframe.db';
const EVIDENCE = 'evidence';
const DAY_MS = 24 * 3600 * 1000;
const FORGET_EVERY_MS = 3600 * 1000;
/** Messages of `saveAlarm` that nobody has asked the outbox for. */
const STAGED_MAX = 1000;

/** @throws ForeframeError STORE_FAILED, saying what to do, when the folder or its database cannot be used. */
export async function openRecorder(options: RecordOptions, context: RecordContext): Promise<Recorder> {
	const { clock, observe, pagesMax } = context;
	await preparePrivateFolder(options.folder);
	await removeTemporaries(options.folder);
	const evidence = await openEvidence(join(options.folder, EVIDENCE), {
		bytesMax: options.evidenceMegabytes * 1e6,
		observe,
	});
	const path = join(options.folder, DATABASE);
	const thread = await openStoreThread({
		path,
		outboxMax: options.outboxMax,
		...(pagesMax === undefined ? {} : { pagesMax }),
	});
	if (thread.movedAside !== null) {
		const detail = `${path} was damaged; it was moved to ${thread.movedAside} and a new one was begun`;
		observe({ kind: 'warning', about: 'the state folder', detail });
	}
	const sequences = new Map(thread.sequences);
	const staged = new Map<string, OutboxMessage>();

	const tellDropped = ({ dropped }: PutResult) => {
		for (let i = 0; i < dropped; i++) observe({ kind: 'message-published', result: 'dropped' });
	};
	const stage = (stored: PutResult) => {
		tellDropped(stored);
		staged.set(stagedKey(stored.message.topic, stored.message.payload), stored.message);
		if (staged.size > STAGED_MAX) staged.delete(staged.keys().next().value!);
	};
	const saveAlarm: Recorder['saveAlarm'] = async (draft, messageOf) => {
		const { camera } = draft.alarm;
		const sequence = (sequences.get(camera) ?? 0) + 1;
		sequences.set(camera, sequence);
		const notice = { ...draft, sequence };
		const outgoing = messageOf(notice);
		const message = outgoing === null ? null : { topic: outgoing.topic, payload: textOf(outgoing.payload) };
		await orWarn(`an alarm of ${camera} is not recorded`, async () => {
			const stored = await thread.call('save', { alarm: draft.alarm, sequence, message, at: clock.utcNow() });
			if (stored !== null) stage(stored);
		});
		return notice;
	};
	const orWarn = async (otherwise: string, change: () => Promise<unknown>) => {
		try {
			await change();
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			observe({ kind: 'warning', about: 'alarms', detail: `${otherwise}: ${describeError(error)}` });
		}
	};
	const keepAlarm: Recorder['keepAlarm'] = (alarm) =>
		orWarn(`an alarm of ${alarm.camera} is not recorded`, () => {
			const sequence = sequences.get(alarm.camera) ?? 0;
			return thread.call('save', { alarm, sequence, message: null, at: clock.utcNow() });
		});
	const forgetOld = () =>
		orWarn('old ones are not forgotten', async () => {
			const startedBefore = utcMs(clock.utcNow() - options.keepDays * DAY_MS);
			await thread.call('forget', startedBefore);
			await evidence.forget(startedBefore);
		});
	await forgetOld();
	// What it throws is the thread's death, which `ended` tells.
	const forgetting = setInterval(() => void forgetOld().catch(() => {}), FORGET_EVERY_MS);
	forgetting.unref();

	return {
		saveAlarm,
		integrity: integrityRecords({
			call: thread.call,
			messageOf: context.faultMessageOf ?? (() => null),
			utcNow: () => clock.utcNow(),
			monotonicNow: () => clock.monotonicNow(),
			stored: stage,
			orWarn,
		}),
		closeOpenAlarms: async (messageOf) => {
			const notices: AlarmNotice[] = [];
			for (const alarm of await thread.call('openAlarms')) {
				const ended: Alarm = { ...alarm, endedAt: alarm.frameAt, endReason: 'restart' };
				if (alarm.gathered) {
					await keepAlarm(ended);
					continue;
				}
				notices.push(await saveAlarm({ change: 'ended', alarm: ended, arrivedAt: clock.monotonicNow() }, messageOf));
			}
			return notices;
		},
		keepAlarm,
		feedback: {
			give: (request) => thread.call('giveFeedback', { ...request, at: clock.utcNow() }),
			entries: (alarm) => thread.call('feedback', alarm),
			judged: (camera) => thread.call('judged', camera),
			noteReplaced: async (alarm, replaced) => void (await thread.call('noteReplaced', alarm, replaced)),
			keepPattern: (pattern) =>
				orWarn(`the pattern of an alarm of ${pattern.camera} is not kept`, () => thread.call('keepPattern', pattern)),
		},
		alarms: (query) => thread.call('alarms', query),
		alarm: (id) => thread.call('alarm', id),
		outbox: {
			put: async (topic, payload) => {
				const key = stagedKey(topic, payload);
				const message = staged.get(key);
				if (message !== undefined) {
					staged.delete(key);
					return message;
				}
				const stored = await thread.call('put', topic, payload, clock.utcNow());
				tellDropped(stored);
				return stored.message;
			},
			pending: (limit) => thread.call('pending', limit),
			acknowledge: async (id) => void (await thread.call('acknowledge', id)),
			depth: () => thread.call('depth'),
		},
		state: stateFiles(options.folder, observe),
		evidence,
		watch: (signal) => Promise.race([thread.ended, aborted(signal)]),
		[Symbol.asyncDispose]: async () => {
			clearInterval(forgetting);
			await evidence[Symbol.asyncDispose]();
			await thread[Symbol.asyncDispose]();
		},
	};
}

/** What cameras show and when is nobody else's business. */
async function preparePrivateFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		const { mode, uid } = await stat(folder);
		if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(folder, 0o700);
	} catch (error) {
		throw stateError(`use the state folder ${folder}`, error);
	}
}

function textOf(payload: unknown): string {
	return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

function stagedKey(topic: string, payload: string): string {
	return `${topic}\n${payload}`;
}
