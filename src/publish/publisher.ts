import type { Server } from 'node:http';
import type { AlarmNotice } from '../core/alarm.ts';
import type { CameraState, ModeRequest } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import { isForeframeError } from '../core/errors.ts';
import type { Observe } from '../core/events.ts';
import type { FeedbackRequests } from '../core/feedback.ts';
import type { FloodNotice } from '../core/flood.ts';
import type { IntegrityNotice } from '../core/integrity.ts';
import type { MemoryRequests } from '../core/memory.ts';
import type { Outbox } from '../core/outbox.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';
import type { Announcements } from './announcements.ts';
import { integrityMessageOf } from './integrity-messages.ts';
import {
	alarmMessageOf,
	type CameraStats,
	cameraMessagesOf,
	type DaemonHealth,
	type DaemonInfo,
	floodMessageOf,
	healthMessageOf,
	infoMessageOf,
	type OutgoingMessage,
	statsMessageOf,
} from './messages.ts';
import { type MqttLink, type MqttLinkOptions, openMqtt } from './mqtt.ts';
import { createRequests, REQUEST_FILTERS } from './requests.ts';
import { type MessageWeight, openWebSocketHub, type WebSocketLimits } from './websocket.ts';
import { TOPIC } from './wire.ts';

export interface PublisherOptions {
	/** null publishes over WebSocket only. */
	readonly mqtt: MqttLinkOptions | null;
	readonly websocketLimits?: WebSocketLimits;
}

export interface PublisherDeps {
	readonly outbox: Outbox;
	readonly info: () => DaemonInfo;
	readonly health: () => Promise<DaemonHealth>;
	/** @throws ForeframeError when there is no such camera or it cannot be switched */
	readonly setMode: (camera: CameraId, mode: ModeRequest) => Promise<void>;
	/** Resolve when it is under way. @throws ForeframeError saying why it cannot be done */
	readonly learn: (camera: CameraId) => Promise<void>;
	readonly rollBack: (camera: CameraId) => Promise<void>;
	readonly acceptView: (camera: CameraId) => Promise<void>;
	readonly memory: MemoryRequests;
	readonly feedback: FeedbackRequests;
	/** For other programs, over MQTT only; none where it is not given. */
	readonly announcements?: Announcements;
	readonly clock: Clock;
	/** 0..1, for the jitter. */
	readonly random: () => number;
	readonly observe: Observe;
}

/** Every message of the daemon goes out here, to MQTT and WebSocket alike. */
export interface Publisher extends AsyncDisposable {
	readonly mqttConnected: boolean;
	/** Resolves when the alarm is safe in the outbox (at once without MQTT). */
	publishAlarm(notice: AlarmNotice): Promise<void>;
	/** As `publishAlarm`. */
	publishFlood(notice: FloodNotice): Promise<void>;
	/** As `publishAlarm`. */
	publishIntegrity(notice: IntegrityNotice): Promise<void>;
	/** May be called for every window: what is no news goes out twice a minute at most. */
	publishCameraState(state: CameraState): void;
	/** May be called for every window: MQTT gets one in ten seconds, WebSocket one a second. */
	publishStats(stats: CameraStats): void;
	/** After something that `info` tells has changed. */
	publishInfo(): void;
	/** Also done once a minute by itself. */
	publishHealth(): Promise<void>;
	/** Clears what the broker keeps of a camera that is no longer configured. */
	forgetCamera(camera: CameraId): void;
	/** Serves `/ws` of this server. */
	attach(server: Server, allowHost: (host: string | undefined) => boolean): void;
}

const STATE_REPEAT_MS = 30_000;
const STATS_MQTT_MS = 10_000;
const STATS_WEBSOCKET_MS = 1000;
const HEALTH_MS = 60_000;

export function openPublisher(options: PublisherOptions, deps: PublisherDeps): Publisher {
	const { clock, observe } = deps;
	/** Newest payload of every retained topic: MQTT and WebSocket clients that come later start from it. */
	const retained = new Map<string, unknown>([[TOPIC.bridgeState, { state: 'online' }]]);
	const hub = openWebSocketHub({
		retained,
		onRequest: (topic, text) => onMessage(topic, text, false, 'websocket'),
		clock,
		observe,
		...(options.websocketLimits === undefined ? {} : { limits: options.websocketLimits }),
	});
	const sentStates = new Map<CameraId, { readonly news: string; readonly at: MonotonicMs }>();
	const sentStats = new Map<CameraId, { mqtt: number; websocket: number }>();

	const health = async () => {
		const daemon = await deps.health();
		const outbox = (await link?.outbox()) ?? { messages: 0, oldestMs: 0 };
		return healthMessageOf(daemon, {
			mqttConnected: link?.connected ?? false,
			outboxMessages: outbox.messages,
			outboxOldestSeconds: outbox.oldestMs / 1000,
			websocketClients: hub.clients,
		});
	};
	const onMessage = createRequests({
		handlers: {
			health: async () => (await health()).payload,
			info: async () => infoMessageOf(deps.info()).payload,
			setMode: deps.setMode,
			learn: deps.learn,
			rollBack: deps.rollBack,
			acceptView: deps.acceptView,
			memory: deps.memory,
			feedback: deps.feedback,
		},
		respond: async (topic, payload) => {
			hub.broadcast({ topic, payload }, 'droppable');
			await link?.sendNow(topic, payload);
		},
		onProblem: (detail) => observe({ kind: 'warning', about: 'MQTT request', detail }),
	});
	const link: MqttLink | null =
		options.mqtt === null
			? null
			: openMqtt(options.mqtt, {
					...deps,
					retained,
					onMessage: (topic, text, isRetained) => onMessage(topic, text, isRetained, 'mqtt'),
					filters: REQUEST_FILTERS,
				});

	const retain = (message: OutgoingMessage, weight: MessageWeight = 'state') => {
		retained.set(message.topic, message.payload);
		link?.changed(message.topic);
		hub.broadcast(message, weight);
	};
	const publishInfo = () => retain(infoMessageOf(deps.info()));
	const publishHealth = async () => {
		try {
			retain(await health(), 'droppable');
		} catch (error) {
			if (!isForeframeError(error)) throw error;
			observe({ kind: 'warning', about: 'bridge/health', detail: error.message });
		}
	};

	publishInfo();
	const healthTimer = setInterval(() => void publishHealth(), HEALTH_MS);
	healthTimer.unref();

	return {
		get mqttConnected() {
			return link?.connected ?? false;
		},
		publishAlarm: async (notice) => {
			const message = alarmMessageOf(notice);
			hub.broadcast(message, 'alarm');
			await link?.deliver(message.topic, message.payload, notice.arrivedAt);
		},
		publishFlood: async (notice) => {
			const message = floodMessageOf(notice);
			hub.broadcast(message, 'alarm');
			await link?.deliver(message.topic, message.payload, notice.arrivedAt);
		},
		publishIntegrity: async (notice) => {
			const message = integrityMessageOf(notice);
			hub.broadcast(message, 'alarm');
			await link?.deliver(message.topic, message.payload, notice.arrivedAt);
		},
		publishCameraState: (state) => {
			const now = clock.monotonicNow();
			const news = newsOf(state);
			const sent = sentStates.get(state.camera);
			if (sent?.news === news && now - sent.at < STATE_REPEAT_MS) {
				for (const { topic, payload } of cameraMessagesOf(state)) retained.set(topic, payload);
				return;
			}
			sentStates.set(state.camera, { news, at: now });
			for (const message of cameraMessagesOf(state)) {
				// The availability has two values: saying the same again tells nobody anything.
				if (retained.get(message.topic) !== message.payload) retain(message);
			}
		},
		publishStats: (stats) => {
			const now = clock.monotonicNow();
			const sent = sentStats.get(stats.camera) ?? { mqtt: -STATS_MQTT_MS, websocket: -STATS_WEBSOCKET_MS };
			sentStats.set(stats.camera, sent);
			const message = statsMessageOf(stats);
			if (now - sent.websocket >= STATS_WEBSOCKET_MS) {
				sent.websocket = now;
				hub.broadcast(message, 'droppable');
			}
			if (now - sent.mqtt >= STATS_MQTT_MS) {
				sent.mqtt = now;
				link?.sendOrDrop(message.topic, message.payload);
			}
		},
		publishInfo,
		publishHealth,
		forgetCamera: (camera) => {
			sentStates.delete(camera);
			sentStats.delete(camera);
			for (const topic of [TOPIC.availability(camera), TOPIC.state(camera)]) {
				if (retained.delete(topic)) link?.changed(topic);
			}
		},
		attach: hub.attach,
		[Symbol.asyncDispose]: async () => {
			clearInterval(healthTimer);
			await Promise.all([link?.[Symbol.asyncDispose](), hub[Symbol.asyncDispose]()]);
		},
	};
}

/** The parts of a state that are told at once when they change; the score and the frame rate always do. */
function newsOf(state: CameraState): string {
	const { surprise: _surprise, framesPerSecond: _framesPerSecond, learningProgress, learning, ...news } = state;
	return JSON.stringify({
		...news,
		learningPercent: percent(learningProgress),
		learning: learning === null ? null : { ...learning, progress: percent(learning.progress) },
	});
}

function percent(progress: number | null): number | null {
	return progress === null ? null : Math.floor(progress * 100);
}
