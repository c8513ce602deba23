import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Alarm } from '../core/alarm.ts';
import type { FeedbackEntry } from '../core/feedback.ts';
import type { IntegrityFault } from '../core/integrity.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import type { OutboxMessage } from '../core/outbox.ts';
import type { AlarmId, CameraId, UtcMs } from '../core/units.ts';
import {
	FeedbackStore,
	type FeedbackStored,
	type GiveFeedback,
	type JudgedAlarm,
	type KeepPattern,
} from './feedback-store.ts';
import { type FaultQuery, IntegrityStore } from './integrity-store.ts';
import { migrate } from './migrations.ts';
import type { AlarmQuery, OutboxDepth, PutResult, SaveFault, SaveRequest, StoreCalls } from './store-calls.ts';
import { readAlarm } from './stored-alarm.ts';

export interface StoreOptions {
	/** The database file; made when it is not there. */
	readonly path: string;
	/** Most messages in the outbox. */
	readonly outboxMax: number;
	/** Largest database in pages of 4 KiB; without it the disk decides. */
	readonly pagesMax?: number;
}

/** A daemon that is being restarted may still hold the lock for this long. */
const BUSY_MS = 300;

/** Alarms, counters and outbox in SQLite. Synchronous: lives in the recording thread. Throws SQLite's own errors. */
export class Store implements StoreCalls, Disposable {
	readonly #database: DatabaseSync;
	readonly #outboxMax: number;
	readonly #statements: Statements;
	readonly #feedback: FeedbackStore;
	readonly #integrity: IntegrityStore;
	#messages: number;

	constructor({ path, outboxMax, pagesMax }: StoreOptions) {
		this.#database = openDatabase(path);
		if (pagesMax !== undefined) this.#database.exec(`PRAGMA max_page_count = ${pagesMax}`);
		this.#outboxMax = outboxMax;
		this.#statements = prepare(this.#database);
		this.#feedback = new FeedbackStore(this.#database);
		this.#integrity = new IntegrityStore(this.#database);
		this.#messages = Number(this.#statements.countOutbox.get()!['messages']);
	}

	/** The last sequence number of each camera. */
	sequences(): ReadonlyMap<string, number> {
		return new Map(this.#statements.sequences.all().map((row) => [String(row['camera']), Number(row['last'])]));
	}

	save({ alarm, sequence, message, at }: SaveRequest): PutResult | null {
		const { saveAlarm, saveSequence } = this.#statements;
		return this.#sending(() => {
			const ended = alarm.endedAt === null ? null : Math.floor(alarm.endedAt);
			saveAlarm.run(alarm.id, alarm.camera, Math.floor(alarm.startedAt), ended, JSON.stringify(alarm));
			if (ended !== null) this.#feedback.ended(alarm.id, alarm.endedAt!);
			saveSequence.run(alarm.camera, sequence);
			return message === null ? null : this.#put(message.topic, message.payload, at);
		});
	}

	alarms({ camera, from, to, before, feedback, zone, limit }: AlarmQuery): readonly Alarm[] {
		const rows = this.#statements.alarms.all({
			camera: camera ?? null,
			from: from ?? null,
			to: to ?? null,
			before: before ?? null,
			feedback: feedback ?? null,
			zone: zone ?? null,
			limit,
		});
		return rows.map((row) => readAlarm(String(row['body']), row['verdict']));
	}

	alarm(id: AlarmId): Alarm | null {
		const row = this.#statements.alarm.get(id);
		return row === undefined ? null : readAlarm(String(row['body']), row['verdict']);
	}

	openAlarms(): readonly Alarm[] {
		return this.#statements.openAlarms.all().map((row) => readAlarm(String(row['body']), row['verdict']));
	}

	put(topic: string, payload: string, at: UtcMs): PutResult {
		return this.#sending(() => this.#put(topic, payload, at));
	}

	pending(limit: number): readonly OutboxMessage[] {
		return this.#statements.pending.all(limit).map((row) => ({
			id: Number(row['id']),
			topic: String(row['topic']),
			payload: String(row['payload']),
			queuedAt: Number(row['queued_at']),
		}));
	}

	acknowledge(id: number): null {
		this.#messages -= Number(this.#statements.acknowledge.run(id).changes);
		return null;
	}

	depth(): OutboxDepth {
		const oldest = this.#statements.oldest.get();
		return { messages: this.#messages, oldestQueuedAt: oldest === undefined ? null : Number(oldest['queued_at']) };
	}

	forget(startedBefore: UtcMs): number {
		this.#feedback.forget(startedBefore);
		this.#integrity.forget(startedBefore);
		return Number(this.#statements.forget.run(startedBefore).changes);
	}

	saveFault({ fault, message, at }: SaveFault): PutResult | null {
		return this.#sending(() => {
			this.#integrity.save(fault);
			return message === null ? null : this.#put(message.topic, message.payload, at);
		});
	}

	faults(query: FaultQuery): readonly IntegrityFault[] {
		return this.#integrity.query(query);
	}

	openFaults(): readonly IntegrityFault[] {
		return this.#integrity.open();
	}

	giveFeedback(request: GiveFeedback): FeedbackStored {
		return this.#whole(() => this.#feedback.give(request));
	}

	feedback(alarm: AlarmId): readonly FeedbackEntry[] {
		return this.#feedback.entries(alarm);
	}

	judged(camera: CameraId): readonly JudgedAlarm[] {
		return this.#feedback.judged(camera);
	}

	noteReplaced(alarm: AlarmId, replaced: MemorySnapshot | null): null {
		return this.#feedback.noteReplaced(alarm, replaced);
	}

	keepPattern(pattern: KeepPattern): null {
		return this.#whole(() => this.#feedback.keepPattern(pattern));
	}

	[Symbol.dispose](): void {
		this.#database.close();
	}

	#put(topic: string, payload: string, at: UtcMs): PutResult {
		const queuedAt = Math.floor(at);
		const id = Number(this.#statements.put.run(topic, payload, queuedAt).lastInsertRowid);
		const over = Math.max(0, this.#messages + 1 - this.#outboxMax);
		const dropped = over === 0 ? 0 : Number(this.#statements.dropOldest.run(over).changes);
		return { message: { id, topic, payload, queuedAt }, dropped };
	}

	/** All of `change`, which may put a message in, or nothing. */
	#sending<Result extends PutResult | null>(change: () => Result): Result {
		const result = this.#whole(change);
		if (result !== null) this.#messages += 1 - result.dropped;
		return result;
	}

	/** All of `change`, or nothing. */
	#whole<Result>(change: () => Result): Result {
		this.#database.exec('BEGIN IMMEDIATE');
		try {
			const result = change();
			this.#database.exec('COMMIT');
			return result;
		} catch (error) {
			// A full disk may have ended the transaction already.
			if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
			throw error;
		}
	}
}

function openDatabase(path: string): DatabaseSync {
	const database = new DatabaseSync(path, { timeout: BUSY_MS });
	try {
		// One daemon a folder: the lock is held as long as the database is open, and goes with the process.
		database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
		checkWhole(database);
		migrate(database, path);
		return database;
	} catch (error) {
		database.close();
		throw error;
	}
}

/** What SQLite itself throws for a damaged database, thrown for damage that only a look at every page finds. */
function checkWhole(database: DatabaseSync): void {
	const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
	if (found !== 'ok') throw Object.assign(new Error(`The database is damaged: ${found}`), { errcode: 11 });
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
	const sql = (text: string): StatementSync => database.prepare(text);
	return {
		sequences: sql('SELECT camera, last FROM sequences'),
		saveAlarm: sql(
			`INSERT INTO alarms (id, camera, started_at, ended_at, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body`,
		),
		saveSequence: sql(
			'INSERT INTO sequences (camera, last) VALUES (?, ?) ON CONFLICT (camera) DO UPDATE SET last = excluded.last',
		),
		alarms: sql(
			`SELECT body, verdict FROM alarms LEFT JOIN verdicts ON verdicts.alarm = alarms.id
			WHERE ($camera IS NULL OR alarms.camera = $camera) AND ($from IS NULL OR alarms.started_at >= $from)
			AND ($to IS NULL OR alarms.started_at < $to) AND ($before IS NULL OR id < $before)
			AND ($feedback IS NULL OR coalesce(verdict, 'none') = $feedback)
			AND ($zone IS NULL OR EXISTS (SELECT 1 FROM json_each(body, '$.zones') WHERE value = $zone))
			ORDER BY id DESC LIMIT $limit`,
		),
		alarm: sql('SELECT body, verdict FROM alarms LEFT JOIN verdicts ON verdicts.alarm = alarms.id WHERE id = ?'),
		openAlarms: sql(
			`SELECT body, verdict FROM alarms LEFT JOIN verdicts ON verdicts.alarm = alarms.id
			WHERE alarms.ended_at IS NULL ORDER BY id`,
		),
		forget: sql('DELETE FROM alarms WHERE started_at < ? AND ended_at IS NOT NULL'),
		put: sql('INSERT INTO outbox (topic, payload, queued_at) VALUES (?, ?, ?)'),
		dropOldest: sql('DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ?)'),
		pending: sql('SELECT id, topic, payload, queued_at FROM outbox ORDER BY id LIMIT ?'),
		acknowledge: sql('DELETE FROM outbox WHERE id = ?'),
		oldest: sql('SELECT queued_at FROM outbox ORDER BY id LIMIT 1'),
		countOutbox: sql('SELECT count(*) AS messages FROM outbox'),
	};
}
