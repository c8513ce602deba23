import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, ForeframeError } from '../core/errors.ts';
import { addressSecrets } from '../core/secrets.ts';
import type { StreamInput } from './engine.ts';
import { encryptionFault, type RtspOptions } from './options.ts';

/** An address to connect to, and the secrets in it. */
export interface StreamAddress {
	/** User name and password escaped, so that any character may be in them. */
	readonly address: string;
	readonly secrets: readonly string[];
}

/**
 * Puts together a camera's address, user name and password.
 * @throws ForeframeError SECRET_UNREADABLE when the password file cannot be read, CONFIG_INVALID for an address without a
 * host or one that would not be encrypted as its options say.
 */
export function streamAddress(options: RtspOptions): StreamAddress {
	const fault = encryptionFault(options);
	if (fault !== null) throw new ForeframeError('CONFIG_INVALID', `Cannot use ${fault.key}: ${fault.message}`);
	const { url, username, passwordFile } = options;
	const { scheme, user, password, rest } = splitAddress(url);
	const name = username ?? user;
	const secret = passwordFile === undefined ? password : readPassword(passwordFile);
	const credentials =
		name === null && secret === null
			? ''
			: `${encodeText(name ?? '')}${secret === null ? '' : `:${encodeText(secret)}`}@`;
	const address = `${scheme}${credentials}${rest}`;
	const secrets = [...addressSecrets(address), ...addressSecrets(url), ...(secret === null ? [] : [secret])];
	return { address, secrets: [...new Set(secrets)].filter((text) => text !== '') };
}

/** Is the stream encrypted? */
export function isEncrypted(input: StreamInput): boolean {
	return input.kind === 'rtsp' && input.address.startsWith('rtsps:');
}

/** What is read, as a person knows it and without any secret. */
export function placeOf(input: StreamInput): string {
	if (input.kind === 'file') return input.path;
	const { rest } = splitAddress(input.address);
	return rest.split(/[/?#]/, 1)[0] ?? rest;
}

interface AddressParts {
	readonly scheme: string;
	readonly user: string | null;
	readonly password: string | null;
	/** Host, port and path. */
	readonly rest: string;
}

/** Not `URL`, which refuses many passwords that people paste unescaped: everything up to the last @ is user name and password. */
function splitAddress(url: string): AddressParts {
	// An @ in the path of an address without credentials is no end of a password.
	const match =
		/^(rtsps?:\/\/)()((?:[\w.-]+|\[[\w:.]+\])(?::\d+)?(?:[/?#].*)?)$/su.exec(url) ??
		/^(rtsps?:\/\/)(.*)@([^/?#\s]+.*)$/su.exec(url);
	if (match === null) throw new ForeframeError('CONFIG_INVALID', 'Cannot find a host in the camera address');
	const [, scheme = '', userInfo, rest = ''] = match;
	if (userInfo === undefined || userInfo === '') return { scheme, user: null, password: null, rest };
	const colon = userInfo.indexOf(':');
	if (colon === -1) return { scheme, user: decodeText(userInfo), password: null, rest };
	return { scheme, user: decodeText(userInfo.slice(0, colon)), password: decodeText(userInfo.slice(colon + 1)), rest };
}

function readPassword(file: string): string {
	const { CREDENTIALS_DIRECTORY } = process.env;
	const isBare = !file.includes('/');
	const path = isBare && CREDENTIALS_DIRECTORY !== undefined ? join(CREDENTIALS_DIRECTORY, file) : file;
	try {
		return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
	} catch (error) {
		throw new ForeframeError('SECRET_UNREADABLE', `Cannot read the password file ${path}: ${describeError(error)}`);
	}
}

function encodeText(text: string): string {
	return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Escaped or not: a password with a bare % is taken as it is. */
function decodeText(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
