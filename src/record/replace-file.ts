import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What files are called while they are being written; a write that was cut off leaves one. */
export const TEMPORARY = '.tmp';

/** The file, for its owner only, is the old one or the new one at every moment, also through a power cut. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
	const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
	try {
		const file = await open(temporary, 'wx', 0o600);
		try {
			await file.writeFile(content);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
	// The rename itself survives only then.
	const folder = await open(dirname(path), 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}
