import { randomBytes } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Config } from './config/schema.ts';
import { readSecretFile } from './config/secret-file.ts';
import { aborted } from './core/aborted.ts';
import { systemClock } from './core/clock.ts';
import { describeError } from './core/errors.ts';
import type { Observe } from './core/events.ts';
import { scope } from './core/scope.ts';
import type { Secrets } from './core/secrets.ts';
import { utcMs } from './core/units.ts';
import { openDetectors } from './detectors.ts';
import { openRuntimes } from './inference.ts';
import type { Announcements } from './publish/announcements.ts';
import { openBroker } from './publish/broker.ts';
import { openAnnouncer } from './publish/home-assistant/announcer.ts';
import { integrityMessageOf, integrityRecordOf } from './publish/integrity-messages.ts';
import { linkOptionsOf } from './publish/link-options.ts';
import {
	alarmMessageOf,
	alarmRecordOf,
	cameraStateOf,
	type DaemonHealth,
	explanationOf,
	feedbackEntryOf,
	feedbackOf,
	snapshotOf,
} from './publish/messages.ts';
import type { MqttLinkOptions } from './publish/mqtt.ts';
import { openPublisher, type Publisher } from './publish/publisher.ts';
import { openAnnouncedTopics } from './record/announced-topics.ts';
import { type MessageOf, openRecorder } from './record/recorder.ts';
import { openEventLog } from './telemetry/event-log.ts';
import { type LogStream, openLog } from './telemetry/log.ts';
import { openMetrics } from './telemetry/metrics.ts';
import { openSystemd } from './telemetry/systemd.ts';
import { openSite, type Site } from './watch/site.ts';
import { openHttp } from './web/http.ts';

export interface DaemonRequest {
	readonly config: Config;
	readonly secrets: Secrets;
	readonly version: string;
	readonly env: NodeJS.ProcessEnv;
	readonly log: LogStream;
	readonly signal: AbortSignal;
	/** Told every event, besides log and metrics. */
	readonly observe?: Observe;
	/** Told when HTTP and MQTT are there and every camera is being watched. */
	readonly started?: (addresses: { readonly http: string | null; readonly mqtt: string | null }) => void;
}

/** A timer of this period shows how long the event loop was kept from its work. */
const LOOP_LAG_EVERY_MS = 500;

/**
 * The daemon from its start to `signal`: opens everything, watches every camera, closes everything in the other order.
 * @throws ForeframeError for what stands in the way of starting; anything else is a bug.
 */
export async function runDaemon(request: DaemonRequest): Promise<void> {
	const { config, secrets, version, env, signal } = request;
	const clock = systemClock;
	const startedAt = clock.utcNow();
	const startedMonotonic = clock.monotonicNow();
	await using opened = new AsyncDisposableStack();

	const log = openLog(config.log, request.log, { env, redact: secrets.redact });
	const eventLog = openEventLog(log, clock);
	const metrics = opened.use(openMetrics({ clock, stateFolder: config.record.folder }));
	let provider = 'none';
	const observe: Observe = (event) => {
		eventLog(event);
		metrics.observe(event);
		request.observe?.(event);
		if (event.kind === 'provider-chosen') provider = event.provider;
	};
	const enabled = config.cameras.filter((camera) => camera.enabled);
	observe({ kind: 'daemon-started', version, cameras: enabled.length });

	// Without a broker nobody would ever empty the outbox.
	const faultMessageOf = config.mqtt.enabled ? integrityMessageOf : () => null;
	const recorder = opened.use(await openRecorder(config.record, { clock, observe, faultMessageOf }));
	const broker =
		config.mqtt.enabled && config.mqtt.embedded.enabled ? opened.use(await openBroker(config.mqtt.embedded)) : null;
	const inference = opened.use(await openRuntimes(config.inference, observe));
	const detectors = opened.use(openDetectors(inference));
	const lag = opened.use(loopLag());
	// Without a broker nobody would ever empty the outbox.
	const messageOf: MessageOf = config.mqtt.enabled ? alarmMessageOf : () => null;

	let site: Site | null = null;
	let publisher: Publisher | null = null;
	const cameraStates = () => site?.states() ?? [];
	const health = async (): Promise<DaemonHealth> => ({
		at: clock.utcNow(),
		uptimeSeconds: (clock.monotonicNow() - startedMonotonic) / 1000,
		rssBytes: process.memoryUsage.rss(),
		loopLagMs: lag.takeMs(),
		camerasOk: cameraStates().filter(({ stream }) => stream === 'ok').length,
		camerasTotal: enabled.length,
		diskFreeBytes: await freeBytes(config.record.folder),
	});
	site = opened.use(
		await openSite(enabled, {
			clock,
			observe,
			detectors,
			recorder,
			messageOf,
			publisher: () => publisher,
		}),
	);
	// Closed after the publisher, which hangs up on the WebSocket clients that would keep it open.
	const http = config.http.enabled
		? opened.use(
				await openHttp(config.http, {
					version,
					notReady: () => site.notReady(),
					metrics: async () => ({ contentType: metrics.contentType, text: await metrics.metricsText() }),
					onError: (error) => observe({ kind: 'warning', about: 'HTTP', detail: describeError(error) }),
					cameras: cameraStates,
					alarms: ({ camera, from, to, before, feedback, zone, limit }) =>
						recorder.alarms({
							limit,
							...(camera === null ? {} : { camera }),
							...(from === null ? {} : { from }),
							...(to === null ? {} : { to: utcMs(to + 1) }),
							...(before === null ? {} : { before }),
							...(feedback === null ? {} : { feedback }),
							...(zone === null ? {} : { zone }),
						}),
					alarm: (id) => recorder.alarm(id),
					explanation: (id) => recorder.evidence.explanation(id),
					picture: (id, picture) => recorder.evidence.picture(id, picture),
					faults: ({ to, ...query }) => recorder.integrity.faults({ ...query, to: to === null ? null : utcMs(to + 1) }),
					faultJson: integrityRecordOf,
					cameraJson: cameraStateOf,
					alarmJson: alarmRecordOf,
					explanationJson: explanationOf,
					learn: (camera) => site.learn(camera),
					rollBack: (camera) => site.rollBack(camera),
					acceptView: (camera) => site.acceptView(camera),
					feedback: site.feedback,
					feedbackJson: feedbackOf,
					feedbackEntryJson: feedbackEntryOf,
					memory: site.memory,
					snapshotJson: snapshotOf,
				}),
			)
		: null;
	const mqtt = await mqttLink(config, broker?.url ?? null, env);
	publisher = opened.use(
		openPublisher(
			{ mqtt },
			{
				outbox: recorder.outbox,
				info: () => ({
					version,
					commit: env['FOREFRAME_COMMIT'] ?? null,
					startedAt,
					...site.description(),
					provider,
					cameras: enabled.map(({ id }) => id),
				}),
				health,
				setMode: site.setMode,
				learn: site.learn,
				rollBack: site.rollBack,
				acceptView: site.acceptView,
				memory: site.memory,
				feedback: site.feedback,
				...(mqtt === null ? {} : { announcements: await announcementsOf(config, version, observe) }),
				clock,
				random: Math.random,
				observe,
			},
		),
	);
	for (const notice of await recorder.integrity.closeOpen()) {
		observe({ kind: 'integrity', camera: notice.fault.camera, notice });
		await publisher.publishIntegrity(notice);
	}
	for (const notice of await recorder.closeOpenAlarms(messageOf)) {
		observe({ kind: 'alarm', notice });
		await publisher.publishAlarm(notice);
	}
	if (http !== null) publisher.attach(http.server, http.allowHost);
	const systemd = opened.use(openSystemd({ env, clock, observe, proveWork: () => site.proveWork() }));

	void publisher.publishHealth();
	try {
		await scope(signal, async ({ spawn, signal }) => {
			// A worker thread that dies is a bug: it ends the daemon, and systemd starts it again.
			spawn('recorder', (signal) => recorder.watch(signal));
			spawn('inference', (signal) => inference.watch(signal));
			spawn('cameras', (signal) => site.watch(signal));
			await systemd.ready(`watching ${enabled.length} cameras`);
			observe({ kind: 'daemon-ready', startMs: clock.monotonicNow() - startedMonotonic });
			request.started?.({ http: http?.url ?? null, mqtt: mqtt?.url ?? null });
			await aborted(signal);
			observe({ kind: 'daemon-stopping', reason: stopReason(request.signal) });
			await systemd.stopping();
		});
	} catch (error) {
		if (!(request.signal.aborted && error instanceof Error && error.name === 'AbortError')) throw error;
	}
}

async function mqttLink(
	{ mqtt }: Config,
	embedded: string | null,
	env: NodeJS.ProcessEnv,
): Promise<MqttLinkOptions | null> {
	const { passwordFile, caFile } = mqtt;
	const credentials = env['CREDENTIALS_DIRECTORY'];
	const secrets = {
		password:
			passwordFile === undefined ? null : (await readSecretFile(passwordFile, { folder: '.', credentials })).secret,
		ca: caFile === undefined ? null : await readFile(caFile, 'utf8'),
	};
	return linkOptionsOf(mqtt, secrets, embedded, `${hostname()}-${randomBytes(4).toString('hex')}`);
}

async function announcementsOf(
	{ mqtt, record, cameras }: Config,
	version: string,
	observe: Observe,
): Promise<Announcements> {
	const { enabled, prefix, statusTopic } = mqtt.homeAssistant;
	const told = cameras
		.filter((camera) => camera.enabled)
		.map(({ id, name, learning, detector, schedule }) => ({
			id,
			name,
			learns: learning.enabled && detector.name === 'mnad',
			scheduled: schedule !== undefined,
		}));
	return openAnnouncer({
		site: enabled ? { base: mqtt.base, prefix, statusTopic, version, cameras: told } : null,
		announced: await openAnnouncedTopics(record.folder, observe),
		random: Math.random,
		observe,
	});
}

/** Largest delay of a timer since it was last asked: how long the event loop was kept from its work. */
function loopLag(): Disposable & { takeMs(): number } {
	let due = performance.now() + LOOP_LAG_EVERY_MS;
	let worst = 0;
	const timer = setInterval(() => {
		const now = performance.now();
		worst = Math.max(worst, now - due);
		due = now + LOOP_LAG_EVERY_MS;
	}, LOOP_LAG_EVERY_MS);
	timer.unref();
	return {
		takeMs: () => {
			const lag = worst;
			worst = 0;
			return lag;
		},
		[Symbol.dispose]: () => clearInterval(timer),
	};
}

async function freeBytes(folder: string): Promise<number | null> {
	try {
		const { bavail, bsize } = await statfs(folder);
		return bavail * bsize;
	} catch {
		// A folder that cannot be asked is told as unknown; writing to it will say why.
		return null;
	}
}

function stopReason(signal: AbortSignal): string {
	return signal.aborted && signal.reason instanceof Error ? signal.reason.message : 'something failed';
}
