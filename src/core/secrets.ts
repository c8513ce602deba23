/** What stands where a secret was. */
export const MASK = '***';

/** Shorter text is not searched for, since it would blacken half of every line; addresses are masked by their form. */
const SEARCHED_MIN = 4;

/** The secrets of one configuration. Whatever leaves the daemon as text (log, API, error) passes through `redact`. */
export interface Secrets {
	/** Remembers a secret, in the ways it may be written in addresses and JSON. */
	add(secret: string): void;
	/** The text without any known secret, and without the passwords of addresses, known or not. */
	redact(text: string): string;
}

export function createSecrets(): Secrets {
	const known = new Set<string>();
	let longestFirst: readonly string[] = [];
	return {
		add: (secret) => {
			for (const form of writtenForms(secret)) if (form.length >= SEARCHED_MIN && form !== MASK) known.add(form);
			longestFirst = [...known].sort((a, b) => b.length - a.length);
		},
		redact: (text) => {
			let clean = text;
			// Until nothing changes: taking one secret out may put the halves of another together. Each round is shorter.
			for (let before = ''; before !== clean; ) {
				before = clean;
				for (const secret of longestFirst) clean = clean.replaceAll(secret, MASK);
			}
			return maskAddresses(clean);
		},
	};
}

/** Every string in a JSON-like value redacted, keys too; other things as they are. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
	if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactDeep(item, redact)]));
}

/** Masks the password of every address in a text, also one whose @, / or # was not escaped. */
export function maskAddresses(text: string): string {
	// A text that is an address from its beginning on may have spaces and quotation marks in its password.
	if (USER_INFO.test(text)) return maskAddress(text);
	return text.replaceAll(ADDRESS, maskAddress);
}

/** The passwords that an address carries, before its host or as a parameter; as written and, where it differs, decoded. */
export function addressSecrets(address: string): readonly string[] {
	const secrets = new Set<string>();
	const userInfo = USER_INFO.exec(address)?.[2];
	if (userInfo !== undefined) secrets.add(userInfo.slice(userInfo.indexOf(':') + 1));
	for (const match of address.matchAll(PARAMETER)) secrets.add(match[2] ?? '');
	for (const secret of [...secrets]) secrets.add(decoded(secret));
	secrets.delete('');
	return [...secrets];
}

const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/[^\s"<>]*/gi;
// Up to the last @: a password whose @ or / was not escaped is wholly inside.
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)(.*)@/is;
const PARAMETER = /([?&;/](?:[a-z_-]*password|passwd|pwd|pass|token|secret|auth|key)=)([^&;\s"'<>]*)/gi;

function maskAddress(address: string): string {
	return address
		.replace(USER_INFO, (_all, scheme: string, userInfo: string) => {
			const colon = userInfo.indexOf(':');
			return colon === -1 ? `${scheme}${MASK}@` : `${scheme}${userInfo.slice(0, colon)}:${MASK}@`;
		})
		.replaceAll(PARAMETER, `$1${MASK}`);
}

function writtenForms(secret: string): string[] {
	const encoded = attempt(() => encodeURIComponent(secret), secret);
	const json = JSON.stringify(secret).slice(1, -1);
	return [
		secret,
		decoded(secret),
		encoded,
		encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
		encoded.replaceAll('%20', '+'),
		attempt(() => encodeURI(secret), secret),
		json,
		JSON.stringify(json).slice(1, -1),
	];
}

function decoded(text: string): string {
	return attempt(() => decodeURIComponent(text), text);
}

/** What URI functions throw on broken escapes means only: there is no such form. */
function attempt(convert: () => string, otherwise: string): string {
	try {
		return convert();
	} catch {
		return otherwise;
	}
}
