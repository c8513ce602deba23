import { ForeframeError } from '../core/errors.ts';

/** SQLite's primary result codes that are no bug of ours (sqlite.org/rescode.html), and what a person does about each. */
const EXPECTED: Readonly<Record<number, string>> = {
	3: 'give the daemon a folder it may write to',
	5: 'another Foreframe uses the folder: stop it, or give each its own',
	8: 'give the daemon a folder it may write to',
	10: 'the disk failed to read or write: check it and its free space',
	11: 'the database is damaged: restart the daemon, which moves it aside and begins a new one',
	13: 'free some space on the disk',
	14: 'give the daemon a folder it may write to',
	26: 'the database is damaged: restart the daemon, which moves it aside and begins a new one',
};
const DAMAGED = [11, 26];

/** The failure that a person can do something about, or the error itself: then it is a bug. */
export function storeError(what: string, error: unknown): unknown {
	const code = sqliteCode(error);
	const advice = code === null ? undefined : EXPECTED[code];
	if (advice === undefined) return error;
	return new ForeframeError('STORE_FAILED', `Cannot ${what}: ${(error as Error).message}; ${advice}`, { cause: error });
}

export function isDamaged(error: unknown): boolean {
	const code = sqliteCode(error);
	return code !== null && DAMAGED.includes(code);
}

function sqliteCode(error: unknown): number | null {
	if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
	// The low byte of an extended code is its primary one.
	return error.errcode & 0xff;
}
