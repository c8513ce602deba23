import { falseAlarmsPerHour } from '../alarm/options.ts';
import type { CameraConfig } from '../config/schema.ts';
import { RECONNECT } from '../core/backoff.ts';
import type { ModeRequest } from '../core/camera-state.ts';
import type { Clock } from '../core/clock.ts';
import { describeError, ForeframeError } from '../core/errors.ts';
import type { DaemonEvent, Observe } from '../core/events.ts';
import type { Scope } from '../core/scope.ts';
import { supervise } from '../core/supervise.ts';
import { type CameraId, utcMs } from '../core/units.ts';
import type { Detectors } from '../detectors.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { MessageOf, Recorder } from '../record/recorder.ts';
import { openAlarmTeller } from './alarm-teller.ts';
import { Arming } from './arming.ts';
import { CameraCounts } from './camera-counts.ts';
import { type CameraLearning, openCameraLearning } from './camera-learning.ts';
import { type CameraModels, openCameraModels } from './camera-models.ts';
import { CameraStatus } from './camera-status.ts';
import { type CameraFeedback, openCameraFeedback } from './feedback/camera-feedback.ts';
import { followSchedule, keepToSchedule } from './keep-to-schedule.ts';
import { loadLearning } from './learning/record.ts';
import type { Turns } from './learning/turns.ts';
import type { MemoryControl } from './memory-control.ts';
import { type Composed, type OpenedWatch, openWatch } from './open-watch.ts';
import type { Patience } from './patience.ts';
import type { CameraWatch } from './watch-camera.ts';

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
	/** Lasts over restarts. @throws ForeframeError USAGE, STORE_FAILED */
	setMode(mode: ModeRequest): Promise<void>;
	/** @throws ForeframeError USAGE saying why it cannot be done */
	learn(): void;
	rollBack(): Promise<void>;
	/** See `OpenedWatch`. */
	acceptView(): void;
	readonly memory: MemoryControl;
	readonly feedback: CameraFeedback;
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
	const arming = new Arming(id, camera.schedule ?? null, await state.load(id, MODE), clock.utcNow());
	const startMode = arming.mode(clock.utcNow());
	const status = new CameraStatus(id, startMode === 'paused' ? 'paused' : 'learning', clock, (state) =>
		publisher()?.publishCameraState(state),
	);
	status.schedule(arming.schedule(clock.utcNow()));
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
	const feedback = await openCameraFeedback({
		camera: id,
		records: recorder.feedback,
		observe,
		memory: () => watch!.memory,
		changed: () => watch?.forgive(),
		accept: (alarm, accepted) => watch?.accept(alarm, accepted) ?? false,
		acceptStanding: (alarm) => watch?.acceptStanding(alarm) ?? false,
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
				confirmed: () => feedback.confirmed(),
				progress: () => (status.state.mode === 'learning' ? status.state.learningProgress : null),
			}),
		);
		tell(learning.state);
	}
	const teller = await openAlarmTeller({
		camera: id,
		falseAlarmsPerHour: falseAlarmsPerHour(camera.alarm.falseAlarms),
		clock,
		observe,
		status,
		recorder,
		messageOf: parts.messageOf,
		publisher,
		ended: (alarm) => feedback.refresh(alarm.id),
	});
	const opening = openWatch(camera, parts, { status, counts, observe, models, learning, feedback, teller, startMode });
	watch = opening.watch;
	return memberOf(
		{ ...opening, camera: id, parts, arming, status, counts, models, learning, feedback, teller, observe },
		opened.move(),
	);
}

function memberOf(
	composed: Composed &
		OpenedWatch & {
			readonly camera: CameraId;
			readonly parts: MemberParts;
			readonly arming: Arming;
		},
	opened: AsyncDisposableStack,
): Member {
	const { camera, parts, arming, status, counts, models, watch, learning, feedback, teller, observe } = composed;
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
		setMode: async (mode) => {
			arming.set(mode, clock.utcNow());
			await recorder.state.save(camera, MODE, arming.save());
			await followSchedule({ arming, clock, status, watch }, 'it was asked for');
		},
		learn: () => learner().request(),
		rollBack: () => learner().rollBack(),
		acceptView: composed.acceptView,
		memory: watch.memory,
		feedback,
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
			if (status.state.schedule !== null) {
				spawn(`schedule of ${camera}`, (signal) => keepToSchedule({ arming, clock, status, watch }, signal));
			}
			spawn(`summaries of ${camera}`, (signal) => teller.run(signal));
			if (learning === null) return;
			spawn(`learning of ${camera}`, (signal) => learning.run(signal));
			spawn(`calibration of ${camera}`, (signal) => learning.calibrate(signal));
		},
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}
