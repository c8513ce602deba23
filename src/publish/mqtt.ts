import { aborted } from '../core/aborted.ts';
import { type BackoffOptions, backoffMs, RECONNECT } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { isAbort, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Outbox } from '../core/outbox.ts';
import { scope } from '../core/scope.ts';
import type { MonotonicMs } from '../core/units.ts';
import { type Announcements, NO_ANNOUNCEMENTS } from './announcements.ts';
import { createDelivery, type OutboxDepth } from './delivery.ts';
import { payloadText } from './messages.ts';
import { MqttLost, MqttRefused } from './mqtt-failure.ts';
import {
	connectMqtt,
	MQTT_TIMEOUTS,
	type MqttSession,
	type MqttTarget,
	type MqttTimeouts,
	type MqttVersion,
	type OnMqttMessage,
} from './mqtt-session.ts';
import { createWakeup } from './wakeup.ts';
import { TOPIC } from './wire.ts';

export interface MqttLinkOptions extends Omit<MqttTarget, 'will'> {
	readonly base: string;
	readonly reconnect?: BackoffOptions;
	readonly timeouts?: MqttTimeouts;
}

export interface MqttLinkDeps {
	/** Newest payload of every retained topic, topics without the base; the link reads it whenever it sends. */
	readonly retained: ReadonlyMap<string, unknown>;
	readonly outbox: Outbox;
	/** A message on one of `filters`, its topic without the base. */
	readonly onMessage: OnMqttMessage;
	/** What to listen to, without the base. */
	readonly filters: readonly string[];
	/** None where it is not given. */
	readonly announcements?: Announcements;
	readonly clock: Clock;
	/** 0..1, for the jitter. */
	readonly random: () => number;
	readonly observe: Observe;
}

/** Holds a connection to the broker for as long as it lives, however often it breaks. */
export interface MqttLink extends AsyncDisposable {
	readonly connected: boolean;
	/** A retained topic has a new payload, or none any more. */
	changed(topic: string): void;
	/** Sends at once, or drops when there is no connection or the socket is clogged. */
	sendOrDrop(topic: string, payload: unknown): void;
	/** Confirmed, but not kept: for answers, which are worth nothing later. */
	sendNow(topic: string, payload: unknown): Promise<void>;
	/** Resolves when the alarm is safe in the outbox, or was sent without it because the store failed. */
	deliver(topic: string, payload: unknown, arrivedAt: MonotonicMs): Promise<void>;
	outbox(): Promise<OutboxDepth>;
}

const OFFLINE = '{"state":"offline"}';
const ONLINE = '{"state":"online"}';
/** A connection this old was a good one: the next failure counts as the first. */
const GOOD_AFTER_MS = 10_000;
const BACKLOG_MAX_BYTES = 1 << 20;
/** Each of the three steps of a clean stop may take this long. */
const STOP_STEP_MS = 700;

/** Returns at once; the broker may come later. */
export function openMqtt(options: MqttLinkOptions, deps: MqttLinkDeps): MqttLink {
	const { base, reconnect = RECONNECT, timeouts = MQTT_TIMEOUTS } = options;
	const { retained, clock, observe, announcements = NO_ANNOUNCEMENTS } = deps;
	const stopping = new AbortController();
	const stateWakeup = createWakeup();
	const delivery = createDelivery({ base, outbox: deps.outbox, clock, observe });
	const target: MqttTarget = { ...options, will: { topic: `${base}/${TOPIC.bridgeState}`, payload: OFFLINE } };
	const broker = brokerName(options.url);
	const onMessage: OnMqttMessage = (topic, text, isRetained) => {
		if (announcements.filters.includes(topic)) {
			const repeatAfterMs = announcements.repeatAfterMs(text, isRetained);
			if (repeatAfterMs !== null) void repeatAfter(repeatAfterMs);
		} else if (topic !== target.will.topic) {
			if (topic.startsWith(`${base}/`)) deps.onMessage(topic.slice(base.length + 1), text, isRetained);
		} else if (text !== ONLINE && !stopping.signal.aborted) {
			// The will of an earlier connection, which the broker gave up only now, or of a namesake.
			announced = false;
			stateWakeup.wake();
		}
	};
	/** Whole retained topics whose newest payload this session has not sent. */
	let unsent = new Set<string>();
	let repeating = false;
	/** Whether this session has said that the bridge is online. */
	let announced = false;
	let session: MqttSession | null = null;
	let version: MqttVersion = 5;

	const allTopics = () => [
		...[...retained.keys()].map((topic) => `${base}/${topic}`),
		...announcements.messages.keys(),
	];
	const textOf = (topic: string): string => {
		const announcement = announcements.messages.get(topic);
		if (announcement !== undefined) return announcement;
		const payload = topic.startsWith(`${base}/`) ? retained.get(topic.slice(base.length + 1)) : undefined;
		return payload === undefined ? '' : payloadText(payload);
	};
	const repeatAfter = async (ms: number) => {
		if (repeating) return;
		repeating = true;
		try {
			await clock.sleep(ms, stopping.signal);
			for (const topic of allTopics()) unsent.add(topic);
			stateWakeup.wake();
		} catch (error) {
			if (!isAbort(error)) throw error;
		} finally {
			repeating = false;
		}
	};

	const connect = async (): Promise<MqttSession> => {
		try {
			return await connectMqtt(target, version, timeouts, onMessage, stopping.signal);
		} catch (error) {
			if (!(error instanceof MqttLost && error.wantsOlderProtocol && version === 5)) throw error;
			version = 4;
			return await connectMqtt(target, version, timeouts, onMessage, stopping.signal);
		}
	};

	const sendState = async (current: MqttSession, topic: string, text: string) => {
		try {
			await current.publish(topic, text, { retain: true });
			observe({ kind: 'message-published', result: 'ok' });
			if (announcements.messages.has(topic)) await announcements.confirmed(topic);
		} catch (error) {
			if (!(error instanceof MqttRefused)) throw error;
			observe({ kind: 'message-published', result: 'failed' });
			observe({ kind: 'warning', about: `MQTT topic ${topic}`, detail: error.message });
		}
	};

	/** A state that changes while it waits is sent once, with its newest payload. */
	const sendStates = async (current: MqttSession, subscribed: Promise<void>, signal: AbortSignal) => {
		unsent = new Set(allTopics());
		announced = false;
		try {
			while (!signal.aborted) {
				for (const topic of unsent) {
					unsent.delete(topic);
					if (topic !== target.will.topic) await sendState(current, topic, textOf(topic));
				}
				// Whoever waits for "online" finds every state in its place, and is heard.
				if (!announced) {
					await subscribed;
					announced = true;
					await sendState(current, target.will.topic, ONLINE);
				}
				await stateWakeup.wait(signal);
			}
		} catch (error) {
			if (!(error instanceof MqttLost)) throw error;
		}
	};

	const subscribe = async (current: MqttSession) => {
		try {
			const own = [TOPIC.bridgeState, ...deps.filters].map((filter) => `${base}/${filter}`);
			await current.subscribe([...own, ...announcements.filters]);
		} catch (error) {
			if (error instanceof MqttLost) return;
			if (!(error instanceof MqttRefused)) throw error;
			observe({ kind: 'warning', about: 'MQTT requests', detail: `cannot be listened to: ${error.message}` });
		}
	};

	/** Works until the session is lost or the link is to stop, and then says goodbye. */
	const work = async (current: MqttSession): Promise<void> => {
		await scope(new AbortController().signal, async ({ signal, spawn }) => {
			// The loops end between two messages when the link stops; a message on its way may still be confirmed.
			const gently = AbortSignal.any([signal, stopping.signal]);
			const subscribed = subscribe(current);
			const done = [subscribed, sendStates(current, subscribed, gently), delivery.run(current, gently)];
			for (const task of done) spawn('mqtt', () => task);
			await Promise.race([current.closed, aborted(gently)]);
			if (!stopping.signal.aborted) return;
			await within(STOP_STEP_MS, Promise.allSettled(done));
			await within(STOP_STEP_MS, sendState(current, target.will.topic, OFFLINE).catch(ignoreLost));
			await within(STOP_STEP_MS, current.end());
		}).finally(() => current.abandon());
	};

	const run = async () => {
		let attempt = 0;
		let lostAt: MonotonicMs | null = null;
		while (!stopping.signal.aborted) {
			let reason: MqttLost;
			const startedAt = clock.monotonicNow();
			try {
				const opened = await connect();
				const now = clock.monotonicNow();
				observe({ kind: 'mqtt-connected', broker, downMs: lostAt === null ? null : now - lostAt });
				session = opened;
				await work(opened);
				reason = await opened.closed;
			} catch (error) {
				if (!(error instanceof MqttLost)) throw error;
				reason = error;
			}
			if (stopping.signal.aborted) return;
			if (session !== null) {
				session = null;
				lostAt = clock.monotonicNow();
				if (lostAt - startedAt >= GOOD_AFTER_MS) attempt = 0;
			}
			attempt += 1;
			const retryInMs = backoffMs(attempt, reconnect, deps.random());
			observe({ kind: 'mqtt-lost', broker, reason: reason.message, retryInMs });
			await clock.sleep(retryInMs, stopping.signal).catch((error: unknown) => {
				if (!isAbort(error)) throw error;
			});
		}
	};
	const sendNow = async (topic: string, payload: unknown) => {
		try {
			if (session === null) throw new MqttLost('there is no connection');
			await session.publish(`${base}/${topic}`, payloadText(payload), { retain: false });
			observe({ kind: 'message-published', result: 'ok' });
		} catch (error) {
			if (!(error instanceof MqttLost || error instanceof MqttRefused)) throw error;
			observe({ kind: 'message-published', result: 'failed' });
		}
	};
	const running = run();

	return {
		get connected() {
			return session !== null;
		},
		changed: (topic) => {
			unsent.add(`${base}/${topic}`);
			stateWakeup.wake();
		},
		sendOrDrop: (topic, payload) => {
			const current = session;
			if (current === null || current.backlogBytes > BACKLOG_MAX_BYTES) {
				observe({ kind: 'message-published', result: 'dropped' });
				return;
			}
			try {
				current.send(`${base}/${topic}`, payloadText(payload));
				observe({ kind: 'message-published', result: 'ok' });
			} catch (error) {
				if (!(error instanceof MqttLost)) throw error;
				observe({ kind: 'message-published', result: 'dropped' });
			}
		},
		sendNow,
		deliver: async (topic, payload, arrivedAt) => {
			try {
				await delivery.put(topic, payloadText(payload), arrivedAt);
			} catch (error) {
				if (!isForeframeError(error, 'STORE_FAILED')) throw error;
				// A full disk must not silence an alarm while the broker is there.
				observe({ kind: 'warning', about: 'alarm delivery', detail: `not kept for later: ${error.message}` });
				await sendNow(topic, payload);
			}
		},
		outbox: delivery.depth,
		[Symbol.asyncDispose]: async () => {
			stopping.abort();
			await running;
			session = null;
		},
	};
}

/** The broker's address without user name and password. */
function brokerName(url: string): string {
	const { protocol, host, pathname } = new URL(url);
	return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function ignoreLost(error: unknown): void {
	if (!(error instanceof MqttLost)) throw error;
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, ms);
	await Promise.race([work, promise]);
	clearTimeout(timer);
}
