import { newAlarmId } from '../alarm/alarm-id.ts';
import { falseAlarmsPerHour } from '../alarm/options.ts';
import type { CameraConfig } from '../config/schema.ts';
import { RECONNECT } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { DaemonEvent, Observe } from '../core/events.ts';
import type { Scope } from '../core/scope.ts';
import { supervise } from '../core/supervise.ts';
import { type CameraId, utcMs } from '../core/units.ts';
import type { Detectors } from '../detectors.ts';
import { openSource } from '../ingest/open-source.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { MessageOf, Recorder } from '../record/recorder.ts';
import { CameraCounts } from './camera-counts.ts';
import { type CameraLearning, openCameraLearning } from './camera-learning.ts';
import { type CameraModels, openCameraModels } from './camera-models.ts';
import { CameraStatus } from './camera-status.ts';
import { usualStore } from './hearing/usual.ts';
import { loadLearning } from './learning/record.ts';
import type { Turns } from './learning/turns.ts';
import { maskPlanOf, zonesOf } from './mask-plan.ts';
import type { MemoryControl } from './memory-control.ts';
import type { Patience } from './patience.ts';
import { type CameraWatch, openCameraWatch } from './watch-camera.ts';

export interface MemberParts {
	readonly clock: Clock;
	readonly observe: Observe;
	readonly detectors: Detectors;
	readonly recorder: Recorder;
	readonly messageOf: MessageOf;
	/** null while it is being opened. */
	readonly publisher: () => Publisher | null;
	readonly turns: Turns;
	readonly patience: Patience;
}

/** One camera of the site: its watching and its learning. */
export interface Member extends AsyncDisposable {
	readonly camera: CameraId;
	readonly status: CameraStatus;
	readonly counts: CameraCounts;
	readonly models: CameraModels;
	setPaused(paused: boolean): Promise<void>;
	/** @throws ForeframeError USAGE saying why it cannot be done */
	learn(): void;
	rollBack(): Promise<void>;
	readonly memory: MemoryControl;
	/** Until the scope ends. */
	spawn(scope: Scope): void;
}

/** A camera that was watched this long without a failure begins its pauses anew. */
const GOOD_AFTER_MS = 60_000;
const MODE = 'mode';

/** @throws ForeframeError MODEL_INVALID, STORE_FAILED, SOURCE_FAILED */
export async function openMember(camera: CameraConfig, parts: MemberParts): Promise<Member> {
	const { clock, recorder, publisher, turns } = parts;
	const { state } = recorder;
	const { id } = camera;
	await using opened = new AsyncDisposableStack();
	const counts = new CameraCounts();
	const stored = await state.load(id, MODE);
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

	let watch: CameraWatch | null = null;
	const { trustedFrom } = await loadLearning(state, id);
	const models = await openCameraModels({
		camera,
		state,
		detectors: parts.detectors,
		observe,
		trustedFrom: trustedFrom === null ? null : utcMs(trustedFrom),
		adopt: async (knowledge, waitMs) => watch?.adopt(knowledge, waitMs),
		chosen: (model, detail) => {
			status.model(model);
			if (model !== null) observe({ kind: 'model-chosen', camera: id, model, detail });
			publisher()?.publishInfo();
		},
	});
	let learning: CameraLearning | null = null;
	if (camera.learning.enabled && camera.detector.name === 'mnad') {
		const tell = status.learning.bind(status);
		learning = opened.use(
			await openCameraLearning({
				camera,
				clock,
				observe,
				state,
				turns,
				models,
				tell,
				progress: () => (status.state.mode === 'learning' ? status.state.learningProgress : null),
			}),
		);
		tell(learning.state);
	}
	watch = openWatch(camera, parts, { status, counts, observe, models, learning, paused });
	return memberOf({ camera: id, parts, status, counts, models, watch, learning, observe }, opened.move());
}

interface Composed {
	readonly status: CameraStatus;
	readonly counts: CameraCounts;
	readonly observe: Observe;
	readonly models: CameraModels;
	readonly learning: CameraLearning | null;
}

function openWatch(
	camera: CameraConfig,
	{ clock, recorder, messageOf, publisher, patience }: MemberParts,
	{ status, counts, observe, models, learning, paused }: Composed & { readonly paused: boolean },
): CameraWatch {
	const { id, framesPerSecond, size, source, score, alarm } = camera;
	return openCameraWatch(
		{
			camera: id,
			clock,
			observe,
			status,
			knowledge: models.knowledge,
			patience,
			framesPerSecond,
			masks: maskPlanOf(camera),
			zones: zonesOf(camera),
			smoothing: score.smoothing,
			calibrationMinutes: score.calibrationMinutes,
			falseAlarmsPerHour: falseAlarmsPerHour(alarm.falseAlarms),
			judge: { ...alarm, newAlarmId },
			random: Math.random,
			hearing: { everyMinutes: score.sensitivityMinutes, store: usualStore(recorder.state, id) },
			frames: async function* (signal) {
				await using opened = openSource({ camera: id, source, framesPerSecond, size }, { clock, observe });
				yield* opened.frames(signal);
			},
			tellAlarm: async (alarm, change, arrivedAt) => {
				const notice = await recorder.saveAlarm({ alarm, change, arrivedAt }, messageOf);
				observe({ kind: 'alarm', notice });
				await publisher()?.publishAlarm(notice);
			},
			keepEvidence: (evidence) => recorder.evidence.keep(evidence),
			tellScore: (score) => {
				publisher()?.publishStats({
					camera: id,
					at: clock.utcNow(),
					framesPerSecond: status.state.framesPerSecond,
					surprise: score.surprise,
					level: score.level,
					why: score.why,
					sensitivity: status.state.hearing?.sensitivity ?? null,
					...counts.stats,
				});
			},
			collect: (window, normal) => learning?.collect(window, normal),
		},
		paused,
	);
}

function memberOf(
	composed: Composed & { readonly camera: CameraId; readonly parts: MemberParts; readonly watch: CameraWatch },
	opened: AsyncDisposableStack,
): Member {
	const { camera, parts, status, counts, models, watch, learning, observe } = composed;
	const { clock, recorder } = parts;
	const learner = (): CameraLearning => {
		if (learning !== null) return learning;
		throw new ForeframeError(
			'USAGE',
			`Camera ${camera} learns no model: wanted learning.enabled: true and detector.name: mnad in its configuration`,
		);
	};
	return {
		camera,
		status,
		counts,
		models,
		setPaused: async (paused) => {
			await recorder.state.save(camera, MODE, new TextEncoder().encode(paused ? 'paused' : 'armed'));
			await watch.pause(paused);
		},
		learn: () => learner().request(),
		rollBack: () => learner().rollBack(),
		memory: watch.memory,
		spawn: ({ spawn }) => {
			spawn(camera, (signal) =>
				supervise((signal) => watch.run(signal), {
					signal,
					clock,
					backoff: RECONNECT,
					random: Math.random,
					goodAfterMs: GOOD_AFTER_MS,
					onFailure: ({ error }) => {
						status.mode('fault', null);
						observe({ kind: 'camera-mode', camera, mode: 'fault', detail: describeError(error) });
					},
				}),
			);
			if (learning === null) return;
			spawn(`learning of ${camera}`, (signal) => learning.run(signal));
			spawn(`calibration of ${camera}`, (signal) => learning.calibrate(signal));
		},
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}
