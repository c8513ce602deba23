import type { IClientOptions, MqttClient } from 'mqtt';
import mqtt from 'mqtt';
import { explainMqttError, explainReasonCode, MqttLost, MqttRefused } from './mqtt-failure.ts';

export interface MqttTarget {
	/** `mqtt:`, `mqtts:`, `ws:` or `wss:`. User name and password in it give way to those below. */
	readonly url: string;
	readonly username: string | null;
	readonly password: string | null;
	/** PEM text of the authority that signed the broker's certificate; null trusts the system's. */
	readonly ca: string | null;
	readonly clientId: string;
	readonly will: { readonly topic: string; readonly payload: string };
}

export interface MqttTimeouts {
	readonly connectMs: number;
	/** A confirmation that takes longer means that the broker hangs. */
	readonly confirmMs: number;
	readonly keepaliveSeconds: number;
}

export const MQTT_TIMEOUTS: MqttTimeouts = { connectMs: 10_000, confirmMs: 10_000, keepaliveSeconds: 15 };

export type MqttVersion = 4 | 5;

/** One connection to the broker, from CONNACK until it breaks. Never reconnects and keeps nothing for later. */
export interface MqttSession {
	/** Settles with the reason once the connection is gone. */
	readonly closed: Promise<MqttLost>;
	/** Bytes that the socket has not taken yet. */
	readonly backlogBytes: number;
	/** Resolves with the broker's PUBACK. @throws MqttLost or MqttRefused */
	publish(topic: string, text: string, options: { readonly retain: boolean }): Promise<void>;
	/** QoS 0: hands the message to the socket. @throws MqttLost when it is closed */
	send(topic: string, text: string): void;
	/** @throws MqttLost or MqttRefused */
	subscribe(filters: readonly string[]): Promise<void>;
	/** Sends DISCONNECT, so that the broker drops the last will. */
	end(): Promise<void>;
	/** Drops the connection at once; after `end` it changes nothing. */
	abandon(): void;
}

export type OnMqttMessage = (topic: string, text: string, retained: boolean) => void;

/** @throws MqttLost when there is no connection. */
export async function connectMqtt(
	target: MqttTarget,
	version: MqttVersion,
	timeouts: MqttTimeouts,
	onMessage: OnMqttMessage,
	signal: AbortSignal,
): Promise<MqttSession> {
	const client = mqtt.connect(clientOptions(target, version, timeouts));
	const closed = whenClosed(client);
	const connected = Promise.withResolvers<void>();
	client.once('connect', () => connected.resolve());
	// Listened to before the broker's first message can arrive with its CONNACK.
	client.on('message', (topic, payload, packet) => onMessage(topic, payload.toString('utf8'), packet.retain));
	const stop = () => client.end(true);
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	try {
		await Promise.race([connected.promise, closed.then((reason) => Promise.reject(reason))]);
		return sessionOf(client, closed, timeouts);
	} catch (error) {
		client.end(true);
		throw error;
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

function clientOptions(target: MqttTarget, version: MqttVersion, timeouts: MqttTimeouts): IClientOptions {
	const url = new URL(target.url);
	const protocol = url.protocol.slice(0, -1) as 'mqtt' | 'mqtts' | 'ws' | 'wss';
	const username = target.username ?? decodeURIComponent(url.username);
	const password = target.password ?? decodeURIComponent(url.password);
	const hostname = protocol.startsWith('ws') ? url.hostname : url.hostname.replace(/^\[(.*)\]$/, '$1');
	return {
		protocol,
		hostname,
		host: hostname,
		...(url.port === '' ? {} : { port: Number(url.port) }),
		...(protocol.startsWith('ws') ? { path: `${url.pathname}${url.search}` } : {}),
		...(username === '' ? {} : { username }),
		...(password === '' ? {} : { password }),
		...(target.ca === null ? {} : { ca: target.ca }),
		clientId: target.clientId,
		protocolVersion: version,
		clean: true,
		will: { topic: target.will.topic, payload: Buffer.from(target.will.payload), qos: 1, retain: true },
		keepalive: timeouts.keepaliveSeconds,
		timerVariant: 'native',
		connectTimeout: timeouts.connectMs,
		// Reconnecting and keeping messages is ours: its own retries have one fixed pause and its queue no bound.
		reconnectPeriod: 0,
		queueQoSZero: false,
		resubscribe: false,
		// Its debug log shows packets, and the first one holds the password.
		log: () => {},
	};
}

/** The first reason wins: what mqtt.js reports after it is only a consequence. */
function whenClosed(client: MqttClient): Promise<MqttLost> {
	const { promise, resolve } = Promise.withResolvers<MqttLost>();
	client.on('error', (error) => resolve(explainMqttError(error)));
	client.on('disconnect', (packet) => resolve(explainReasonCode(packet.reasonCode ?? 128)));
	client.on('close', () => resolve(new MqttLost('the broker closed the connection')));
	return promise;
}

function sessionOf(client: MqttClient, closed: Promise<MqttLost>, timeouts: MqttTimeouts): MqttSession {
	let lost: MqttLost | null = null;
	const waiting = new Set<(reason: MqttLost) => void>();
	const closedHere = Promise.withResolvers<MqttLost>();
	const close = (reason: MqttLost) => {
		if (lost !== null) return;
		lost = reason;
		closedHere.resolve(reason);
		for (const reject of waiting) reject(reason);
		waiting.clear();
		client.end(true);
		// While it is ending gently, mqtt.js ignores the line above.
		client.stream.destroy();
	};
	void closed.then(close);
	/** mqtt.js never calls back for a connection that broke, so every wait also ends with the session. */
	const confirmed = (begin: (done: (error?: Error | null) => void) => void): Promise<void> => {
		if (lost !== null) return Promise.reject(lost);
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const timer = setTimeout(
			() => close(new MqttLost(`timeout: the broker confirmed nothing for ${timeouts.confirmMs} ms`)),
			timeouts.confirmMs,
		);
		const finish = (settle: () => void) => {
			clearTimeout(timer);
			waiting.delete(giveUp);
			settle();
		};
		const giveUp = (reason: MqttLost) => finish(() => reject(reason));
		waiting.add(giveUp);
		begin((error) => finish(() => (error ? reject(refusalOf(error)) : resolve())));
		return promise;
	};
	return {
		closed: closedHere.promise,
		get backlogBytes() {
			return client.stream.writableLength;
		},
		publish: (topic, text, { retain }) =>
			confirmed((done) => client.publish(topic, text, { qos: 1, retain }, (error) => done(error))),
		send: (topic, text) => {
			if (lost !== null) throw lost;
			client.publish(topic, text, { qos: 0 });
		},
		subscribe: (filters) => confirmed((done) => client.subscribe([...filters], { qos: 1 }, (error) => done(error))),
		end: async () => {
			if (lost !== null) return;
			const ended = Promise.withResolvers<void>();
			client.end(false, () => ended.resolve());
			await Promise.race([ended.promise, closedHere.promise]);
			close(new MqttLost('ended'));
		},
		abandon: () => close(new MqttLost('abandoned')),
	};
}

function refusalOf(error: Error): Error {
	const code = 'code' in error ? error.code : undefined;
	if (typeof code === 'number' && code >= 128) return new MqttRefused(error.message, { cause: error });
	return explainMqttError(error);
}
