import { join } from 'node:path';
import { newAlarmId } from '../../src/alarm/alarm-id.ts';
import { Judge } from '../../src/alarm/judge.ts';
import { alarmOptions, falseAlarmsPerHour } from '../../src/alarm/options.ts';
import type { Verdict } from '../../src/core/alarm.ts';
import type { FeedbackAction } from '../../src/core/feedback.ts';
import type { Window } from '../../src/core/frame.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { openScene } from '../../src/ingest/simulate/scene/scene.ts';
import type { OddityKind } from '../../src/ingest/simulate/scene/schedule.ts';
import { Store } from '../../src/record/store.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { CalibratedScorer } from '../../src/score/scorer.ts';
import { openCameraFeedback } from '../../src/watch/feedback/camera-feedback.ts';
import { writePattern } from '../../src/watch/feedback/pattern.ts';
import { PatternKeeper, type PatternOfAlarm } from '../../src/watch/feedback/pattern-keeper.ts';
import { SlidingWindow } from '../../src/window/sliding-window.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIZE = { width: 256, height: 144 };
const FPS = 5;
const CAMERA = cameraId('walkway');
const CLIP_SECONDS = 14;
/** From the beginning of a clip to its oddity. */
const LEAD_SECONDS = 2;

/** A moment of the simulated walkway with one oddity, or none. */
export interface OddClip {
	readonly kind: OddityKind | null;
	/** Of the scene's day. */
	readonly atSeconds: number;
	/** Drawn so much later, with other noise. */
	readonly laterSeconds?: number;
}

export interface Played {
	readonly peak: number;
	readonly alarms: readonly AlarmId[];
}

/** A real detector, calibration, judge and store, with what people say in between, on the simulated walkway. */
export async function openFeedbackRig({
	detector,
	calibration,
	seed = 1,
	falseAlarms = '6 per hour',
}: {
	readonly detector: Detector;
	readonly calibration: Calibration;
	readonly seed?: number;
	readonly falseAlarms?: string;
}) {
	const folder = await temporaryFolder();
	const store = new Store({ path: join(folder.path, 'a.db'), outboxMax: 100 });
	const camera = detector.camera(CAMERA);
	await detector.prepare(SIZE);
	const alarm = alarmOptions.parse({ falseAlarms });
	const scorer = new CalibratedScorer(calibration, falseAlarmsPerHour(alarm.falseAlarms), alarm.minimumSeconds);
	const patterns = new PatternKeeper();
	let run = 0;
	let now = Date.UTC(2026, 10, 22);
	const feedback = await openCameraFeedback({
		camera: CAMERA,
		records: {
			give: async (request) => store.giveFeedback({ ...request, at: utcMs(now) }),
			entries: async (id) => store.feedback(id),
			judged: async (id) => store.judged(id),
			noteReplaced: async (id, replaced) => void store.noteReplaced(id, replaced),
			keepPattern: async (pattern) => void store.keepPattern(pattern),
		},
		observe: () => {},
		memory: () => ({
			snapshots: async () => [],
			rollBack: () => Promise.reject(new Error('The memory of this camera is frozen')),
		}),
		changed: () => camera.forgive(feedback.forgiven(detector.model, SIZE)),
		acceptStanding: () => false,
		accept: () => false,
	});
	async function* windows({ kind, atSeconds, laterSeconds = 0 }: OddClip): AsyncGenerator<Window> {
		const oddities = kind === null ? 'none' : [{ kind, startSeconds: atSeconds + LEAD_SECONDS }];
		// Twice as often as it is looked at, so that a clip can begin half a frame later.
		const scene = openScene({ ...SIZE, framesPerSecond: 2 * FPS, seed, oddities });
		const sliding = new SlidingWindow({ frames: detector.expects.frames, framesPerSecond: FPS });
		for (let index = 0; index < CLIP_SECONDS * FPS; index++) {
			const luma = new Uint8Array(SIZE.width * SIZE.height);
			scene.render(Math.round(2 * FPS * (atSeconds + laterSeconds)) + 2 * index, luma);
			const times = { capturedAt: utcMs(now + index * 200), arrivedAt: monotonicMs(now + index * 200) };
			const slide = sliding.push({ camera: CAMERA, run, index, ...SIZE, luma, ...times, damage: null });
			if (slide.kind === 'window') yield slide.window;
		}
	}
	return {
		level: scorer.level.level as number,
		/** In a run of its own. */
		play: async (clip: OddClip): Promise<Played> => {
			run++;
			const judge = new Judge({ ...alarm, framesPerSecond: FPS, model: detector.model, newAlarmId });
			const alarms: AlarmId[] = [];
			let peak = Number.NEGATIVE_INFINITY;
			const note = (verdict: Verdict) => {
				if (verdict.kind !== 'alarm') return;
				store.save({ alarm: verdict.alarm, sequence: 1, message: null, at: utcMs(now) });
				if (verdict.change === 'started') alarms.push(verdict.alarm.id);
			};
			const keep = (kept: PatternOfAlarm | null) => {
				if (kept === null) return;
				const body = writePattern(kept.pattern);
				store.keepPattern({ alarm: kept.alarm, camera: CAMERA, at: utcMs(now), body });
			};
			for await (const window of windows(clip)) {
				const prediction = await camera.detect(window, { freezeMemory: true });
				const score = scorer.score(prediction);
				const verdict = judge.judge(score, prediction.heatMap);
				peak = Math.max(peak, score.surprise!);
				note(verdict);
				keep(patterns.see(prediction, verdict, detector.model, 'first'));
			}
			const ended = judge.close('stopped');
			if (ended !== null) note(ended);
			keep(patterns.end(ended));
			now += 3_600_000;
			return { peak, alarms };
		},
		say: async (alarms: readonly AlarmId[], action: FeedbackAction) => {
			for (const id of alarms) await feedback.give(id, { action, channel: 'http', note: null });
		},
		[Symbol.asyncDispose]: async () => {
			store[Symbol.dispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
