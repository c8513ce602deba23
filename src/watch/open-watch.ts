import { newAlarmId } from '../alarm/alarm-id.ts';
import { falseAlarmsPerHour } from '../alarm/options.ts';
import type { CameraConfig } from '../config/schema.ts';
import type { Observe } from '../core/events.ts';
import { openSource } from '../ingest/open-source.ts';
import type { AlarmTeller } from './alarm-teller.ts';
import type { ArmingMode } from './arming.ts';
import type { CameraCounts } from './camera-counts.ts';
import { CameraIntegrity } from './camera-integrity.ts';
import type { CameraLearning } from './camera-learning.ts';
import type { CameraModels } from './camera-models.ts';
import type { CameraStatus } from './camera-status.ts';
import type { CameraFeedback } from './feedback/camera-feedback.ts';
import { keepPattern } from './feedback/pattern.ts';
import { describeHearing } from './hearing/describe.ts';
import { usualStore } from './hearing/usual.ts';
import { maskPlanOf, zonesOf } from './mask-plan.ts';
import type { MemberParts } from './member.ts';
import { openStanding } from './standing/open-standing.ts';
import { type CameraWatch, openCameraWatch } from './watch-camera.ts';

/** What a camera's watching is composed of. */
export interface Composed {
	readonly status: CameraStatus;
	readonly counts: CameraCounts;
	readonly observe: Observe;
	readonly models: CameraModels;
	readonly learning: CameraLearning | null;
	readonly feedback: CameraFeedback;
	readonly teller: AlarmTeller;
}

export interface OpenedWatch {
	readonly watch: CameraWatch;
	/** What the camera shows is its view from now on; it learns anew what it would when it was moved. */
	acceptView(): void;
}

/** Composes the watching of one camera of a site. */
export function openWatch(
	camera: CameraConfig,
	{ clock, recorder, publisher, patience }: MemberParts,
	{
		status,
		counts,
		observe,
		models,
		learning,
		feedback,
		teller,
		startMode,
	}: Composed & { readonly startMode: ArmingMode },
): OpenedWatch {
	const { id, framesPerSecond, size, source, score, alarm } = camera;
	const integrity = new CameraIntegrity({
		camera: id,
		framesPerSecond,
		options: integrityOf(camera),
		masks: maskPlanOf(camera),
		newId: newAlarmId,
		observe,
		show: (faults) => status.integrity(faults),
		tell: async (notice) => {
			await recorder.integrity.save(notice);
			await publisher()?.publishIntegrity(notice);
		},
	});
	const watch = openCameraWatch(
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
			hearing: {
				everyMinutes: score.sensitivityMinutes,
				store: usualStore(recorder.state, id),
				tell: async (hearing) => {
					status.hearing(hearing);
					await integrity.heard(hearing.deaf, describeHearing(hearing), {
						capturedAt: hearing.at,
						arrivedAt: clock.monotonicNow(),
					});
				},
			},
			frames: async function* (signal) {
				await using opened = openSource({ camera: id, source, framesPerSecond, size }, { clock, observe });
				yield* opened.frames(signal);
			},
			inspect: (frame) => integrity.inspect(frame),
			forgiven: feedback.forgiven,
			said: feedback.said,
			tellAlarm: teller.tell,
			keepPattern: ({ alarm, pattern }) => keepPattern(recorder.feedback, id, alarm, pattern),
			keepEvidence: (evidence) => recorder.evidence.keep(evidence),
			standing: openStanding(camera, {
				state: recorder.state,
				keep: recorder.evidence.keep,
				said: feedback.standing,
				records: recorder.feedback,
				tell: teller.tell,
				status,
				observe,
			}),
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
		startMode,
	);
	return {
		watch,
		acceptView: () => {
			const learner = integrity.acceptView() ? learning : null;
			observe({ kind: 'view-accepted', camera: id, learnsAnew: learner !== null });
			learner?.moved();
		},
	};
}

/** A recording that begins again at its end by itself is no attack. */
function integrityOf({ source, integrity }: CameraConfig): CameraConfig['integrity'] {
	if (source.kind === 'rtsp' || !source.loop) return integrity;
	return { ...integrity, ignore: [...integrity.ignore, 'loop'] };
}
