import { once } from 'node:events';
import { connect } from 'node:net';

export interface RtspAnswer {
	readonly status: number;
	readonly headers: ReadonlyMap<string, string>;
	readonly body: string;
}

export interface RtpPacket {
	readonly channel: number;
	readonly bytes: Buffer;
	readonly atMs: number;
}

export interface RtspClient extends AsyncDisposable {
	/** Everything between the answers so far. */
	readonly packets: RtpPacket[];
	readonly closed: Promise<void>;
	readonly isClosed: boolean;
	/** With a CSeq unless the headers have one. */
	request(method: string, uri: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<RtspAnswer>;
	/** Sends bytes as they are and waits for the next answer. */
	raw(bytes: string | Uint8Array): Promise<RtspAnswer>;
	/** Sends bytes as they are. */
	send(bytes: string | Uint8Array): void;
	/** Stops reading, so that the server's buffers fill. */
	pause(): void;
	resume(): void;
	/** SETUP over TCP and PLAY; returns the session. */
	play(url: string): Promise<string>;
	/** Waits until `count` more RTP packets have come. */
	morePackets(count: number, timeoutMs?: number): Promise<RtpPacket[]>;
}

/** A bare RTSP client that hides nothing of what a server says. */
export async function connectRtsp(port: number): Promise<RtspClient> {
	const socket = connect(port, '127.0.0.1');
	await once(socket, 'connect');
	const packets: RtpPacket[] = [];
	const answers: ((answer: RtspAnswer) => void)[] = [];
	let rest: Buffer = Buffer.alloc(0);
	let cseq = 0;
	let isClosed = false;
	const closed = new Promise<void>((resolve) =>
		socket.once('close', () => {
			isClosed = true;
			resolve();
		}),
	);
	socket.on('error', () => {});
	socket.on('data', (chunk: Buffer) => {
		rest = Buffer.concat([rest, chunk]);
		for (;;) {
			const used = take(rest, packets, answers);
			if (used === 0) return;
			rest = rest.subarray(used);
		}
	});
	const raw = (bytes: string | Uint8Array) => {
		const { promise, resolve, reject } = Promise.withResolvers<RtspAnswer>();
		answers.push(resolve);
		socket.write(bytes);
		void closed.then(() => reject(new Error('the server closed the connection')));
		return promise;
	};
	const request: RtspClient['request'] = (method, uri, headers = {}, body = '') => {
		const lines = [`${method} ${uri} RTSP/1.0`, `CSeq: ${++cseq}`];
		for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
		if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
		return raw(`${lines.join('\r\n')}\r\n\r\n${body}`);
	};
	return {
		packets,
		closed,
		get isClosed() {
			return isClosed;
		},
		request,
		raw,
		send: (bytes) => void socket.write(bytes),
		pause: () => void socket.pause(),
		resume: () => void socket.resume(),
		play: async (url) => {
			const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1';
			const session = (await request('SETUP', `${url}/stream=0`, { Transport: transport })).headers.get('session');
			const id = session?.split(';')[0] ?? '';
			const { status } = await request('PLAY', url, { Session: id });
			if (status !== 200) throw new Error(`PLAY was answered with ${status}`);
			return id;
		},
		morePackets: async (count, timeoutMs = 5000) => {
			const from = packets.length;
			const until = performance.now() + timeoutMs;
			while (packets.length < from + count) {
				if (performance.now() > until) throw new Error(`${packets.length - from} of ${count} packets came in time`);
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
			return packets.slice(from);
		},
		[Symbol.asyncDispose]: async () => {
			socket.destroy();
			await closed;
		},
	};
}

/** Takes one packet or answer from the front; returns how many bytes it had, 0 when it is not complete. */
function take(buffer: Buffer, packets: RtpPacket[], answers: ((answer: RtspAnswer) => void)[]): number {
	if (buffer.length < 4) return 0;
	if (buffer[0] === 0x24) {
		const length = 4 + buffer.readUInt16BE(2);
		if (buffer.length < length) return 0;
		const bytes = Buffer.from(buffer.subarray(4, length));
		packets.push({ channel: buffer[1]!, bytes, atMs: performance.now() });
		return length;
	}
	const end = buffer.indexOf('\r\n\r\n');
	if (end < 0) return 0;
	const [line = '', ...headerLines] = buffer.subarray(0, end).toString('latin1').split('\r\n');
	const headers = new Map<string, string>();
	for (const header of headerLines) {
		const name = header.slice(0, header.indexOf(':')).toLowerCase();
		const value = header.slice(header.indexOf(':') + 1).trim();
		headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
	}
	const length = end + 4 + Number(headers.get('content-length') ?? 0);
	if (buffer.length < length) return 0;
	answers.shift()?.({
		status: Number(line.split(' ')[1]),
		headers,
		body: buffer.subarray(end + 4, length).toString(),
	});
	return length;
}
