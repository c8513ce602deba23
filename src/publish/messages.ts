import type { CalibrationState } from '../core/calibration-state.ts';
import type { CameraState, ScheduleState } from '../core/camera-state.ts';
import type { CameraModel, LearningState } from '../core/learning-state.ts';
import type { MemorySnapshot } from '../core/memory.ts';
import type { Channel } from '../core/prediction.ts';
import type { CameraId, UtcMs } from '../core/units.ts';
import { openFaultsOf } from './integrity-messages.ts';
import {
	iso,
	isoOrNull,
	type OutgoingMessage,
	rounded,
	roundedOrNull,
	wholeMs,
	wholeMsOrNull,
} from './message-fields.ts';
import {
	type BridgeHealthMessage,
	type BridgeInfoMessage,
	type CameraStateMessage,
	type CameraStatsMessage,
	TOPIC,
	WIRE_VERSION,
} from './wire.ts';

export * from './alarm-messages.ts';
export type { OutgoingMessage };

export interface DaemonInfo {
	readonly version: string;
	readonly commit: string | null;
	readonly startedAt: UtcMs;
	readonly detector: string;
	readonly model: { readonly id: string; readonly version: string } | null;
	readonly provider: string;
	readonly cameras: readonly CameraId[];
	/** Of the cameras that have a learned model, shipped or their own. */
	readonly models: ReadonlyMap<CameraId, CameraModel>;
}

export interface DaemonHealth {
	readonly at: UtcMs;
	readonly uptimeSeconds: number;
	readonly rssBytes: number;
	readonly loopLagMs: number;
	readonly camerasOk: number;
	readonly camerasTotal: number;
	readonly diskFreeBytes: number | null;
}

/** What the publisher knows of its own ways out. */
export interface DeliveryHealth {
	readonly mqttConnected: boolean;
	readonly outboxMessages: number;
	readonly outboxOldestSeconds: number;
	readonly websocketClients: number;
}

export interface CameraStats {
	readonly camera: CameraId;
	readonly at: UtcMs;
	readonly framesPerSecond: number | null;
	readonly surprise: number | null;
	readonly level: number | null;
	readonly why: Channel | null;
	readonly frameAgeMs: number | null;
	readonly inferenceMs: number | null;
	/** See `Hearing`. */
	readonly sensitivity: number | null;
	/** Since the daemon's start. */
	readonly windowsScored: number;
	readonly windowsDropped: number;
}

/** A camera's retained messages: the availability first, so that nobody shows a state of a camera that is away. */
export function cameraMessagesOf(state: CameraState): readonly OutgoingMessage[] {
	return [
		{ topic: TOPIC.availability(state.camera), payload: state.stream === 'ok' ? 'online' : 'offline' },
		{ topic: TOPIC.state(state.camera), payload: cameraStateOf(state) },
	];
}

export function cameraStateOf(state: CameraState): CameraStateMessage {
	return {
		mode: state.mode,
		anomaly: state.anomaly ? 'ON' : 'OFF',
		score: roundedOrNull(state.surprise),
		threshold: roundedOrNull(state.level),
		stream: state.stream,
		stream_since: iso(state.streamSince),
		stream_since_ms: wholeMs(state.streamSince),
		failure: state.failure === null ? null : { reason: state.failure.reason, detail: state.failure.detail },
		schedule: state.schedule === null ? null : scheduleOf(state.schedule),
		learning_progress: roundedOrNull(state.learningProgress),
		fps: roundedOrNull(state.framesPerSecond),
		last_alarm_time: isoOrNull(state.lastAlarmAt),
		last_alarm_time_ms: wholeMsOrNull(state.lastAlarmAt),
		lasting:
			state.lasting === null
				? null
				: {
						alarm: state.lasting.id,
						since: iso(state.lasting.endedAt),
						since_ms: wholeMs(state.lasting.endedAt),
						question: 'normal',
					},
		flood:
			state.flood === null
				? null
				: {
						id: state.flood.id,
						since: iso(state.flood.startedAt),
						since_ms: wholeMs(state.flood.startedAt),
						alarms: state.flood.alarms,
					},
		integrity: openFaultsOf(state.integrity),
		model: state.model === null ? null : modelOf(state.model),
		learning: state.learning === null ? null : learningOf(state.learning),
		sensitivity: roundedOrNull(state.hearing?.sensitivity ?? null),
		deaf: state.hearing?.deaf ?? false,
		calibration: state.calibration === null ? null : calibrationOf(state.calibration),
	};
}

function calibrationOf({ light, kind, ...state }: CalibrationState) {
	return {
		light,
		kind,
		missing_seconds: Math.ceil(state.missingSeconds),
		footage_hours: roundedOrNull(state.footageHours),
		footage_time: isoOrNull(state.footageTo),
		footage_time_ms: wholeMsOrNull(state.footageTo),
		kept_hours: rounded(state.keptHours),
		crept: rounded(state.crept),
		held: state.held,
	};
}

function scheduleOf({ armed, nextAt, override }: ScheduleState) {
	return { armed, next_time: isoOrNull(nextAt), next_time_ms: wholeMsOrNull(nextAt), override };
}

function modelOf({ id, version, sha256, learned }: CameraModel) {
	return { id, version, sha256, learned };
}

function learningOf({ phase, progress, nextAt, last }: LearningState) {
	return {
		phase,
		progress: roundedOrNull(progress),
		next_time: isoOrNull(nextAt),
		next_time_ms: wholeMsOrNull(nextAt),
		last:
			last === null
				? null
				: { time: iso(last.at), time_ms: wholeMs(last.at), outcome: last.outcome, detail: last.detail },
	};
}

export function statsMessageOf(stats: CameraStats): OutgoingMessage & { payload: CameraStatsMessage } {
	return {
		topic: TOPIC.stats(stats.camera),
		payload: {
			time: iso(stats.at),
			time_ms: wholeMs(stats.at),
			fps: roundedOrNull(stats.framesPerSecond),
			score: roundedOrNull(stats.surprise),
			threshold: roundedOrNull(stats.level),
			why: stats.why,
			frame_age_ms: roundedOrNull(stats.frameAgeMs),
			inference_ms: roundedOrNull(stats.inferenceMs),
			sensitivity: roundedOrNull(stats.sensitivity),
			windows_scored: stats.windowsScored,
			windows_dropped: stats.windowsDropped,
		},
	};
}

export function infoMessageOf(info: DaemonInfo): OutgoingMessage & { payload: BridgeInfoMessage } {
	return {
		topic: TOPIC.bridgeInfo,
		payload: {
			version: info.version,
			commit: info.commit,
			wire_version: WIRE_VERSION,
			start_time: iso(info.startedAt),
			start_time_ms: wholeMs(info.startedAt),
			detector: info.detector,
			model: info.model === null ? null : { id: info.model.id, version: info.model.version },
			provider: info.provider,
			cameras: [...info.cameras],
			models: Object.fromEntries([...info.models].map(([camera, model]) => [camera, modelOf(model)])),
		},
	};
}

export function healthMessageOf(
	health: DaemonHealth,
	delivery: DeliveryHealth,
): OutgoingMessage & { payload: BridgeHealthMessage } {
	return {
		topic: TOPIC.bridgeHealth,
		payload: {
			time: iso(health.at),
			time_ms: wholeMs(health.at),
			uptime_seconds: rounded(health.uptimeSeconds),
			rss_bytes: health.rssBytes,
			loop_lag_ms: rounded(health.loopLagMs),
			cameras: { ok: health.camerasOk, total: health.camerasTotal },
			mqtt: {
				connected: delivery.mqttConnected,
				outbox_messages: delivery.outboxMessages,
				outbox_oldest_seconds: rounded(delivery.outboxOldestSeconds),
			},
			websocket: { clients: delivery.websocketClients },
			disk_free_bytes: health.diskFreeBytes === null ? null : Math.round(health.diskFreeBytes),
		},
	};
}

/** A memory that is kept, as requests are answered. */
export function snapshotOf({ at, reason }: MemorySnapshot) {
	return { time: iso(at), time_ms: wholeMs(at), reason };
}

/** What goes over the wire for a payload. */
export function payloadText(payload: unknown): string {
	return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

/** An alarm message's JSON as it is sent when it comes late or again. */
export function markReplayed(text: string): string {
	return JSON.stringify({ ...(JSON.parse(text) as object), replayed: true });
}
