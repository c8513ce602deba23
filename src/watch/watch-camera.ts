import type { Alarm, AlarmChange, Verdict } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import type { Evidence } from '../core/explanation.ts';
import type { Frame, Window } from '../core/frame.ts';
import { scope } from '../core/scope.ts';
import type { Score } from '../core/score.ts';
import type { CameraId, MonotonicMs } from '../core/units.ts';
import { watch } from '../pipeline.ts';
import { SlidingWindow } from '../window/sliding-window.ts';
import { Brains, type BrainsParts, type Knowledge } from './brains.ts';
import type { CameraStatus } from './camera-status.ts';
import { Explainer } from './explain/explainer.ts';
import { type HearingParts, openCameraHearing } from './hearing/hearing.ts';
import { type MemoryControl, memoryControl } from './memory-control.ts';

export interface WatchParts extends Omit<BrainsParts, 'learned' | 'ended'> {
	readonly clock: Clock;
	readonly observe: Observe;
	readonly status: CameraStatus;
	frames(signal: AbortSignal): AsyncIterable<Frame>;
	/** Stores and publishes an alarm's change; `arrivedAt` is when the deciding frame came. */
	tellAlarm(alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs): Promise<void>;
	tellScore(score: Score): void;
	/** What explains an alarm, to be kept before it is told. */
	keepEvidence(evidence: Evidence): void;
	/** Whether it would notice something odd is tried now and then. */
	readonly hearing: Pick<HearingParts, 'everyMinutes' | 'store'>;
	/** Told of every window whether it may be learned from. */
	collect(window: Window, normal: boolean): void;
}

/** A camera that is being watched. */
export interface CameraWatch {
	readonly camera: CameraId;
	/** Paused, nothing is judged: no alarm starts and an open one ends. */
	pause(paused: boolean): Promise<void>;
	/** See `Brains.adopt`. */
	adopt(knowledge: Knowledge, waitMs: number): Promise<void>;
	readonly memory: MemoryControl;
	run(signal: AbortSignal): Promise<void>;
}

/** An alarm of a camera that fell silent is ended within this time after its limit. */
const SILENCE_CHECK_MS = 1000;

/** Composes one camera's stages. */
export function openCameraWatch(parts: WatchParts, startPaused: boolean): CameraWatch {
	const { camera, clock, status, framesPerSecond, patience } = parts;
	let paused = startPaused;
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
	const tell = async (verdict: Verdict | null, arrivedAt: MonotonicMs) => {
		if (verdict?.kind !== 'alarm' || verdict.change === null) return;
		await parts.tellAlarm(verdict.alarm, verdict.change, arrivedAt);
		if (verdict.change === 'ended') status.quiet();
	};
	const explainer = new Explainer();
	const brains = new Brains({ ...parts, learned, ended: tell });

	const hearing = openCameraHearing({
		...parts.hearing,
		camera,
		observe: parts.observe,
		rehearse: () => brains.current?.rehearse() ?? null,
		tell: (heard) => status.hearing(heard),
	});

	return {
		camera,
		pause: async (value) => {
			if (value === paused) return;
			paused = value;
			showMode();
			if (paused) await tell(brains.current?.rest('paused') ?? null, clock.monotonicNow());
		},
		adopt: (knowledge, waitMs) => brains.adopt(knowledge, waitMs),
		memory: memoryControl({
			camera,
			utcNow: () => clock.utcNow(),
			observe: parts.observe,
			store: () => brains.knowledge.store,
			keeper: () => brains.current?.memory ?? null,
		}),
		run: async (signal) => {
			try {
				await scope(signal, async ({ spawn, signal }) => {
					spawn('silence', async (signal) => {
						for (;;) {
							await clock.sleep(SILENCE_CHECK_MS, signal);
							const now = clock.monotonicNow();
							await tell(brains.current?.expire(now) ?? null, now);
						}
					});
					spawn('hearing', (signal) => hearing.run(signal));
					await watch(
						{
							camera,
							clock,
							observe: parts.observe,
							frames: (signal) => parts.frames(signal),
							windows: new SlidingWindow({ frames: brains.knowledge.detector.expects.frames, framesPerSecond }),
							room: () => patience.room(framesPerSecond),
							approach: (frame) => brains.approach(frame),
							detect: async (window) => (await brains.at(window.target)).detect(window),
							score: (prediction) => brains.current!.score(prediction),
							judge: (score, prediction) => (paused ? { kind: 'unknown' } : brains.current!.judge(score, prediction)),
							tell: async (prediction, score, verdict) => {
								status.scored(score, verdict);
								parts.tellScore(score);
								const evidence = explainer.see(prediction, score, verdict);
								if (evidence !== null) parts.keepEvidence(evidence);
								await tell(verdict, score.arrivedAt);
							},
							// A camera without a calibration shows what is normal there, by and large.
							collect: (window, verdict) => {
								hearing.follow(window, verdict.kind === 'quiet');
								parts.collect(window, !paused && (verdict.kind === 'quiet' || verdict.kind === 'unknown'));
							},
						},
						signal,
					);
				});
			} finally {
				await brains.leave('stopped');
			}
		},
	};
}
