import { newAlarmId } from '../alarm/alarm-id.ts';
import { falseAlarmsPerHour } from '../alarm/options.ts';
import type { CameraConfig } from '../config/schema.ts';
import { aborted } from '../core/aborted.ts';
import { RECONNECT } from '../core/backoff.ts';
import type { CameraState } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import { describeError } from '../core/errors.ts';
import type { DaemonEvent, Observe } from '../core/events.ts';
import { scope } from '../core/scope.ts';
import { supervise } from '../core/supervise.ts';
import type { CameraId } from '../core/units.ts';
import type { Detectors } from '../detectors.ts';
import { openSource } from '../ingest/open-source.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { MessageOf, Recorder } from '../record/recorder.ts';
import { brainStore } from './brain-store.ts';
import { CameraCounts } from './camera-counts.ts';
import { CameraStatus } from './camera-status.ts';
import { type CameraWatch, openCameraWatch } from './watch-camera.ts';

/** All the cameras of one daemon. */
export interface Site {
	states(): readonly CameraState[];
	/** A sentence for each camera that has not been tried yet. */
	notReady(): readonly string[];
	/** False when there is no such camera. Lasts over restarts. */
	setPaused(camera: CameraId, paused: boolean): Promise<boolean>;
	description(): {
		readonly detector: string;
		readonly model: { readonly id: string; readonly version: string } | null;
	};
	/** Rejects when a camera's frames come but nothing is made of them. */
	proveWork(): Promise<void>;
	/** Until `signal` aborts. */
	watch(signal: AbortSignal): Promise<void>;
}

export interface SiteParts {
	readonly clock: Clock;
	readonly observe: Observe;
	readonly detectors: Detectors;
	readonly recorder: Recorder;
	readonly messageOf: MessageOf;
	/** null while it is being opened. */
	readonly publisher: () => Publisher | null;
}

interface Member {
	readonly watch: CameraWatch;
	readonly status: CameraStatus;
	readonly counts: CameraCounts;
	readonly observe: Observe;
}

/** A camera that was watched this long without a failure begins its pauses anew. */
const GOOD_AFTER_MS = 60_000;
const MODE = 'mode';

/** @throws ForeframeError MODEL_INVALID, STORE_FAILED */
export async function openSite(cameras: readonly CameraConfig[], parts: SiteParts): Promise<Site> {
	const { clock, recorder } = parts;
	const members = new Map<CameraId, Member>();
	let detectorName = 'none';
	let model: { readonly id: string; readonly version: string } | null = null;

	for (const camera of cameras) {
		const { detector, model: learned } = await parts.detectors.open(camera.detector, camera.framesPerSecond);
		detectorName = detector.name;
		model = learned === null ? null : detector.model;
		members.set(camera.id, await openMember(camera, detector, parts));
	}
	const all = [...members.values()];

	return {
		states: () => all.map(({ status }) => status.state),
		notReady: () =>
			all
				.filter(({ status }) => !status.attempted)
				.map(({ watch }) => `camera ${watch.camera} has not been reached for the first time yet`),
		setPaused: async (camera, paused) => {
			const member = members.get(camera);
			if (member === undefined) return false;
			await recorder.state.save(camera, MODE, new TextEncoder().encode(paused ? 'paused' : 'armed'));
			await member.watch.pause(paused);
			return true;
		},
		description: () => ({ detector: detectorName, model }),
		proveWork: async () => {
			await recorder.outbox.depth();
			const stuck = all.filter(({ counts }) => counts.stuck(clock.monotonicNow()));
			if (stuck.length > 0) {
				throw new Error(`Frames of ${stuck.map(({ watch }) => watch.camera).join(', ')} come, but none is scored`);
			}
		},
		watch: (signal) =>
			scope(signal, async ({ spawn, signal }) => {
				for (const { watch, status, observe } of all) {
					spawn(watch.camera, (signal) =>
						supervise((signal) => watch.run(signal), {
							signal,
							clock,
							backoff: RECONNECT,
							random: Math.random,
							goodAfterMs: GOOD_AFTER_MS,
							onFailure: ({ error }) => {
								status.mode('fault', null);
								observe({ kind: 'camera-mode', camera: watch.camera, mode: 'fault', detail: describeError(error) });
							},
						}),
					);
				}
				await aborted(signal);
			}),
	};
}

async function openMember(
	camera: CameraConfig,
	detector: Awaited<ReturnType<Detectors['open']>>['detector'],
	parts: SiteParts,
): Promise<Member> {
	const { clock, recorder, messageOf, publisher } = parts;
	const { id } = camera;
	const counts = new CameraCounts();
	const stored = await recorder.state.load(id, MODE);
	const paused = stored !== null && new TextDecoder().decode(stored) === 'paused';
	const status = new CameraStatus(id, paused ? 'paused' : 'learning', clock, (state) =>
		publisher()?.publishCameraState(state),
	);
	const observe: Observe = (event: DaemonEvent) => {
		parts.observe(event);
		status.follow(event);
		counts.follow(event, clock.monotonicNow());
	};
	observe({ kind: 'camera-added', camera: id });
	const watch = openCameraWatch(
		{
			camera: id,
			clock,
			observe,
			status,
			detector,
			weights: detector.weights,
			framesPerSecond: camera.framesPerSecond,
			smoothing: camera.score.smoothing,
			calibrationMinutes: camera.score.calibrationMinutes,
			falseAlarmsPerHour: falseAlarmsPerHour(camera.alarm.falseAlarms),
			judge: { ...camera.alarm, newAlarmId },
			store: brainStore(recorder.state, id, camera.score.calibration ?? null),
			random: Math.random,
			frames: async function* (signal) {
				const { source, framesPerSecond, size } = camera;
				await using opened = openSource({ camera: id, source, framesPerSecond, size }, { clock, observe });
				yield* opened.frames(signal);
			},
			tellAlarm: async (alarm, change, arrivedAt) => {
				const notice = await recorder.saveAlarm({ alarm, change, arrivedAt }, messageOf);
				observe({ kind: 'alarm', notice });
				await publisher()?.publishAlarm(notice);
			},
			tellScore: (score) => {
				const { framesPerSecond } = status.state;
				publisher()?.publishStats({
					camera: id,
					at: clock.utcNow(),
					framesPerSecond,
					surprise: score.surprise,
					level: score.level,
					why: score.why,
					...counts.stats,
				});
			},
		},
		paused,
	);
	return { watch, status, counts, observe };
}
