import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CameraId } from '../core/units.ts';
import { FeedbackStore, type JudgedAlarm } from './feedback-store.ts';
import { DATABASE } from './recorder.ts';

/**
 * What people have said of a camera's alarms, without changing anything: none where there is no store; null where it cannot be
 * read, since a daemon holds it or it is of another version.
 */
export function readFeedback(folder: string, camera: CameraId): readonly JudgedAlarm[] | null {
	const path = join(folder, DATABASE);
	if (!existsSync(path)) return [];
	try {
		using database = new DatabaseSync(path, { readOnly: true });
		return new FeedbackStore(database).judged(camera);
	} catch (error) {
		// Held, damaged, older: whoever replays is told, and goes on without it.
		if (error instanceof Error && 'errcode' in error) return null;
		throw error;
	}
}
