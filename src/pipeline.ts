import type { Verdict } from './core/alarm.ts';
import type { Clock } from './core/clock.ts';
import type { Observe } from './core/events.ts';
import { type Frame, isDecoderDamage, type Window } from './core/frame.ts';
import type { Prediction } from './core/prediction.ts';
import { scope } from './core/scope.ts';
import type { Score } from './core/score.ts';
import type { CameraId } from './core/units.ts';
import { LatestOnly } from './window/latest-only.ts';
import type { SlidingWindow } from './window/sliding-window.ts';

/** What one camera's frames walk through. */
export interface Stages {
	readonly camera: CameraId;
	readonly clock: Clock;
	readonly observe: Observe;
	frames(signal: AbortSignal): AsyncIterable<Frame>;
	/** Marks a frame that cannot be trusted, whatever it shows, as damaged; tells of it where a person must act. */
	inspect(frame: Frame): Promise<Frame>;
	readonly windows: SlidingWindow;
	/** How many windows may wait for the detector: one, but for moments in which something is being loaded. */
	room(): number;
	/** Told the first frames, so that what their size needs is loaded before there is a window. */
	approach(frame: Frame): void;
	detect(window: Window): Promise<Prediction>;
	score(prediction: Prediction): Promise<Score>;
	judge(score: Score, prediction: Prediction): Verdict;
	/** Stores, publishes and shows what came of it. */
	tell(prediction: Prediction, score: Score, verdict: Verdict): Promise<void>;
	/** Keeps what may be learned from. */
	collect(window: Window, verdict: Verdict): void;
}

/** Watches one camera until its source ends or `signal` aborts. */
export async function watch(stages: Stages, signal: AbortSignal): Promise<void> {
	const { camera, clock, observe } = stages;
	const latest = new LatestOnly<Window>(() => stages.room());
	let started = false;

	await scope(signal, async ({ spawn, signal }) => {
		// Frames are taken as they come, so that a slow detector costs whole windows and never a frame inside one.
		spawn('frames', async (signal) => {
			for await (const taken of stages.frames(signal)) {
				const frame = await stages.inspect(taken);
				const slide = stages.windows.push(frame);
				if (slide.kind === 'warming-up') stages.approach(frame);
				if (slide.kind === 'damaged') observe({ kind: 'window-dropped', camera, reason: reasonOf(slide.damage) });
				if (slide.kind !== 'window') continue;
				for (const _dropped of latest.put(slide.window)) {
					observe({ kind: 'window-dropped', camera, reason: started ? 'backpressure' : 'starting' });
				}
			}
			latest.close();
		});

		for await (const window of latest.values(signal)) {
			const prediction = await stages.detect(window);
			started = true;
			const score = await stages.score(prediction);
			const verdict = stages.judge(score, prediction);
			observe({
				kind: 'window-scored',
				camera,
				score,
				ageMs: clock.monotonicNow() - score.arrivedAt,
				captureAgeMs: clock.utcNow() - score.capturedAt,
				inferenceMs: prediction.inferenceMs,
				batchSize: prediction.batchSize,
				memoryUsage: prediction.memory?.usage ?? null,
			});
			await stages.tell(prediction, score, verdict);
			stages.collect(window, verdict);
		}
	});
}

function reasonOf(damage: NonNullable<Frame['damage']>) {
	return isDecoderDamage(damage) ? 'damaged' : damage;
}
