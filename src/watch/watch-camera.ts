import type { Alarm, AlarmChange, Verdict } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import type { Frame, Size } from '../core/frame.ts';
import { scope } from '../core/scope.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';
import { watch } from '../pipeline.ts';
import { SlidingWindow } from '../window/sliding-window.ts';
import { Brain, type BrainParts } from './brain.ts';
import type { CameraStatus } from './camera-status.ts';

export interface WatchParts extends Omit<BrainParts, 'learned'> {
	readonly clock: Clock;
	readonly observe: Observe;
	readonly status: CameraStatus;
	frames(signal: AbortSignal): AsyncIterable<Frame>;
	/** Stores and publishes an alarm's change; `arrivedAt` is when the deciding frame came. */
	tellAlarm(alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs): Promise<void>;
	tellScore(score: Score): void;
}

/** A camera that is being watched. */
export interface CameraWatch {
	readonly camera: CameraId;
	/** Paused, nothing is judged: no alarm starts and an open one ends. */
	pause(paused: boolean): Promise<void>;
	run(signal: AbortSignal): Promise<void>;
}

/** An alarm of a camera that fell silent is ended within this time after its limit. */
const SILENCE_CHECK_MS = 1000;

/** Composes one camera's stages; what it knows is opened with its first window, when the size is known. */
export function openCameraWatch(parts: WatchParts, startPaused: boolean): CameraWatch {
	const { camera, clock, status, detector, framesPerSecond } = parts;
	let paused = startPaused;
	let brain: Brain | null = null;
	let opening: { readonly size: Size; readonly left: Promise<void>; readonly brain: Promise<Brain> } | null = null;
	let learning: number | null = null;

	const showMode = () => status.mode(paused ? 'paused' : learning === null ? 'armed' : 'learning', learning);
	const learned = (progress: number | null) => {
		const before = learning;
		learning = progress;
		showMode();
		if (progress === null && before !== null && before > 0) {
			parts.observe({ kind: 'camera-mode', camera, mode: 'armed', detail: 'it has learned what is normal' });
		} else if (progress === 0) {
			parts.observe({
				kind: 'camera-mode',
				camera,
				mode: 'learning',
				detail: `it looks at ${parts.calibrationMinutes} minutes of normal footage first`,
			});
		}
	};
	const brainFor = ({ width, height }: Size): Promise<Brain> => {
		if (opening !== null && opening.size.width === width && opening.size.height === height) return opening.brain;
		const size = { width, height };
		const left = leave();
		const next = { size, left, brain: left.then(() => Brain.open(size, { ...parts, learned })) };
		opening = next;
		// One that is open only after the camera was left has seen nothing, and is forgotten.
		next.brain.then(
			(opened) => {
				if (opening === next) brain = opened;
			},
			() => {
				if (opening === next) opening = null;
			},
		);
		return next.brain;
	};
	const tell = async (verdict: Verdict | null, arrivedAt: MonotonicMs) => {
		if (verdict?.kind !== 'alarm' || verdict.change === null) return;
		await parts.tellAlarm(verdict.alarm, verdict.change, arrivedAt);
		if (verdict.change === 'ended') status.quiet();
	};
	const leave = async (): Promise<void> => {
		const left = brain;
		brain = null;
		opening = null;
		if (left === null) return;
		await tell(left.rest(), clock.monotonicNow());
		await left[Symbol.asyncDispose]();
	};

	return {
		camera,
		pause: async (value) => {
			if (value === paused) return;
			paused = value;
			showMode();
			if (paused && brain !== null) await tell(brain.rest(), clock.monotonicNow());
		},
		run: async (signal) => {
			try {
				await scope(signal, async ({ spawn, signal }) => {
					spawn('silence', async (signal) => {
						for (;;) {
							await clock.sleep(SILENCE_CHECK_MS, signal);
							const now = clock.monotonicNow();
							await tell(brain?.expire(now) ?? null, now);
						}
					});
					await watch(
						{
							camera,
							clock,
							observe: parts.observe,
							frames: (signal) => parts.frames(signal),
							windows: new SlidingWindow({ frames: detector.expects.frames, framesPerSecond }),
							approach: (frame) => {
								// Its failure is the first window's, which opens it again.
								if (opening === null) brainFor(frame).catch(() => {});
							},
							detect: async (window) => (await brainFor(window.target)).detect(window),
							score: (prediction) => brain!.score(prediction),
							judge: (score, prediction) => (paused ? { kind: 'unknown' } : brain!.judge(score, prediction)),
							tell: async (_prediction, score, verdict) => {
								status.scored(score, verdict);
								parts.tellScore(score);
								await tell(verdict, score.arrivedAt);
							},
						},
						signal,
					);
				});
			} finally {
				await opening?.left;
				await leave();
			}
		},
	};
}
