import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import { type OutgoingMessage, payloadText } from './messages.ts';

export interface WebSocketLimits {
	/** Above this backlog a client gets no droppable messages. */
	readonly slowBytes: number;
	/** Above this backlog it is disconnected. */
	readonly deadBytes: number;
	readonly clients: number;
	/** Alarms kept for clients that come back. */
	readonly alarms: number;
	readonly heartbeatMs: number;
}

export const WEBSOCKET_LIMITS: WebSocketLimits = {
	slowBytes: 256 << 10,
	deadBytes: 4 << 20,
	clients: 100,
	alarms: 1000,
	heartbeatMs: 15_000,
};

/** `alarm` can be asked for again with `?since=`; `droppable` is left out for a client that cannot keep up. */
export type MessageWeight = 'alarm' | 'state' | 'droppable';

export interface WebSocketHubDeps {
	/** Newest payload of every retained topic. */
	readonly retained: ReadonlyMap<string, unknown>;
	/** Told what a client asks for: on these topics alone, the others are for MQTT. */
	readonly onRequest: (topic: string, text: string) => void;
	readonly clock: Clock;
	readonly observe: Observe;
	readonly limits?: WebSocketLimits;
}

/** Tells every WebSocket client what goes out over MQTT, as `{"topic", "payload", "seq"}`. */
export interface WebSocketHub extends AsyncDisposable {
	readonly clients: number;
	broadcast(message: OutgoingMessage, weight: MessageWeight): void;
	/** Serves `/ws` of this server. `allowHost` decides about the Host header. */
	attach(server: Server, allowHost: (host: string | undefined) => boolean): void;
}

interface Client {
	readonly socket: WebSocket;
	answered: boolean;
	/** Messages left out since the client was last told. */
	dropped: number;
}

const PATH = '/ws';
/** What a client may send: feedback is about alarms that it is shown. */
const REQUESTS = /^(?:bridge\/request|camera\/[^/]+)\/feedback(?:\/set)?$/;
/** Nothing longer is expected from a client. */
const INCOMING_MAX_BYTES = 4096;
const NOTICE_TOPIC = 'bridge/websocket';

export function openWebSocketHub({
	retained,
	onRequest,
	clock,
	observe,
	limits = WEBSOCKET_LIMITS,
}: WebSocketHubDeps): WebSocketHub {
	const server = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: INCOMING_MAX_BYTES,
		clientTracking: false,
	});
	const clients = new Set<Client>();
	const recentAlarms: { readonly seq: number; readonly frame: string }[] = [];
	// Begins above what an earlier daemon can have reached, so that it rises across restarts too.
	let seq = Math.floor(clock.utcNow());
	let forgottenSeq = seq;
	const detach: (() => void)[] = [];

	const send = (client: Client, frame: string, weight: MessageWeight) => {
		const { socket } = client;
		if (socket.readyState !== socket.OPEN) return;
		if (socket.bufferedAmount > limits.deadBytes) {
			observe({ kind: 'warning', about: 'WebSocket client', detail: 'disconnected: it does not read' });
			socket.terminate();
			return;
		}
		if (weight === 'droppable' && socket.bufferedAmount > limits.slowBytes) {
			client.dropped += 1;
			observe({ kind: 'websocket-dropped', count: 1 });
			return;
		}
		if (client.dropped > 0) {
			socket.send(frameOf(NOTICE_TOPIC, { event: 'dropped', count: client.dropped }, seq));
			client.dropped = 0;
		}
		socket.send(frame);
	};

	const welcome = (client: Client, since: number | null) => {
		if (since !== null) {
			if (since < forgottenSeq || since > seq)
				send(client, frameOf(NOTICE_TOPIC, { event: 'gap' }, forgottenSeq), 'state');
			for (const alarm of recentAlarms) if (alarm.seq > since) send(client, alarm.frame, 'alarm');
		}
		// Last, because they carry the newest number: a client that breaks off before still asks for the right alarms.
		for (const [topic, payload] of retained) send(client, frameOf(topic, payload, seq), 'state');
	};

	const accept = (socket: WebSocket, since: number | null) => {
		const client: Client = { socket, answered: true, dropped: 0 };
		clients.add(client);
		observe({ kind: 'websocket-clients', count: clients.size });
		socket.on('message', (data, isBinary) => {
			const asked = isBinary ? null : requestOf(String(data));
			if (asked !== null) onRequest(asked.topic, asked.text);
		});
		socket.on('pong', () => {
			client.answered = true;
		});
		// The close that follows an error says all there is to say.
		socket.on('error', () => {});
		socket.once('close', () => {
			clients.delete(client);
			observe({ kind: 'websocket-clients', count: clients.size });
		});
		welcome(client, since);
	};

	const heartbeat = setInterval(() => {
		for (const client of clients) {
			if (!client.answered) client.socket.terminate();
			client.answered = false;
			if (client.socket.readyState === client.socket.OPEN) client.socket.ping();
		}
	}, limits.heartbeatMs);
	heartbeat.unref();

	return {
		get clients() {
			return clients.size;
		},
		broadcast: ({ topic, payload }, weight) => {
			seq += 1;
			if (weight !== 'alarm' && clients.size === 0) return;
			const frame = frameOf(topic, payload, seq);
			if (weight === 'alarm') {
				recentAlarms.push({ seq, frame });
				if (recentAlarms.length > limits.alarms) forgottenSeq = recentAlarms.shift()?.seq ?? forgottenSeq;
			}
			for (const client of clients) send(client, frame, weight);
		},
		attach: (http, allowHost) => {
			const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
				const refusal =
					refusalOf(request, allowHost) ?? (clients.size < limits.clients ? null : '503 Service Unavailable');
				if (refusal !== null) {
					socket.on('error', () => {});
					// One that does not hang up itself would keep the server from closing.
					socket.once('finish', () => socket.destroy());
					socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
					return;
				}
				server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, sinceOf(request)));
			};
			http.on('upgrade', onUpgrade);
			detach.push(() => http.off('upgrade', onUpgrade));
		},
		[Symbol.asyncDispose]: async () => {
			clearInterval(heartbeat);
			for (const remove of detach) remove();
			const open = [...clients].map(({ socket }) => closeWithin(socket, 500));
			await Promise.all(open);
			server.close();
		},
	};
}

const incoming = z.object({ topic: z.string().regex(REQUESTS), payload: z.union([z.string(), z.looseObject({})]) });

/** null for what is no request. */
function requestOf(text: string): { readonly topic: string; readonly text: string } | null {
	try {
		const { topic, payload } = incoming.parse(JSON.parse(text));
		return { topic, text: payloadText(payload) };
	} catch {
		// Whoever sends something else is not understood, and hears nothing.
		return null;
	}
}

function frameOf(topic: string, payload: unknown, seq: number): string {
	return JSON.stringify({ topic, payload, seq });
}

/** A browser tells where its page came from; only our own page may listen. Other programs send no Origin. */
function refusalOf(request: IncomingMessage, allowHost: (host: string | undefined) => boolean): string | null {
	const { host, origin } = request.headers;
	if (urlOf(request).pathname !== PATH) return '404 Not Found';
	if (!allowHost(host)) return '421 Misdirected Request';
	if (origin !== undefined && originHost(origin) !== host?.toLowerCase()) return '403 Forbidden';
	return null;
}

function originHost(origin: string): string | null {
	return URL.canParse(origin) ? new URL(origin).host : null;
}

function sinceOf(request: IncomingMessage): number | null {
	const text = urlOf(request).searchParams.get('since');
	return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null;
}

function urlOf(request: IncomingMessage): URL {
	const path = request.url ?? '/';
	return URL.canParse(path, 'http://localhost') ? new URL(path, 'http://localhost') : new URL('http://localhost');
}

async function closeWithin(socket: WebSocket, ms: number): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	socket.once('close', () => resolve());
	const timer = setTimeout(() => socket.terminate(), ms);
	socket.close(1001, 'The daemon stops');
	await promise;
	clearTimeout(timer);
}
