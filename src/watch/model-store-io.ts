import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile, TEMPORARY } from '../record/replace-file.ts';

/** How the store of models changes the disk. Each is done whole or not at all when it returns; a kill may leave a draft. */
export interface ModelStoreIo {
	makeFolder(path: string): Promise<void>;
	/** A folder with these files, there at once with all of them. */
	makeVersion(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
	replaceFile(path: string, content: string): Promise<void>;
	/** A file, or a folder with all that is in it. */
	remove(path: string): Promise<void>;
}

/** The steps that a disk takes one by one. */
export interface DiskSteps {
	makeFolder(path: string): Promise<void>;
	/** Writes a new file and waits until the disk has it. */
	writeFile(path: string, content: Uint8Array): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	/** Waits until the disk has what a folder lists. */
	syncFolder(path: string): Promise<void>;
	replaceFile(path: string, content: string): Promise<void>;
	remove(path: string): Promise<void>;
}

export function modelStoreIo(steps: DiskSteps): ModelStoreIo {
	return {
		makeFolder: (path) => steps.makeFolder(path),
		makeVersion: async (path, files) => {
			const draft = `${path}.${randomUUID()}${TEMPORARY}`;
			try {
				await steps.makeFolder(draft);
				for (const [name, content] of files) await steps.writeFile(join(draft, name), content);
				await steps.syncFolder(draft);
				await steps.rename(draft, path);
			} catch (error) {
				await steps.remove(draft).catch(() => {});
				throw error;
			}
			// The rename itself survives only then.
			await steps.syncFolder(dirname(path));
		},
		replaceFile: (path, content) => steps.replaceFile(path, content),
		remove: (path) => steps.remove(path),
	};
}

export const diskSteps: DiskSteps = {
	makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
	writeFile: async (path, content) => {
		const file = await open(path, 'wx', 0o600);
		try {
			await file.writeFile(content);
			await file.sync();
		} finally {
			await file.close();
		}
	},
	rename,
	syncFolder: async (path) => {
		const folder = await open(path, 'r');
		try {
			await folder.sync();
		} finally {
			await folder.close();
		}
	},
	replaceFile,
	remove: (path) => rm(path, { recursive: true, force: true }),
};

export const systemIo: ModelStoreIo = modelStoreIo(diskSteps);
