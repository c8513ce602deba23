import type { Alarm, AlarmChange, Verdict } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import type { Observe } from '../core/events.ts';
import type { Evidence } from '../core/explanation.ts';
import type { Frame, Window } from '../core/frame.ts';
import { scope } from '../core/scope.ts';
import type { Score } from '../core/score.ts';
import type { AlarmId, CameraId, MonotonicMs } from '../core/units.ts';
import { watch } from '../pipeline.ts';
import { SlidingWindow } from '../window/sliding-window.ts';
import type { ArmingMode } from './arming.ts';
import { Brains, type BrainsParts, type Knowledge } from './brains.ts';
import type { CameraStatus } from './camera-status.ts';
import { Explainer } from './explain/explainer.ts';
import { PatternKeeper, type PatternOfAlarm } from './feedback/pattern-keeper.ts';
import { type HearingParts, openCameraHearing } from './hearing/hearing.ts';
import { type MemoryControl, memoryControl } from './memory-control.ts';
import type { CameraStanding } from './standing/camera-standing.ts';

export interface WatchParts extends Omit<BrainsParts, 'learned' | 'ended'> {
	readonly clock: Clock;
	readonly observe: Observe;
	readonly status: CameraStatus;
	frames(signal: AbortSignal): AsyncIterable<Frame>;
	/** Stores and publishes an alarm's change; `arrivedAt` is when the deciding frame came. */
	tellAlarm(alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs): Promise<void>;
	/** See `CameraIntegrity`. */
	readonly inspect: (frame: Frame) => Promise<Frame>;
	tellScore(score: Score): void;
	/** Sees every frame and tells what stands still; null where that is switched off. */
	readonly standing: CameraStanding | null;
	/** What an alarm looks like, to be kept with it. */
	keepPattern(pattern: PatternOfAlarm): void;
	/** What explains an alarm, to be kept before it is told. */
	keepEvidence(evidence: Evidence): void;
	/** Whether it would notice something odd is tried now and then. */
	readonly hearing: Pick<HearingParts, 'everyMinutes' | 'store' | 'tell'>;
	/** Told of every window whether it may be learned from. */
	collect(window: Window, normal: boolean): void;
}

/** A camera that is being watched. */
export interface CameraWatch {
	readonly camera: CameraId;
	/** Paused or disarmed no alarm starts and an open one ends; `detail` says why for the log. */
	arm(mode: ArmingMode, detail: string): Promise<void>;
	/** See `Brains.adopt`. */
	adopt(knowledge: Knowledge, waitMs: number): Promise<void>;
	readonly memory: MemoryControl;
	/** What is forgiven has changed. */
	forgive(): void;
	/** See `CameraStanding.accept`. */
	acceptStanding(alarm: AlarmId): boolean;
	/** See `Judge.accept`. */
	accept(alarm: AlarmId, accepted: boolean): boolean;
	run(signal: AbortSignal): Promise<void>;
}

/** An alarm of a camera that fell silent is ended within this time after its limit. */
const SILENCE_CHECK_MS = 1000;

/** Composes one camera's stages. */
export function openCameraWatch(parts: WatchParts, startMode: ArmingMode): CameraWatch {
	const { camera, clock, status, framesPerSecond, patience } = parts;
	let mode = startMode;
	let learning: number | null = null;

	const modeShown = () => (mode === 'paused' || learning === null ? mode : 'learning');
	const showMode = () => status.mode(modeShown(), learning);
	const learned = (progress: number | null) => {
		const before = learning;
		learning = progress;
		showMode();
		if (progress === null && before !== null && before > 0) {
			parts.observe({ kind: 'camera-mode', camera, mode, detail: 'it has learned what is normal' });
		} else if (progress === 0) {
			parts.observe({
				kind: 'camera-mode',
				camera,
				mode: 'learning',
				detail: `it looks at ${parts.calibrationMinutes} minutes of normal footage first`,
			});
		}
	};
	const standingMode = () => (learning !== null ? 'learning' : mode === 'armed' ? 'armed' : 'resting');
	/** What is judged while the camera is not armed is kept from memory and footage, and nobody is told. */
	const told = (verdict: Verdict): Verdict =>
		mode === 'armed' || verdict.kind !== 'alarm' ? verdict : { kind: 'pending', since: verdict.alarm.startedAt };
	const patterns = new PatternKeeper();
	const tell = async (verdict: Verdict | null, arrivedAt: MonotonicMs) => {
		if (verdict?.kind !== 'alarm' || verdict.change === null) return;
		const pattern = patterns.end(verdict);
		if (pattern !== null) parts.keepPattern(pattern);
		await parts.tellAlarm(verdict.alarm, verdict.change, arrivedAt);
		if (verdict.change === 'ended') status.quiet();
	};
	const explainer = new Explainer();
	const brains = new Brains({
		...parts,
		learned,
		ended: async (verdict, at) => tell(verdict === null ? null : told(verdict), at),
	});

	const hearing = openCameraHearing({
		...parts.hearing,
		camera,
		observe: parts.observe,
		rehearse: () => brains.current?.rehearse() ?? null,
	});

	return {
		camera,
		arm: async (next, detail) => {
			const before = mode;
			if (next === before) return;
			mode = next;
			showMode();
			parts.observe({ kind: 'camera-mode', camera, mode: modeShown(), detail });
			// An alarm that nobody was told of is told anew where it goes on.
			const ended = brains.current?.rest(next === 'armed' ? 'disarmed' : next) ?? null;
			if (before === 'armed') await tell(ended, clock.monotonicNow());
			await parts.standing?.close(next === 'armed' ? 'disarmed' : next);
		},
		adopt: (knowledge, waitMs) => brains.adopt(knowledge, waitMs),
		forgive: () => {
			brains.current?.forgive();
			parts.standing?.heed();
		},
		acceptStanding: (alarm) => parts.standing?.accept(alarm) ?? false,
		accept: (alarm, accepted) => {
			const taken = brains.current?.accept(alarm, accepted) ?? false;
			status.lasting(brains.current?.lasting ?? null);
			return taken;
		},
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
							const expired = brains.current?.expire(now) ?? null;
							await tell(expired === null ? null : told(expired), now);
							await parts.standing?.expire(now);
						}
					});
					spawn('hearing', (signal) => hearing.run(signal));
					await watch(
						{
							camera,
							clock,
							observe: parts.observe,
							frames: parts.frames,
							inspect: async (taken) => {
								const frame = await parts.inspect(taken);
								await parts.standing?.see(frame, standingMode());
								return frame;
							},
							windows: new SlidingWindow({ frames: brains.knowledge.detector.expects.frames, framesPerSecond }),
							room: () => patience.room(framesPerSecond),
							approach: (frame) => brains.approach(frame),
							detect: async (window) => (await brains.at(window.target)).detect(window),
							score: (prediction) => brains.current!.score(prediction),
							judge: (score, prediction) =>
								mode === 'paused' ? { kind: 'unknown' } : told(brains.current!.judge(score, prediction)),
							tell: async (prediction, score, verdict) => {
								status.scored(score, verdict);
								if (brains.current !== null) status.calibration(brains.current.calibration);
								status.lasting(brains.current?.lasting ?? null);
								parts.tellScore(score);
								const regime = brains.current?.regime ?? 'first';
								const pattern = patterns.see(prediction, verdict, brains.knowledge.detector.model, regime);
								if (pattern !== null) parts.keepPattern(pattern);
								const evidence = explainer.see(prediction, score, verdict);
								if (evidence !== null) parts.keepEvidence(evidence);
								await tell(verdict, score.arrivedAt);
							},
							// A camera without a calibration shows what is normal there, by and large.
							collect: (window, verdict) => {
								hearing.follow(window, verdict.kind === 'quiet');
								parts.collect(window, mode !== 'paused' && (verdict.kind === 'quiet' || verdict.kind === 'unknown'));
							},
						},
						signal,
					);
				});
			} finally {
				await brains.leave('stopped');
				await parts.standing?.leave('stopped');
			}
		},
	};
}
