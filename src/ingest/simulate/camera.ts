import type { Clock } from '../../core/clock.ts';
import { systemClock } from '../../core/clock.ts';
import { ForeframeError, isAbort } from '../../core/errors.ts';
import { isEffectKind } from './effects/effect.ts';
import { openLens } from './effects/lens.ts';
import { type AccessUnit, type Feed, openFeed, type SimulatedSource } from './feed/feed.ts';
import {
	GOOD_MANNERS,
	type Manners,
	type Misbehaviour,
	mended,
	spoiled,
	type TimedMisbehaviour,
} from './misbehaviour.ts';
import { type AuthScheme, type Credentials, openAuthenticator } from './rtsp/auth.ts';
import { packetise } from './rtsp/packetise.ts';
import { openRtspServer, type RtspServer } from './rtsp/server.ts';
import { openSessionTable } from './rtsp/session.ts';
import { openViewer } from './rtsp/viewer.ts';
import { randomStream } from './scene/random.ts';

export interface SimulatedCameraOptions {
	/** 127.0.0.1 unless told. */
	readonly host?: string;
	/** 0, the default, takes a free one. */
	readonly port?: number;
	/** `/stream` unless told. */
	readonly path?: string;
	readonly source: SimulatedSource;
	/** Without, everybody may watch. */
	readonly credentials?: Credentials;
	/** In the order offered; Digest with SHA-256 and with MD5 unless told. */
	readonly schemes?: readonly AuthScheme[];
	/** 60 unless told. */
	readonly sessionTimeoutSeconds?: number;
	/** 32 unless told. */
	readonly maxClients?: number;
	readonly misbehaviours?: readonly TimedMisbehaviour[];
}

export type CameraEvent =
	| { readonly kind: 'clients'; readonly playing: number }
	| { readonly kind: 'congested' }
	| { readonly kind: 'misbehaves'; readonly what: Misbehaviour }
	| { readonly kind: 'mended'; readonly what: Misbehaviour['kind'] }
	| { readonly kind: 'failed'; readonly error: unknown };

export interface SimulatedCamera extends AsyncDisposable {
	/** Without the password. */
	readonly url: string;
	readonly port: number;
	/** Clients that are playing. */
	readonly clients: number;
	/**
	 * Lasts `forSeconds`, or until it is told to behave.
	 * @throws {ForeframeError} USAGE for an effect on the picture of a video that is not coded here.
	 */
	misbehave(what: Misbehaviour, forSeconds?: number): Promise<void>;
}

interface Context {
	readonly clock?: Clock;
	readonly observe?: (event: CameraEvent) => void;
}

/** RTP payloads fit a common MTU with the headers of IPv6, UDP and RTP. */
const MAX_PAYLOAD_BYTES = 1400;
/** A recording's pictures since its last key picture, kept so that a new client need not wait; more is let go. */
const MAX_KEPT_UNITS = 512;

/**
 * A camera that speaks RTSP, from a scene or a recording.
 * @throws {ForeframeError} LISTEN_FAILED, or SOURCE_FAILED when the recording cannot be read.
 */
export async function openSimulatedCamera(
	options: SimulatedCameraOptions,
	{ clock = systemClock, observe = () => {} }: Context = {},
): Promise<SimulatedCamera> {
	const { host = '127.0.0.1', path = '/stream', sessionTimeoutSeconds = 60, credentials } = options;
	const lens = openLens();
	const feed = await openFeed(withCoding(options), clock, lens);
	const ending = new AbortController();
	const random = randomStream(0xd207);
	let manners: Manners = GOOD_MANNERS;
	/** What is shown again and again. */
	let frozen: AccessUnit | null = null;
	let playing = 0;
	const countClients = () => {
		const count = [...sessions.all].filter(({ viewer }) => viewer.playing).length;
		if (count !== playing) observe({ kind: 'clients', playing: count });
		playing = count;
	};
	const sessions = openSessionTable(sessionTimeoutSeconds, countClients);
	const viewers = () => [...sessions.all].map(({ viewer }) => viewer);
	const kept = openKeptUnits(feed);
	const desk = {
		path,
		description: () => feed.description,
		sessions,
		authenticator:
			credentials === undefined
				? null
				: openAuthenticator(credentials, options.schemes ?? ['digest-sha-256', 'digest-md5'], clock.monotonicNow),
		sessionTimeoutSeconds,
		maxSessions: options.maxClients ?? 32,
		manners: () => manners,
		openViewer: (sink: Parameters<typeof openViewer>[0]) =>
			openViewer(sink, clock, random, () => observe({ kind: 'congested' })),
		started: ({ viewer }: { viewer: ReturnType<typeof openViewer> }) => {
			countClients();
			if (feed.keyOnDemand) feed.requestKey();
			else if (!manners.stalled) {
				for (const unit of kept.units()) viewer.deliver(unit, packetise(unit.nals, MAX_PAYLOAD_BYTES), manners);
			}
		},
	};
	let server: RtspServer;
	try {
		server = await openRtspServer(host, options.port ?? 0, desk);
	} catch (error) {
		await feed[Symbol.asyncDispose]();
		throw error;
	}
	const deliver = (unit: AccessUnit) => {
		kept.keep(unit);
		if (manners.stalled) return;
		const shown = frozen === null ? unit : { ...frozen, time90k: unit.time90k };
		const payloads = packetise(shown.nals, MAX_PAYLOAD_BYTES);
		for (const viewer of viewers()) viewer.deliver(shown, payloads, manners);
	};
	const resync = () => {
		for (const viewer of viewers()) viewer.waitForKey();
		feed.requestKey();
	};
	const change = async (next: Manners) => {
		const before = manners;
		manners = next;
		if (before.frozen !== next.frozen) frozen = next.frozen ? kept.lastKey() : null;
		if (before.effects !== next.effects) lens.wear(next.effects);
		if ((before.stalled && !next.stalled) || (before.frozen && !next.frozen)) resync();
		if (before.refusing !== next.refusing) await server.refuse(next.refusing);
	};
	const misbehave = async (what: Misbehaviour, forSeconds?: number) => {
		if (isEffectKind(what.kind) && !feed.keyOnDemand) {
			throw new ForeframeError(
				'USAGE',
				`The picture cannot be ${what.kind}: the video is sent as it is coded; name an effect in --misbehave to have it coded anew`,
			);
		}
		observe({ kind: 'misbehaves', what });
		await change(spoiled(manners, what));
		if (what.kind === 'close') {
			await server.cutAll();
			await sessions.endAll();
		}
		if (what.kind === 'refuse') await sessions.endAll();
		if (forSeconds !== undefined) {
			void after(forSeconds, async () => {
				await change(mended(manners, what.kind));
				observe({ kind: 'mended', what: what.kind });
			});
		}
	};
	const waits = new Set<Promise<void>>();
	const after = (seconds: number, action: () => Promise<void>) => {
		const wait = clock
			.sleep(seconds * 1000, ending.signal)
			.then(action)
			.catch((error) => {
				if (!isAbort(error)) observe({ kind: 'failed', error });
			})
			.finally(() => waits.delete(wait));
		waits.add(wait);
	};
	for (const { misbehaviour, afterSeconds, forSeconds } of options.misbehaviours ?? []) {
		after(afterSeconds, () => misbehave(misbehaviour, forSeconds ?? undefined));
	}
	const running = feed
		.run(deliver, () => playing > 0, ending.signal)
		.catch((error) => {
			if (!isAbort(error)) observe({ kind: 'failed', error });
		});
	const url = `rtsp://${host.includes(':') ? `[${host}]` : host}:${server.port}${path}`;
	return {
		url,
		port: server.port,
		get clients() {
			return playing;
		},
		misbehave,
		[Symbol.asyncDispose]: async () => {
			ending.abort();
			await sessions.endAll();
			await server[Symbol.asyncDispose]();
			await Promise.all([running, ...waits]);
			await feed[Symbol.asyncDispose]();
		},
	};
}

/** A camera that will do something to its picture codes it itself. */
function withCoding({ source, misbehaviours = [] }: SimulatedCameraOptions): SimulatedSource {
	const touched = misbehaviours.some(({ misbehaviour }) => isEffectKind(misbehaviour.kind));
	return source.kind === 'video' && touched ? { ...source, recode: true } : source;
}

interface KeptUnits {
	keep(unit: AccessUnit): void;
	lastKey(): AccessUnit | null;
	/** The units since the last key unit, it included; none when there were too many. */
	units(): readonly AccessUnit[];
}

function openKeptUnits(feed: Feed): KeptUnits {
	let key: AccessUnit | null = null;
	let since: AccessUnit[] = [];
	let tooMany = false;
	return {
		keep: (unit) => {
			if (unit.key) {
				key = unit;
				since = [];
				tooMany = false;
			}
			if (feed.keyOnDemand || key === null) return;
			tooMany ||= since.length >= MAX_KEPT_UNITS;
			if (tooMany) since = [];
			else since.push(unit);
		},
		lastKey: () => key,
		units: () => since,
	};
}
