import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { CameraId } from '../core/units.ts';
import { replaceFile, TEMPORARY } from './replace-file.ts';

/** State of cameras as files: what a detector remembers, the calibration pack. */
export interface StateFiles {
	/** The camera's folder, which need not be there. */
	path(camera: CameraId): string;
	/** The camera's folder, made when it is not there. */
	folder(camera: CameraId): Promise<string>;
	/** `kind`: `[a-z0-9-]+`. Replaces the file whole or not at all. @throws ForeframeError STORE_FAILED */
	save(camera: CameraId, kind: string, bytes: Uint8Array): Promise<void>;
	/** null where there is none, or where it was damaged: then it was moved aside, and a warning was told. */
	load(camera: CameraId, kind: string): Promise<Uint8Array | null>;
	/** Kinds that are there, those of files that were moved aside not among them. @throws ForeframeError STORE_FAILED */
	kinds(camera: CameraId): Promise<readonly string[]>;
	/** Does nothing where there is none. @throws ForeframeError STORE_FAILED */
	remove(camera: CameraId, kind: string): Promise<void>;
}

/** "FFST", format 1, SHA-256 of the rest. */
const MAGIC = Buffer.from('FFST\u0001\0\0\0', 'latin1');
const HASH_BYTES = 32;
const KIND = /^[a-z0-9-]+$/;
const ENDING = '.state';

export function stateFiles(root: string, observe: Observe): StateFiles {
	const pathOf = (camera: CameraId) => join(root, 'cameras', camera);
	const folder = async (camera: CameraId) => {
		const path = pathOf(camera);
		try {
			await mkdir(path, { recursive: true, mode: 0o700 });
		} catch (error) {
			throw stateError(`make the folder ${path}`, error);
		}
		return path;
	};
	return {
		path: pathOf,
		folder,
		save: async (camera, kind, bytes) => {
			const path = join(await folder(camera), fileOf(kind));
			try {
				await replaceFile(path, Buffer.concat([MAGIC, hashOf(bytes), bytes]));
			} catch (error) {
				throw stateError(`write ${path}`, error);
			}
		},
		load: async (camera, kind) => {
			const path = join(pathOf(camera), fileOf(kind));
			const stored = await readIfThere(path);
			if (stored === null) return null;
			const bytes = stored.subarray(MAGIC.length + HASH_BYTES);
			const header = stored.subarray(0, MAGIC.length + HASH_BYTES);
			if (header.equals(Buffer.concat([MAGIC, hashOf(bytes)]))) return bytes;
			const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
			await rename(path, aside);
			observe({
				kind: 'warning',
				about: `state of ${camera}`,
				detail: `${path} is damaged; it was moved to ${aside} and begins anew`,
			});
			return null;
		},
		kinds: async (camera) => {
			try {
				const names = await readdir(pathOf(camera));
				return names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
			} catch (error) {
				if (isAbsence(error)) return [];
				throw stateError(`read the folder ${pathOf(camera)}`, error);
			}
		},
		remove: async (camera, kind) => {
			const path = join(pathOf(camera), fileOf(kind));
			try {
				await rm(path, { force: true });
			} catch (error) {
				throw stateError(`remove ${path}`, error);
			}
		},
	};
}

/** Removes what writes that were cut off have left. */
export async function removeTemporaries(root: string): Promise<void> {
	const entries = await readdir(join(root, 'cameras'), { recursive: true, withFileTypes: true }).catch(() => []);
	for (const entry of entries) {
		if (entry.isFile() && entry.name.endsWith(TEMPORARY)) await rm(join(entry.parentPath, entry.name), { force: true });
	}
}

function fileOf(kind: string): string {
	if (!KIND.test(kind)) throw new RangeError(`Cannot keep state of the kind "${kind}": expected ${KIND.source}`);
	return `${kind}${ENDING}`;
}

async function readIfThere(path: string): Promise<Buffer | null> {
	try {
		return await readFile(path);
	} catch (error) {
		if (isAbsence(error)) return null;
		throw stateError(`read ${path}`, error);
	}
}

function isAbsence(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function hashOf(bytes: Uint8Array): Buffer {
	return createHash('sha256').update(bytes).digest();
}

export function stateError(what: string, error: unknown): ForeframeError {
	const advice = 'give the daemon a folder it may write to, with free space';
	return new ForeframeError('STORE_FAILED', `Cannot ${what}: ${describeError(error)}; ${advice}`, { cause: error });
}
