/** A request of RTSP 1.0 (RFC 2326, 6). Header names are in lower case; a repeated header is joined by commas. */
export interface RtspRequest {
	readonly kind: 'request';
	readonly method: string;
	readonly uri: string;
	readonly headers: ReadonlyMap<string, string>;
	readonly body: Uint8Array;
}

/** Binary data between messages (RFC 2326, 10.12): what a client sends is RTCP. */
export interface Interleaved {
	readonly kind: 'interleaved';
	readonly channel: number;
	readonly bytes: Uint8Array;
}

/** Something that is no request. `fatal` when what follows cannot be found in the stream any more. */
export interface Malformed {
	readonly kind: 'malformed';
	readonly status: number;
	readonly cseq: string | null;
	readonly fatal: boolean;
}

export type Incoming = RtspRequest | Interleaved | Malformed;

const MAX_HEAD_BYTES = 8192;
const MAX_BODY_BYTES = 65_536;
const MAX_HEADERS = 64;

/** Reads what a client sends, however it is cut; keeps no more than one message's limit. */
export function openMessageReader(): { push(chunk: Uint8Array): Incoming[] } {
	let rest: Buffer = Buffer.alloc(0);
	let dead = false;
	return {
		push: (chunk) => {
			if (dead) return [];
			rest = Buffer.concat([rest, chunk]);
			const found: Incoming[] = [];
			for (;;) {
				const step = readOne(rest);
				if (step === null) break;
				rest = rest.subarray(step.bytes);
				if (step.message !== null) found.push(step.message);
				if (step.message?.kind === 'malformed' && step.message.fatal) {
					dead = true;
					rest = Buffer.alloc(0);
					break;
				}
			}
			return found;
		},
	};
}

interface Step {
	readonly bytes: number;
	readonly message: Incoming | null;
}

function readOne(buffer: Buffer): Step | null {
	if (buffer.length === 0) return null;
	if (buffer[0] === 0x24) return readInterleaved(buffer);
	// Empty lines between messages are allowed.
	if (buffer[0] === 0x0d || buffer[0] === 0x0a) return { bytes: 1, message: null };
	const end = buffer.subarray(0, MAX_HEAD_BYTES).indexOf('\r\n\r\n');
	if (end < 0) {
		if (buffer.length < MAX_HEAD_BYTES) return null;
		return { bytes: buffer.length, message: malformed(413, null, true) };
	}
	return readRequest(buffer, end);
}

function readInterleaved(buffer: Buffer): Step | null {
	if (buffer.length < 4) return null;
	const length = buffer.readUInt16BE(2);
	if (buffer.length < 4 + length) return null;
	const bytes = Uint8Array.from(buffer.subarray(4, 4 + length));
	return { bytes: 4 + length, message: { kind: 'interleaved', channel: buffer[1]!, bytes } };
}

function readRequest(buffer: Buffer, end: number): Step | null {
	const lines = buffer.subarray(0, end).toString('latin1').split('\r\n');
	const headers = readHeaders(lines.slice(1));
	const cseq = headers?.get('cseq') ?? null;
	const length = headers?.get('content-length') ?? '0';
	if (headers === null || !/^\d{1,9}$/.test(length))
		return { bytes: buffer.length, message: malformed(400, cseq, true) };
	const bodyBytes = Number(length);
	if (bodyBytes > MAX_BODY_BYTES) return { bytes: buffer.length, message: malformed(413, cseq, true) };
	const bytes = end + 4 + bodyBytes;
	if (buffer.length < bytes) return null;
	const line = /^([A-Z_]{1,32}) (\S+) RTSP\/(\d)\.(\d)$/.exec(lines[0]!);
	if (line === null) {
		// A response of the client's to nothing we asked; or not RTSP at all.
		return { bytes, message: malformed(400, cseq, false) };
	}
	const [, method, uri, major, minor] = line;
	if (major !== '1' || minor !== '0') return { bytes, message: malformed(505, cseq, false) };
	if (cseq === null || !/^\d{1,10}$/.test(cseq)) return { bytes, message: malformed(400, null, false) };
	const body = Uint8Array.from(buffer.subarray(end + 4, bytes));
	return { bytes, message: { kind: 'request', method: method!, uri: uri!, headers, body } };
}

function malformed(status: number, cseq: string | null, fatal: boolean): Malformed {
	return { kind: 'malformed', status, cseq: cseq !== null && /^\d{1,10}$/.test(cseq) ? cseq : null, fatal };
}

function readHeaders(lines: readonly string[]): Map<string, string> | null {
	if (lines.length > MAX_HEADERS) return null;
	const headers = new Map<string, string>();
	let last: string | null = null;
	for (const line of lines) {
		if (/^[ \t]/.test(line) && last !== null) {
			headers.set(last, `${headers.get(last)} ${line.trim()}`);
			continue;
		}
		const colon = line.indexOf(':');
		const name = line.slice(0, colon).trim().toLowerCase();
		if (colon < 1 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return null;
		const value = line.slice(colon + 1).trim();
		const before = headers.get(name);
		headers.set(name, before === undefined ? value : `${before}, ${value}`);
		last = name;
	}
	return headers;
}

const REASONS: Readonly<Record<number, string>> = {
	200: 'OK',
	400: 'Bad Request',
	401: 'Unauthorized',
	404: 'Not Found',
	405: 'Method Not Allowed',
	406: 'Not Acceptable',
	413: 'Request Entity Too Large',
	451: 'Parameter Not Understood',
	453: 'Not Enough Bandwidth',
	454: 'Session Not Found',
	455: 'Method Not Valid in This State',
	459: 'Aggregate Operation Not Allowed',
	461: 'Unsupported Transport',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	503: 'Service Unavailable',
	505: 'RTSP Version Not Supported',
	551: 'Option not supported',
};

export interface RtspResponse {
	readonly status: number;
	/** In order; a name may come more than once. */
	readonly headers?: readonly (readonly [string, string])[];
	readonly body?: string;
}

export function writeResponse(response: RtspResponse, cseq: string | null): Buffer {
	const lines = [`RTSP/1.0 ${response.status} ${REASONS[response.status] ?? 'Error'}`];
	if (cseq !== null) lines.push(`CSeq: ${cseq}`);
	for (const [name, value] of response.headers ?? []) lines.push(`${name}: ${value}`);
	const body = Buffer.from(response.body ?? '');
	if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
	return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
