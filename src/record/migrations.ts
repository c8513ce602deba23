import type { DatabaseSync } from 'node:sqlite';
import { ForeframeError } from '../core/errors.ts';

/** One step for each version of the database; a step that was released is never changed. */
const STEPS: readonly string[] = [
	`
	CREATE TABLE alarms (
		id TEXT PRIMARY KEY,
		camera TEXT NOT NULL,
		started_at INTEGER NOT NULL,
		ended_at INTEGER,
		body TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX alarms_by_start ON alarms (started_at);
	CREATE INDEX alarms_open ON alarms (id) WHERE ended_at IS NULL;
	CREATE TABLE sequences (camera TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE outbox (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		topic TEXT NOT NULL,
		payload TEXT NOT NULL,
		queued_at INTEGER NOT NULL
	) STRICT;
	`,
	`
	CREATE TABLE feedback (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		alarm TEXT NOT NULL,
		camera TEXT NOT NULL,
		action TEXT NOT NULL,
		channel TEXT NOT NULL,
		note TEXT,
		at INTEGER NOT NULL
	) STRICT;
	CREATE INDEX feedback_by_alarm ON feedback (alarm, id);
	CREATE TRIGGER feedback_is_not_changed BEFORE UPDATE ON feedback
		BEGIN SELECT RAISE(ABORT, 'feedback is only ever added to'); END;
	CREATE TRIGGER feedback_is_not_removed BEFORE DELETE ON feedback
		BEGIN SELECT RAISE(ABORT, 'feedback is only ever added to'); END;
	CREATE TABLE verdicts (
		alarm TEXT PRIMARY KEY,
		camera TEXT NOT NULL,
		verdict TEXT NOT NULL,
		started_at INTEGER NOT NULL,
		ended_at INTEGER NOT NULL,
		replaced_at INTEGER
	) STRICT, WITHOUT ROWID;
	CREATE TABLE patterns (
		alarm TEXT PRIMARY KEY,
		camera TEXT NOT NULL,
		at INTEGER NOT NULL,
		body TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX patterns_by_camera ON patterns (camera, at);
	`,
	`
	CREATE TABLE faults (
		id TEXT PRIMARY KEY,
		camera TEXT NOT NULL,
		started_at INTEGER NOT NULL,
		ended_at INTEGER,
		body TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX faults_by_start ON faults (started_at);
	CREATE INDEX faults_open ON faults (id) WHERE ended_at IS NULL;
	`,
];

/** @throws ForeframeError STORE_FAILED when a newer Foreframe wrote the database. */
export function migrate(database: DatabaseSync, path: string): void {
	const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
	if (version > STEPS.length) {
		throw new ForeframeError(
			'STORE_FAILED',
			`Cannot use ${path} of version ${version}: this Foreframe knows versions up to ${STEPS.length}; start the newer one, or give it another state folder`,
		);
	}
	for (const [place, step] of STEPS.entries()) {
		if (place < version) continue;
		database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${place + 1}; COMMIT`);
	}
}
