import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { INTEGRITY_KINDS, type IntegrityFault } from '../core/integrity.ts';
import { type AlarmId, type CameraId, cameraId, type UtcMs, utcMs } from '../core/units.ts';

/** Which faults; newest first. */
export interface FaultQuery {
	readonly camera: CameraId | null;
	/** Of the start: from then on, and before then. */
	readonly from: UtcMs | null;
	readonly to: UtcMs | null;
	/** Older than this fault: the last of the page before. */
	readonly before: AlarmId | null;
	readonly limit: number;
}

const stored = z.object({
	id: z.string().transform((id) => id as AlarmId),
	camera: z.string().transform(cameraId),
	kind: z.enum(INTEGRITY_KINDS),
	startedAt: z.number().transform(utcMs),
	endedAt: z.number().transform(utcMs).nullable(),
	frameAt: z.number().transform(utcMs),
	detail: z.string(),
});

/** Faults of cameras in SQLite. Synchronous, as the store it belongs to. */
export class IntegrityStore {
	readonly #save: StatementSync;
	readonly #query: StatementSync;
	readonly #open: StatementSync;
	readonly #forget: StatementSync;

	constructor(database: DatabaseSync) {
		this.#save = database.prepare(
			`INSERT INTO faults (id, camera, started_at, ended_at, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body`,
		);
		this.#query = database.prepare(
			`SELECT body FROM faults
			WHERE ($camera IS NULL OR camera = $camera) AND ($from IS NULL OR started_at >= $from)
			AND ($to IS NULL OR started_at < $to) AND ($before IS NULL OR id < $before)
			ORDER BY id DESC LIMIT $limit`,
		);
		this.#open = database.prepare('SELECT body FROM faults WHERE ended_at IS NULL ORDER BY id');
		this.#forget = database.prepare('DELETE FROM faults WHERE started_at < ? AND ended_at IS NOT NULL');
	}

	save(fault: IntegrityFault): void {
		const ended = fault.endedAt === null ? null : Math.floor(fault.endedAt);
		this.#save.run(fault.id, fault.camera, Math.floor(fault.startedAt), ended, JSON.stringify(fault));
	}

	query(query: FaultQuery): readonly IntegrityFault[] {
		return this.#query.all({ ...query }).map(readFault);
	}

	open(): readonly IntegrityFault[] {
		return this.#open.all().map(readFault);
	}

	forget(startedBefore: UtcMs): void {
		this.#forget.run(startedBefore);
	}
}

function readFault(row: Record<string, unknown>): IntegrityFault {
	return stored.parse(JSON.parse(String(row['body'])));
}
