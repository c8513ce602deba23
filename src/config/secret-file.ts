import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ForeframeError } from '../core/errors.ts';

const BYTES_MAX = 64 * 1024;

export interface SecretFile {
	readonly path: string;
	readonly secret: string;
	/** True where every user of the machine may read it. */
	readonly open: boolean;
}

/**
 * Reads a secret from a file: absolute, or beside the configuration, or for a bare name first in systemd's credentials.
 * One line end at the end is not part of it.
 * @throws ForeframeError SECRET_UNREADABLE. The message names folders but never `name`, which may be a password put in
 * the wrong place.
 */
export async function readSecretFile(
	name: string,
	{ folder, credentials }: { readonly folder: string; readonly credentials: string | undefined },
): Promise<SecretFile> {
	const bare = !name.includes('/');
	const places = bare && credentials !== undefined ? [credentials, folder] : [folder];
	for (const place of places) {
		const path = isAbsolute(name) ? name : resolve(place, name);
		const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
		if (found instanceof Error) {
			if (found.code === 'ENOENT' || found.code === 'ENOTDIR') continue;
			throw unreadable(`cannot look at it (${found.code})`);
		}
		if (!found.isFile()) throw unreadable('it is not a file');
		if (found.size > BYTES_MAX) throw unreadable(`it has ${found.size} bytes, which is no password`);
		return { path, secret: await secretIn(path), open: (found.mode & 0o004) !== 0 && place !== credentials };
	}
	const where = isAbsolute(name) ? name : places.map((place) => join(place, '/')).join(' and ');
	const hint = bare && credentials === undefined ? ' ($CREDENTIALS_DIRECTORY is not set)' : '';
	throw unreadable(isAbsolute(name) ? `${where} does not exist` : `there is no such file in ${where}${hint}`);
}

async function secretIn(path: string): Promise<string> {
	const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw unreadable(`this user may not read it (${error.code})`);
	});
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw unreadable('it is not text in UTF-8');
	}
	const secret = text.replace(/\r?\n$/, '');
	if (secret === '') throw unreadable('it is empty');
	if (/[\r\n\0]/.test(secret)) throw unreadable('it has several lines, wanted the password alone');
	return secret;
}

function unreadable(why: string): ForeframeError {
	return new ForeframeError('SECRET_UNREADABLE', `Cannot read the file with the password: ${why}`);
}
