import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type AuthScheme = 'digest-sha-256' | 'digest-md5' | 'basic';

export interface Credentials {
	readonly user: string;
	readonly password: string;
}

export interface AuthRequest {
	readonly method: string;
	readonly uri: string;
	readonly authorization: string | null;
}

export type AuthVerdict = 'granted' | 'refused' | 'stale';

export interface Authenticator {
	/** Values for `WWW-Authenticate`, one header each, with a fresh nonce. */
	challenges(stale: boolean): string[];
	check(request: AuthRequest): AuthVerdict;
}

const REALM = 'foreframe';
const NONCE_LIFE_MS = 300_000;

/** Basic (RFC 7617) and Digest (RFC 7616, and without qop as in RFC 2069, which many RTSP clients still speak). */
export function openAuthenticator(
	credentials: Credentials,
	schemes: readonly AuthScheme[],
	monotonicNow: () => number,
): Authenticator {
	const key = randomBytes(32);
	const sign = (time: string) => createHmac('sha256', key).update(time).digest('hex').slice(0, 32);
	const nonce = () => {
		const time = Math.floor(monotonicNow()).toString(36);
		return `${time}.${sign(time)}`;
	};
	const nonceAgeMs = (value: string): number | null => {
		const [time = '', signature = ''] = value.split('.');
		return sameText(sign(time), signature) ? monotonicNow() - Number.parseInt(time, 36) : null;
	};
	return {
		challenges: (stale) =>
			schemes.map((scheme) => {
				if (scheme === 'basic') return `Basic realm="${REALM}"`;
				const algorithm = scheme === 'digest-md5' ? 'MD5' : 'SHA-256';
				return `Digest realm="${REALM}", nonce="${nonce()}", algorithm=${algorithm}${stale ? ', stale=true' : ''}`;
			}),
		check: (request) => {
			const header = request.authorization ?? '';
			const [scheme = '', rest = ''] = splitOnce(header);
			if (scheme.toLowerCase() === 'basic' && schemes.includes('basic')) {
				const expected = `${credentials.user}:${credentials.password}`;
				return sameText(Buffer.from(rest.trim(), 'base64').toString('utf8'), expected) ? 'granted' : 'refused';
			}
			if (scheme.toLowerCase() !== 'digest') return 'refused';
			const answer = readParameters(rest);
			const algorithm = (answer.get('algorithm') ?? 'MD5').toUpperCase();
			const accepted = schemes.includes(algorithm === 'SHA-256' ? 'digest-sha-256' : 'digest-md5');
			if (!accepted || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) return 'refused';
			if (answer.get('realm') !== REALM || answer.get('uri') !== request.uri) return 'refused';
			if (answer.get('username') !== credentials.user) return 'refused';
			const age = nonceAgeMs(answer.get('nonce') ?? '');
			if (age === null) return 'refused';
			const expected = digestResponse({
				algorithm,
				user: credentials.user,
				realm: REALM,
				password: credentials.password,
				method: request.method,
				uri: request.uri,
				nonce: answer.get('nonce') ?? '',
				qop: answer.get('qop') ?? null,
				cnonce: answer.get('cnonce') ?? '',
				nonceCount: answer.get('nc') ?? '',
			});
			if (!sameText(expected, (answer.get('response') ?? '').toLowerCase())) return 'refused';
			return age > NONCE_LIFE_MS ? 'stale' : 'granted';
		},
	};
}

export interface DigestInput {
	readonly algorithm: 'MD5' | 'SHA-256';
	readonly user: string;
	readonly realm: string;
	readonly password: string;
	readonly method: string;
	readonly uri: string;
	readonly nonce: string;
	/** Null for the form of RFC 2069. */
	readonly qop: string | null;
	readonly cnonce: string;
	readonly nonceCount: string;
}

/** RFC 7616, 3.4.1. */
export function digestResponse(input: DigestInput): string {
	const digest = (text: string) =>
		createHash(input.algorithm === 'MD5' ? 'md5' : 'sha256')
			.update(text, 'utf8')
			.digest('hex');
	const secret = digest(`${input.user}:${input.realm}:${input.password}`);
	const request = digest(`${input.method}:${input.uri}`);
	if (input.qop === null) return digest(`${secret}:${input.nonce}:${request}`);
	return digest(`${secret}:${input.nonce}:${input.nonceCount}:${input.cnonce}:${input.qop}:${request}`);
}

/** Name and value pairs, values plain or in quotes with backslashes (RFC 9110, 11.2). */
export function readParameters(text: string): Map<string, string> {
	const parameters = new Map<string, string>();
	const pattern = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g;
	for (const [, name, quoted, plain] of text.matchAll(pattern)) {
		parameters.set(name!.toLowerCase(), quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(.)/g, '$1'));
	}
	return parameters;
}

function splitOnce(text: string): [string, string] {
	const at = text.trim().indexOf(' ');
	return at < 0 ? [text.trim(), ''] : [text.trim().slice(0, at), text.trim().slice(at + 1)];
}

/** Compares digests, so that the time it takes tells neither length nor place of a difference. */
function sameText(one: string, other: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
	return timingSafeEqual(digest(one), digest(other));
}
