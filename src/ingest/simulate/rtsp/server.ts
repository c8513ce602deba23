import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ForeframeError } from '../../../core/errors.ts';
import { type Incoming, openMessageReader, writeResponse } from './message.ts';
import { answer, type Desk, type Visitor } from './requests.ts';

/** The door: takes connections, reads requests, writes answers. */
export interface RtspServer extends AsyncDisposable {
	readonly port: number;
	readonly connections: number;
	/** Cuts every connection, and with them what travels on them. */
	cutAll(): Promise<void>;
	/** Takes no connection from now on, or takes them again at the same port. */
	refuse(refusing: boolean): Promise<void>;
}

/** A client that does not wait for answers has this many of them owed at most. */
const MAX_OWED = 32;
/** Somebody who connects and says nothing, or stops in the middle of a request, is let go. */
const SILENCE_MS = 120_000;

/** @throws {ForeframeError} LISTEN_FAILED */
export async function openRtspServer(host: string, port: number, desk: Desk): Promise<RtspServer> {
	const visitors = new Set<Visitor>();
	const accept = (socket: Socket) => receive(socket, visitors, desk);
	let server: Server | null = await listen(host, port, accept);
	const address = server.address();
	const bound = typeof address === 'object' && address !== null ? address.port : port;
	const cutAll = async () => {
		const sockets = [...visitors].map(({ socket }) => socket);
		await Promise.all(
			sockets.map(async (socket) => {
				if (socket.closed) return;
				const closed = once(socket, 'close');
				socket.destroy();
				await closed;
			}),
		);
	};
	const stop = async () => {
		const old = server;
		server = null;
		if (old === null) return;
		const closed = new Promise<void>((done) => old.close(() => done()));
		await cutAll();
		await closed;
	};
	return {
		port: bound,
		get connections() {
			return visitors.size;
		},
		cutAll,
		refuse: async (refusing) => {
			if (refusing) await stop();
			else server ??= await listen(host, bound, accept);
		},
		[Symbol.asyncDispose]: stop,
	};
}

async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
	const server = createServer({ noDelay: true }, accept);
	try {
		server.listen(port, host);
		await once(server, 'listening');
		return server;
	} catch (cause) {
		throw new ForeframeError('LISTEN_FAILED', `The simulated camera cannot listen on ${host}:${port}`, { cause });
	}
}

function receive(socket: Socket, visitors: Set<Visitor>, desk: Desk): void {
	const visitor: Visitor = { socket, interleaved: new Map() };
	const reader = openMessageReader();
	let owed = 0;
	let answering = Promise.resolve();
	visitors.add(visitor);
	socket.setTimeout(SILENCE_MS, () => {
		if (visitor.interleaved.size === 0) socket.destroy();
	});
	// A reset is a way of leaving like any other; 'close' follows.
	socket.on('error', () => {});
	socket.on('close', () => {
		visitors.delete(visitor);
		for (const session of visitor.interleaved.values()) void desk.sessions.end(session);
		visitor.interleaved.clear();
	});
	socket.on('data', (chunk: Buffer) => {
		for (const incoming of reader.push(chunk)) {
			if (owed >= MAX_OWED) {
				socket.destroy();
				return;
			}
			owed++;
			answering = answering.then(() => respond(incoming, visitor, desk)).finally(() => owed--);
		}
	});
}

async function respond(incoming: Incoming, visitor: Visitor, desk: Desk): Promise<void> {
	const { socket } = visitor;
	switch (incoming.kind) {
		case 'interleaved':
			visitor.interleaved.get(incoming.channel & ~1)?.touch();
			return;
		case 'malformed':
			socket.write(writeResponse({ status: incoming.status }, incoming.cseq));
			if (incoming.fatal) socket.end();
			return;
		case 'request': {
			const response = await answer(incoming, visitor, desk);
			if (socket.writable) socket.write(writeResponse(response, incoming.headers.get('cseq') ?? null));
			return;
		}
		default:
			incoming satisfies never;
	}
}
