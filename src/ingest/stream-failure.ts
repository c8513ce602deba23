import type { StreamFailure } from '../core/camera-state.ts';

/** A stream that cannot be read or read on. The message is one sentence for a person; it may hold no secret. */
export class StreamError extends Error {
	override readonly name = 'StreamError';
	readonly reason: StreamFailure;

	constructor(reason: StreamFailure, message: string) {
		super(message);
		this.reason = reason;
	}
}

/**
 * From what FFmpeg said (log lines and error text; the same words as a library and as a program).
 * @param where What was read, as a person knows it: `10.0.0.5:554`, or a path.
 * @param handshake An encrypted stream that never opened.
 */
export function streamError(
	where: string,
	said: string,
	{ handshake = false }: { readonly handshake?: boolean } = {},
): StreamError {
	const plain = classifyFailure(said);
	const reason = handshake && !ANSWERED.test(said) && BROKEN_OFF.has(plain) ? 'tls' : plain;
	return new StreamError(reason, `${sentence(reason, where)} (${essence(said)})`);
}

export function stalledError(where: string, seconds: number): StreamError {
	return new StreamError('stalled', `${where} has sent no frame for ${seconds} s`);
}

/** A line of RTSP came back: the encryption was agreed on. */
const ANSWERED = /method \w+ failed|server returned/i;
/** What a handshake that fails looks like where no line says that it was one. */
const BROKEN_OFF: ReadonlySet<StreamFailure> = new Set(['ended', 'codec', 'unreachable', 'unknown']);

/** Order matters: the answer of a camera says more than the general error that follows it. */
const SIGNS: readonly (readonly [StreamFailure, RegExp])[] = [
	['unauthorised', /unauthori[sz]ed|authorization failed|access denied|forbidden/i],
	['tls', /SSL routines|certificate|TLS (?:packet|fatal alert|connection|handshake)|error in the pull function/i],
	['not-found', /404 not found|stream not found|no such file/i],
	['refused', /connection refused|not enough bandwidth|server returned [45]XX|5\d\d (?:internal|service|server)/i],
	['codec', /no decoder|decoder not found|unsupported (?:codec|transport)|no video|codec parameters|unknown codec/i],
	[
		'unreachable',
		/no route to host|network is (?:unreachable|down)|host is (?:unreachable|down)|resolve|name or service|name resolution/i,
	],
	['timed-out', /timed out|timeout|exit requested|resource temporarily unavailable/i],
	['ended', /end of file|connection reset|broken pipe|reset by peer|teardown/i],
	['codec', /invalid data|error opening .*decoder/i],
	['unreachable', /input\/output error|connection (?:aborted|failed)|cannot assign/i],
];

export function classifyFailure(said: string): StreamFailure {
	return SIGNS.find(([, sign]) => sign.test(said))?.[0] ?? 'unknown';
}

function sentence(reason: StreamFailure, where: string): string {
	switch (reason) {
		case 'refused':
			return `${where} refuses the connection`;
		case 'not-found':
			return `${where} has no such stream; check the path of the address`;
		case 'unauthorised':
			return `${where} does not accept the user name and password`;
		case 'tls':
			return `${where} and this machine cannot agree on encryption; is rtsps:// meant, and this port?`;
		case 'timed-out':
			return `${where} does not answer`;
		case 'codec':
			return `The stream of ${where} cannot be decoded`;
		case 'stalled':
			return `${where} sends no frames`;
		case 'ended':
			return `${where} ended the stream`;
		case 'unreachable':
			return `${where} cannot be reached`;
		case 'crashed':
			return `The process that reads ${where} died`;
		case 'unknown':
			return `${where} cannot be read`;
		default:
			return reason satisfies never;
	}
}

/** The last line that says something, without FFmpeg's `[rtsp @ 0x55…]`. */
function essence(said: string): string {
	const lines = said
		.split('\n')
		.map((line) => line.replaceAll(/\[[^\]]* @ 0x[0-9a-f]+\]\s*/g, '').trim())
		.filter((line) => line !== '');
	const telling = lines.filter((line) => SIGNS.some(([, sign]) => sign.test(line)));
	return (telling[0] ?? lines.at(-1) ?? 'no reason given').slice(0, 300);
}
