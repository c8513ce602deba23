import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { describeError, isAbort, isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { Outbox, OutboxMessage } from '../core/outbox.ts';
import { cameraId, type MonotonicMs, utcMs } from '../core/units.ts';
import { markReplayed } from './messages.ts';
import { MqttLost, MqttRefused } from './mqtt-failure.ts';
import type { MqttSession } from './mqtt-session.ts';
import { createWakeup } from './wakeup.ts';

/** Takes alarms to the broker through the outbox: strictly in order, one at a time, forgotten only when confirmed. */
export interface Delivery {
	/** Resolves when the message is safe in the outbox. */
	put(topic: string, text: string, arrivedAt: MonotonicMs): Promise<void>;
	/** Empties the outbox over this session until it is lost or, the signal aborted, what was waiting is out. */
	run(session: MqttSession, signal: AbortSignal): Promise<void>;
	depth(): Promise<OutboxDepth>;
}

export interface OutboxDepth {
	readonly messages: number;
	readonly oldestMs: number;
}

export interface DeliveryDeps {
	readonly base: string;
	readonly outbox: Outbox;
	readonly clock: Clock;
	readonly observe: Observe;
}

/** All that is read of a message, which an older version may have put in. */
const told = z.object({ camera: z.string() });
const BATCH = 100;
const RETRY_MS = 5000;
/** Arrivals are remembered for so many messages; the delay of others counts from when they were put in. */
const ARRIVALS_MAX = 10_000;

export function createDelivery({ base, outbox, clock, observe }: DeliveryDeps): Delivery {
	const wakeup = createWakeup();
	const puts = new Set<Promise<void>>();
	const arrivals = new Map<number, MonotonicMs>();
	/** Messages from this id on were put in during this session; what is older comes late or again. */
	let freshFrom = Number.POSITIVE_INFINITY;
	let sessionStartedAt = utcMs(0);
	let inSession = false;
	let lastTried = 0;
	/** `lastTried` when this session began. */
	let triedBefore = 0;
	let lastConfirmed = 0;

	const depth = async (): Promise<OutboxDepth> => {
		const { messages, oldestQueuedAt } = await outbox.depth();
		return { messages, oldestMs: oldestQueuedAt === null ? 0 : Math.max(0, clock.utcNow() - oldestQueuedAt) };
	};
	const warn = (error: Error) => observe({ kind: 'warning', about: 'alarm delivery', detail: describeError(error) });
	const reportDepth = async () => {
		try {
			observe({ kind: 'outbox', ...(await depth()) });
		} catch (error) {
			if (!isForeframeError(error, 'STORE_FAILED')) throw error;
			warn(error);
		}
	};

	const store = async (topic: string, text: string, arrivedAt: MonotonicMs) => {
		const message = await outbox.put(topic, text);
		if (message.id > lastConfirmed && arrivals.size < ARRIVALS_MAX) arrivals.set(message.id, arrivedAt);
		if (inSession) freshFrom = Math.min(freshFrom, message.id);
	};

	/** Waits for what is being put in first: only then is `freshFrom` right for everything that comes out. */
	const oldest = async (): Promise<readonly OutboxMessage[]> => {
		while (puts.size > 0) await Promise.allSettled(puts);
		return outbox.pending(BATCH);
	};

	/** The recorder may have stored a message a moment before it is put in here: then its time tells that it is fresh. */
	const isFresh = ({ id, queuedAt }: OutboxMessage) =>
		id >= freshFrom || (id > triedBefore && queuedAt >= sessionStartedAt);

	const beginSession = () => {
		freshFrom = Number.POSITIVE_INFINITY;
		sessionStartedAt = clock.utcNow();
		triedBefore = lastTried;
	};

	const deliver = async (session: MqttSession, message: OutboxMessage) => {
		if (message.id <= lastConfirmed) return;
		const replayed = !isFresh(message);
		lastTried = message.id;
		const text = replayed ? markReplayed(message.payload) : message.payload;
		await session.publish(`${base}/${message.topic}`, text, { retain: false });
		observe({ kind: 'message-published', result: 'ok' });
		lastConfirmed = message.id;
		const arrivedAt = arrivals.get(message.id);
		arrivals.delete(message.id);
		const delayMs = arrivedAt === undefined ? clock.utcNow() - message.queuedAt : clock.monotonicNow() - arrivedAt;
		const camera = cameraId(told.parse(JSON.parse(text)).camera);
		observe({ kind: 'alarm-delivered', camera, delayMs, replayed });
	};

	/** The failure, if any. */
	const forget = async ({ id }: OutboxMessage): Promise<Error | null> => {
		try {
			await outbox.acknowledge(id);
			return null;
		} catch (error) {
			if (isForeframeError(error, 'STORE_FAILED')) return error;
			throw error;
		}
	};

	const deliverAll = async (session: MqttSession, signal: AbortSignal) => {
		for (;;) {
			// A stop still lets out what was put in before it: the end of an alarm comes last of all.
			const last = signal.aborted;
			const batch = await oldest();
			let unforgotten: Error | null = null;
			for (const message of batch) {
				await deliver(session, message);
				unforgotten ??= await forget(message);
			}
			// A disk that forgets nothing must not keep back those that wait behind.
			if (unforgotten !== null) throw unforgotten;
			await reportDepth();
			if (last) return;
			if (batch.length === 0) await wakeup.wait(signal);
		}
	};

	return {
		put: async (topic, text, arrivedAt) => {
			const storing = store(topic, text, arrivedAt);
			puts.add(storing);
			await storing.finally(() => puts.delete(storing));
			wakeup.wake();
			if (!inSession) await reportDepth();
		},
		run: async (session, signal) => {
			beginSession();
			inSession = true;
			try {
				while (!signal.aborted) {
					try {
						return await deliverAll(session, signal);
					} catch (error) {
						if (error instanceof MqttLost) return;
						if (!(error instanceof MqttRefused) && !isForeframeError(error, 'STORE_FAILED')) throw error;
						// Later ones must not overtake: the same message is tried again.
						if (error instanceof MqttRefused) observe({ kind: 'message-published', result: 'failed' });
						warn(error);
						beginSession();
					}
					await clock.sleep(RETRY_MS, signal);
				}
			} catch (error) {
				if (!(signal.aborted && isAbort(error))) throw error;
			} finally {
				inSession = false;
			}
		},
		depth,
	};
}
