import { statfs } from 'node:fs/promises';
import type { DaemonEvent } from '../core/events.ts';
import type { Instruments } from './instruments.ts';

const INFERENCE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const DELAY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600];
const BATCH = [1, 2, 4, 8, 16, 32];
const RESULTS = ['ok', 'failed', 'dropped'] as const;

export interface DaemonMetrics {
	observe(event: DaemonEvent): void;
	/** Measures what no event tells. */
	measure(): Promise<void>;
}

/** What is counted for the daemon as a whole. */
export function daemonMetrics({ counter, gauge, histogram }: Instruments, stateFolder: string): DaemonMetrics {
	const build = gauge('build_info', 'Version of the daemon: always 1', ['version']);
	const inference = histogram(
		'inference_duration_seconds',
		"Time of the model for each window's batch",
		INFERENCE_SECONDS,
	);
	const batch = histogram('inference_batch_size', "Windows in each window's batch", BATCH);
	const queue = gauge('inference_queue_length', 'Windows that wait for inference');
	const provider = gauge('inference_provider_info', 'Where a model runs: always 1', ['provider', 'model', 'size']);
	const refused = counter('inference_provider_refusals_total', 'Providers that were refused', ['provider']);
	const mqttConnected = gauge('mqtt_connected', 'Whether the broker is connected: 1 or 0');
	const mqttReconnects = counter('mqtt_reconnects_total', 'Times the broker came back');
	const published = counter('mqtt_publish_total', 'Messages to the broker by result', ['result']);
	const outbox = gauge('mqtt_outbox_messages', 'Alarm messages that the broker has not confirmed');
	const oldest = gauge('mqtt_outbox_oldest_seconds', 'Age of the oldest of them; 0 when there is none');
	const delay = histogram(
		'alarm_publish_delay_seconds',
		"From the deciding frame's arrival to the broker's confirmation",
		DELAY_SECONDS,
		['replayed'],
	);
	const clients = gauge('websocket_clients', 'WebSocket clients');
	const websocketDropped = counter('websocket_messages_dropped_total', 'Messages dropped for slow WebSocket clients');
	const free = gauge('storage_free_bytes', 'Room on the disk with the state folder');
	const watchdog = counter('watchdog_pings_total', 'Times the watchdog was due, by whether work was proven', [
		'proven',
	]);
	const warnings = counter('warnings_total', 'Warnings of the log that no other metric counts');

	for (const result of RESULTS) published.inc({ result }, 0);
	for (const proven of ['true', 'false']) watchdog.inc({ proven }, 0);
	for (const replayed of ['true', 'false']) delay.zero({ replayed });

	return {
		observe: (event) => {
			switch (event.kind) {
				case 'daemon-started':
					return build.set({ version: event.version }, 1);
				case 'window-scored':
					inference.observe(event.inferenceMs / 1000);
					return batch.observe(event.batchSize);
				case 'inference-queue':
					return queue.set(event.length);
				case 'provider-chosen':
					return provider.set({ provider: event.provider, model: event.model, size: event.size }, 1);
				case 'provider-refused':
					return refused.inc({ provider: event.provider });
				case 'mqtt-connected':
					mqttConnected.set(1);
					return event.downMs === null ? undefined : mqttReconnects.inc();
				case 'mqtt-lost':
					return mqttConnected.set(0);
				case 'message-published':
					return published.inc({ result: event.result });
				case 'outbox':
					outbox.set(event.messages);
					return oldest.set(event.oldestMs / 1000);
				case 'alarm-delivered':
					return delay.observe({ replayed: String(event.replayed) }, Math.max(0, event.delayMs) / 1000);
				case 'websocket-clients':
					return clients.set(event.count);
				case 'websocket-dropped':
					return websocketDropped.inc(event.count);
				case 'watchdog':
					return watchdog.inc({ proven: String(event.proven) });
				case 'warning':
					return warnings.inc();
			}
		},
		measure: async () => {
			const disk = await statfs(stateFolder).catch(() => null);
			if (disk === null) free.remove();
			else free.set(disk.bavail * disk.bsize);
		},
	};
}
