import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import {
	FEEDBACK_ACTIONS,
	FEEDBACK_CHANNELS,
	type FeedbackEntry,
	type FeedbackRequest,
	type FeedbackVerdict,
	verdictInForce,
} from '../core/feedback.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import { type AlarmId, type CameraId, type UtcMs, utcMs } from '../core/units.ts';

export interface GiveFeedback extends FeedbackRequest {
	readonly alarm: AlarmId;
	readonly at: UtcMs;
}

/** What came of feedback. */
export type FeedbackStored =
	| { readonly kind: 'unknown-alarm' }
	/** There is nothing to take back, or there were more entries than anybody can mean. */
	| { readonly kind: 'refused'; readonly why: string }
	| {
			readonly kind: 'stored';
			readonly camera: CameraId;
			readonly before: FeedbackVerdict | null;
			readonly verdict: FeedbackVerdict | null;
	  };

/** An alarm of which a person has said something that holds. */
export interface JudgedAlarm {
	readonly alarm: AlarmId;
	readonly verdict: FeedbackVerdict;
	readonly startedAt: UtcMs;
	/** The last that is known of it where it goes on. */
	readonly endedAt: UtcMs;
	/** As it was given to `keepPattern`; null where none is kept. */
	readonly pattern: string | null;
	/** The memory that a confirmed alarm has replaced. */
	readonly replaced: MemorySnapshot | null;
}

export interface KeepPattern {
	readonly alarm: AlarmId;
	readonly camera: CameraId;
	/** When the alarm started. */
	readonly at: UtcMs;
	readonly body: string;
}

/** Of one alarm; more is no opinion any more. */
const ENTRIES_MAX = 100;
/** Patterns of a camera's alarms of which nobody has said anything, and of those of which somebody has. */
const PATTERNS_MAX = { unsaid: 200, said: 400 } as const;

const entry = z.object({
	action: z.enum(FEEDBACK_ACTIONS),
	channel: z.enum(FEEDBACK_CHANNELS),
	note: z.string().nullable(),
	at: z.number(),
});
const replacedAt = z.number().nullable();

/** What people say of alarms, and what is needed to act on it, in the store's database. Synchronous. */
export class FeedbackStore {
	readonly #statements: ReturnType<typeof prepare>;

	constructor(database: DatabaseSync) {
		this.#statements = prepare(database);
	}

	/** To be called within a transaction. */
	give({ alarm, action, channel, note, at }: GiveFeedback): FeedbackStored {
		const { cameraOf, insert, hold, release } = this.#statements;
		const row = cameraOf.get({ alarm });
		if (row === undefined) return { kind: 'unknown-alarm' };
		const camera = String(row['camera']) as CameraId;
		const said = this.entries(alarm).map((one) => one.action);
		const before = verdictInForce(said);
		if (action === 'undo' && before === null) return { kind: 'refused', why: 'nothing was said of it' };
		if (said.length >= ENTRIES_MAX) return { kind: 'refused', why: `${said.length} things were said of it already` };
		insert.run(alarm, camera, action, channel, note, Math.floor(at));
		const verdict = verdictInForce([...said, action]);
		if (verdict === null) release.run(alarm);
		else hold.run(alarm, camera, verdict, Number(row['started_at']), Number(row['ended_at'] ?? at));
		return { kind: 'stored', camera, before, verdict };
	}

	/** Oldest first. */
	entries(alarm: AlarmId): readonly FeedbackEntry[] {
		return this.#statements.entries.all(alarm).map((row) => {
			const { at, ...rest } = entry.parse(row);
			return { ...rest, at: utcMs(at) };
		});
	}

	/** Of one camera, oldest first. */
	judged(camera: CameraId): readonly JudgedAlarm[] {
		return this.#statements.judged.all(camera).map((row) => {
			const at = replacedAt.parse(row['replaced_at']);
			return {
				alarm: String(row['alarm']) as AlarmId,
				verdict: String(row['verdict']) as FeedbackVerdict,
				startedAt: utcMs(Number(row['started_at'])),
				endedAt: utcMs(Number(row['ended_at'])),
				pattern: row['body'] === null ? null : String(row['body']),
				replaced: at === null ? null : { at: utcMs(at), reason: 'replaced' },
			};
		});
	}

	/** Notes which memory a confirmed alarm has replaced, or that it was taken again. */
	noteReplaced(alarm: AlarmId, replaced: MemorySnapshot | null): null {
		this.#statements.noteReplaced.run(replaced === null ? null : replaced.at, alarm);
		return null;
	}

	/** In place of the one that was kept of the alarm before. To be called within a transaction. */
	keepPattern({ alarm, camera, at, body }: KeepPattern): null {
		const { keepPattern, thinUnsaid, thinSaid } = this.#statements;
		keepPattern.run(alarm, camera, Math.floor(at), body);
		thinUnsaid.run({ camera, most: PATTERNS_MAX.unsaid });
		thinSaid.run({ camera, most: PATTERNS_MAX.said });
		return null;
	}

	/** Forgets the patterns of alarms that started before and of which nobody has said anything. */
	forget(startedBefore: UtcMs): void {
		this.#statements.forget.run(startedBefore);
	}

	/** An alarm that has ended since something was said of it ends there, too. */
	ended(alarm: AlarmId, at: UtcMs): void {
		this.#statements.ended.run(Math.floor(at), alarm);
	}
}

function prepare(database: DatabaseSync) {
	const sql = (text: string) => database.prepare(text);
	const thin = (said: 'IN' | 'NOT IN') =>
		sql(
			`DELETE FROM patterns WHERE camera = $camera AND alarm ${said} (SELECT alarm FROM verdicts) AND alarm NOT IN (
				SELECT alarm FROM patterns WHERE camera = $camera AND alarm ${said} (SELECT alarm FROM verdicts)
				ORDER BY at DESC LIMIT $most)`,
		);
	return {
		/** An alarm that was forgotten since may still be spoken of where something was said of it. */
		cameraOf: sql(
			`SELECT camera, started_at, ended_at FROM alarms WHERE id = $alarm
			UNION ALL SELECT camera, started_at, ended_at FROM verdicts WHERE alarm = $alarm LIMIT 1`,
		),
		insert: sql('INSERT INTO feedback (alarm, camera, action, channel, note, at) VALUES (?, ?, ?, ?, ?, ?)'),
		hold: sql(
			`INSERT INTO verdicts (alarm, camera, verdict, started_at, ended_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (alarm) DO UPDATE SET verdict = excluded.verdict`,
		),
		release: sql('DELETE FROM verdicts WHERE alarm = ?'),
		entries: sql('SELECT action, channel, note, at FROM feedback WHERE alarm = ? ORDER BY id'),
		judged: sql(
			`SELECT verdicts.alarm, verdict, started_at, ended_at, replaced_at, body
			FROM verdicts LEFT JOIN patterns ON patterns.alarm = verdicts.alarm
			WHERE verdicts.camera = ? ORDER BY verdicts.started_at, verdicts.alarm`,
		),
		noteReplaced: sql('UPDATE verdicts SET replaced_at = ? WHERE alarm = ?'),
		ended: sql('UPDATE verdicts SET ended_at = ? WHERE alarm = ?'),
		keepPattern: sql(
			`INSERT INTO patterns (alarm, camera, at, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (alarm) DO UPDATE SET body = excluded.body`,
		),
		forget: sql('DELETE FROM patterns WHERE at < ? AND alarm NOT IN (SELECT alarm FROM verdicts)'),
		thinUnsaid: thin('NOT IN'),
		thinSaid: thin('IN'),
	};
}
