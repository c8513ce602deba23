import type { DaemonEvent } from '../../src/core/events.ts';
import type { Frame, Window } from '../../src/core/frame.ts';
import type { MaskPlan } from '../../src/core/mask.ts';
import type { Score } from '../../src/core/score.ts';
import { type AlarmId, cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import type { CameraDetector, Detector } from '../../src/detect/detector.ts';
import type { Calibration } from '../../src/score/calibration.ts';
import { Brain } from '../../src/watch/brain.ts';
import { rememberedHistory } from './memory-history.ts';

export const SIZE = { width: 192, height: 112 } as const;
export const FRAMES_PER_SECOND = 5;
/** Frames in a window. */
const FRAMES = 5;
const CAMERA = cameraId('door');

/** One window that was judged. */
export interface Judged {
	readonly score: Score;
	readonly alarm: boolean;
	/** Whether the window taught the memory. */
	readonly taught: boolean;
	readonly window: Window;
}

/** A camera at its detector, as the daemon has it, with its state in this process's memory. */
export interface WatchedCamera extends AsyncDisposable {
	readonly brain: Brain;
	/** What it was armed with; null while it learns. */
	readonly calibration: Calibration | null;
	readonly events: readonly DaemonEvent[];
	/** Shows the next picture. null until there is a window. */
	see(luma: Uint8Array): Promise<Judged | null>;
	/** Of its memory. */
	state(): Uint8Array;
	/** Mean cosine distance of its memory from what it was. */
	driftFrom(state: Uint8Array): number;
}

export interface WatchedCameraOptions {
	/** null: it collects footage until it has enough. */
	readonly calibration: Calibration | null;
	readonly calibrationMinutes?: number;
	readonly maximumSeconds?: number;
	readonly falseAlarmsPerHour?: number;
	readonly masks?: MaskPlan;
}

export async function openWatchedCamera(detector: Detector, options: WatchedCameraOptions): Promise<WatchedCamera> {
	const { maximumSeconds, falseAlarmsPerHour = 1 / 24 } = options;
	let { calibration } = options;
	const events: DaemonEvent[] = [];
	let own: CameraDetector | null = null;
	const brain = await Brain.open(SIZE, {
		camera: CAMERA,
		detector: {
			...detector,
			camera: (camera, mask) => {
				const made = detector.camera(camera, mask);
				own ??= made;
				return made;
			},
		},
		weights: detector.weights,
		framesPerSecond: FRAMES_PER_SECOND,
		masks: options.masks ?? { hidden: [], only: null },
		zones: [],
		smoothing: 0.3,
		calibrationMinutes: options.calibrationMinutes ?? 10,
		falseAlarmsPerHour,
		forgiven: () => [],
		said: () => ({ normal: [], confirmed: [] }),
		judge: {
			minimumSeconds: 1,
			releaseSeconds: 3,
			...(maximumSeconds === undefined ? {} : { maximumSeconds }),
			newAlarmId: (at) => `alarm-${at}` as AlarmId,
		},
		store: {
			calibrations: async () => (calibration === null ? [] : [async () => calibration!]),
			saveCalibration: async (made) => {
				calibration = made;
			},
			trustedFrom: null,
			loadNormal: async () => null,
			saveNormal: async () => {},
			loadMemory: async () => null,
			saveMemory: async () => {},
			history: rememberedHistory(new Map()),
		},
		random: () => 0.5,
		observe: (event) => events.push(event),
		learned: () => {},
	});
	const memory = own as CameraDetector | null;
	if (memory === null) throw new Error('The brain has asked for no detector');
	const frames: Frame[] = [];
	let index = 0;
	return {
		brain,
		get calibration() {
			return calibration;
		},
		events,
		see: async (luma) => {
			const at = (index * 1000) / FRAMES_PER_SECOND;
			const times = { capturedAt: utcMs(at), arrivedAt: monotonicMs(at) };
			frames.push({ camera: CAMERA, run: 1, index, ...SIZE, ...times, luma, damage: null });
			index++;
			if (frames.length > FRAMES) frames.shift();
			if (frames.length < FRAMES) return null;
			const shown = [...frames] as [Frame, ...Frame[]];
			const window: Window = {
				camera: CAMERA,
				run: 1,
				framesPerSecond: FRAMES_PER_SECOND,
				frames: shown,
				target: shown.at(-1)!,
			};
			const prediction = await brain.detect(window);
			const score = await brain.score(prediction);
			const verdict = brain.judge(score, prediction);
			const alarm = verdict.kind === 'alarm' && verdict.alarm.endedAt === null;
			return { score, alarm, taught: prediction.memory?.updated ?? false, window };
		},
		state: () => memory.saveState()!,
		driftFrom: (state) => memory.driftFrom(state)!.mean,
		[Symbol.asyncDispose]: () => brain[Symbol.asyncDispose](),
	};
}
