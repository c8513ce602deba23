import type { Socket } from 'node:net';
import type { Manners } from '../misbehaviour.ts';
import type { Authenticator } from './auth.ts';
import type { RtspRequest, RtspResponse } from './message.ts';
import { CONTROL, type StreamDescription, writeSdp } from './sdp.ts';
import type { Session, SessionTable } from './session.ts';
import { interleavedSink, openUdpSink } from './sinks.ts';
import { chooseTransport } from './transport.ts';
import type { PacketSink, Viewer } from './viewer.ts';

/** What answering a request needs of the camera. */
export interface Desk {
	readonly path: string;
	description(): StreamDescription;
	readonly sessions: SessionTable;
	readonly authenticator: Authenticator | null;
	readonly sessionTimeoutSeconds: number;
	readonly maxSessions: number;
	manners(): Manners;
	openViewer(sink: PacketSink): Viewer;
	/** A session begins to play. */
	started(session: Session): void;
}

/** What belongs to one connection. */
export interface Visitor {
	readonly socket: Socket;
	/** Sessions whose packets travel on this connection and end with it. */
	readonly interleaved: Map<number, Session>;
}

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER';

/** Decides what to answer. Never throws for anything a client can send. */
export async function answer(request: RtspRequest, visitor: Visitor, desk: Desk): Promise<RtspResponse> {
	const unsupported = request.headers.get('require') ?? request.headers.get('proxy-require');
	if (unsupported !== undefined) return { status: 551, headers: [['Unsupported', unsupported]] };
	const path = pathOf(request.uri);
	if (path === null) return { status: 400 };
	if (request.method === 'OPTIONS')
		return withSession(request, desk, () => ({ status: 200, headers: [['Public', METHODS]] }));
	const refusal = authorise(request, desk);
	if (refusal !== null) return refusal;
	if (path !== '*' && (desk.manners().missing || !addresses(path, desk.path))) return { status: 404 };
	switch (request.method) {
		case 'DESCRIBE':
			return describe(request, visitor, desk);
		case 'SETUP':
			return setUp(request, path, visitor, desk);
		case 'PLAY':
			return inSession(request, desk, (session) => play(request, session, desk));
		case 'PAUSE':
			return inSession(request, desk, (session) => {
				session.viewer.pause();
				return sessionAnswer(session, desk);
			});
		case 'TEARDOWN':
			return inSession(request, desk, async (session) => {
				for (const [channel, mine] of visitor.interleaved) if (mine === session) visitor.interleaved.delete(channel);
				await desk.sessions.end(session);
				return { status: 200 };
			});
		case 'GET_PARAMETER':
		case 'SET_PARAMETER':
			return withSession(request, desk, () => ({ status: request.body.length === 0 ? 200 : 451 }));
		case 'ANNOUNCE':
		case 'RECORD':
		case 'REDIRECT':
			return { status: 405, headers: [['Allow', METHODS]] };
		default:
			return { status: 501, headers: [['Public', METHODS]] };
	}
}

/** The path of an address without query and trailing slash; null when it is no address. */
function pathOf(uri: string): string | null {
	if (uri === '*') return uri;
	const match = /^rtspu?:\/\/[^/]+(\/[^?]*)?(?:\?.*)?$/i.exec(uri);
	return match === null ? null : (match[1] ?? '/').replace(/\/+$/, '');
}

function addresses(path: string, own: string): boolean {
	return path === own || path === `${own}/${CONTROL}`;
}

function authorise(request: RtspRequest, desk: Desk): RtspResponse | null {
	const { authenticator } = desk;
	const rejecting = desk.manners().rejecting;
	if (authenticator === null) {
		return rejecting ? { status: 401, headers: [['WWW-Authenticate', 'Basic realm="foreframe"']] } : null;
	}
	const authorization = request.headers.get('authorization') ?? null;
	const verdict = authenticator.check({ method: request.method, uri: request.uri, authorization });
	if (verdict === 'granted' && !rejecting) return null;
	const challenges = authenticator.challenges(verdict === 'stale');
	return { status: 401, headers: challenges.map((value) => ['WWW-Authenticate', value] as const) };
}

function describe(request: RtspRequest, visitor: Visitor, desk: Desk): RtspResponse {
	const accept = request.headers.get('accept');
	if (accept !== undefined && !/application\/(sdp|\*)|\*\/\*/.test(accept)) return { status: 406 };
	const base = request.uri.replace(/\?.*$/, '').replace(/\/*$/, '/');
	const description = desk.manners().withoutVideo ? null : desk.description();
	return {
		status: 200,
		headers: [
			['Content-Base', base],
			['Content-Type', 'application/sdp'],
		],
		body: writeSdp(localAddress(visitor.socket), String(Date.now()), description),
	};
}

async function setUp(request: RtspRequest, path: string, visitor: Visitor, desk: Desk): Promise<RtspResponse> {
	if (path === '*') return { status: 400 };
	// A second SETUP would change a transport in use, which a camera with one stream need not allow.
	if (request.headers.has('session')) return { status: 455 };
	const choice = chooseTransport(request.headers.get('transport') ?? '');
	if (choice === null) return { status: 461 };
	if (desk.sessions.size >= desk.maxSessions) return { status: 453 };
	const { socket, interleaved } = visitor;
	if (choice.kind === 'interleaved') {
		const channel = choice.rtpChannel ?? freeChannel(interleaved);
		if (interleaved.has(channel) || channel > 254) return { status: 461 };
		const viewer = desk.openViewer(interleavedSink(socket, channel));
		const transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1};ssrc=${ssrcText(viewer)}`;
		const session = desk.sessions.add(viewer, transport);
		interleaved.set(channel, session);
		return sessionAnswer(session, desk, [['Transport', transport]]);
	}
	const address = socket.remoteAddress;
	if (address === undefined) return { status: 400 };
	let touch = () => {};
	const sink = await openUdpSink(localAddress(socket), { ...choice, address: unmapped(address) }, () => touch());
	const viewer = desk.openViewer(sink);
	const client = `client_port=${choice.rtpPort}-${choice.rtcpPort}`;
	const server = `server_port=${sink.rtpPort}-${sink.rtcpPort}`;
	const transport = `RTP/AVP;unicast;${client};${server};ssrc=${ssrcText(viewer)}`;
	const session = desk.sessions.add(viewer, transport);
	touch = session.touch;
	return sessionAnswer(session, desk, [['Transport', transport]]);
}

function freeChannel(interleaved: ReadonlyMap<number, Session>): number {
	let channel = 0;
	while (interleaved.has(channel)) channel += 2;
	return channel;
}

function ssrcText(viewer: Viewer): string {
	return viewer.ssrc.toString(16).toUpperCase().padStart(8, '0');
}

function play(request: RtspRequest, session: Session, desk: Desk): RtspResponse {
	const { viewer } = session;
	const stream = request.uri.includes(CONTROL) ? request.uri : `${request.uri.replace(/\/*$/, '/')}${CONTROL}`;
	const answered = sessionAnswer(session, desk, [
		['Range', 'npt=0.000-'],
		['RTP-Info', `url=${stream};seq=${viewer.nextSequence}`],
	]);
	if (!viewer.playing) {
		viewer.play();
		desk.started(session);
	}
	return answered;
}

/** Methods that may, but need not, name a session; naming one keeps it alive. */
function withSession(request: RtspRequest, desk: Desk, respond: () => RtspResponse): RtspResponse {
	if (!request.headers.has('session')) return respond();
	const session = desk.sessions.get(sessionIdOf(request));
	if (session === undefined) return { status: 454 };
	session.touch();
	const response = respond();
	return { ...response, headers: [...(response.headers ?? []), sessionHeader(session, desk)] };
}

async function inSession(
	request: RtspRequest,
	desk: Desk,
	respond: (session: Session) => RtspResponse | Promise<RtspResponse>,
): Promise<RtspResponse> {
	const session = desk.sessions.get(sessionIdOf(request));
	if (session === undefined) return { status: 454 };
	session.touch();
	return respond(session);
}

function sessionIdOf(request: RtspRequest): string {
	return (request.headers.get('session') ?? '').split(';')[0]!.trim();
}

type Header = readonly [string, string];

function sessionAnswer(session: Session, desk: Desk, headers: readonly Header[] = []): RtspResponse {
	return { status: 200, headers: [sessionHeader(session, desk), ...headers] };
}

function sessionHeader(session: Session, desk: Desk): Header {
	return ['Session', `${session.id};timeout=${desk.sessionTimeoutSeconds}`];
}

function localAddress(socket: Socket): string {
	return unmapped(socket.localAddress ?? '127.0.0.1');
}

/** An IPv4 address that came through an IPv6 socket, as IPv4. */
function unmapped(address: string): string {
	return address.replace(/^::ffff:/i, '');
}
