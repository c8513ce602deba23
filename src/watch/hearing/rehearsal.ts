import { Judge, type JudgeOptions } from '../../alarm/judge.ts';
import type { Frame, Window } from '../../core/frame.ts';
import type { Mask } from '../../core/mask.ts';
import type { CameraDetector } from '../../detect/detector.ts';
import type { CalibratedScorer } from '../../score/scorer.ts';

/** What a camera is judged by, as it was at a moment, with a memory, a smoothing and a judge of its own to try things on. */
export interface Rehearsal {
	/** Learns nothing. */
	readonly detector: CameraDetector;
	readonly scorer: CalibratedScorer;
	readonly judge: JudgeOptions;
	/** What of the picture counts; null: all of it. */
	readonly mask: Mask | null;
	/** Frames in a window. */
	readonly frames: number;
	/** Of which model and budget it is: what it usually notices holds for these. */
	readonly of: string;
}

/** An alarm that takes longer to begin is taken for begun after so many seconds. */
const LONGEST_SECONDS = 3;
/** The running mean of the score has this long to rise. */
const RISE_SECONDS = 1.4;

/** So many pictures in a row are wanted for a trial. */
export function picturesOf({ judge, frames }: Pick<Rehearsal, 'judge' | 'frames'>): number {
	const seconds = Math.min(judge.minimumSeconds, LONGEST_SECONDS) + RISE_SECONDS;
	return frames + Math.ceil(seconds * judge.framesPerSecond);
}

/**
 * Whether pictures one after the other would have raised an alarm. A run of its own.
 * @param turn awaited before each window
 */
export async function wouldAlarm(
	{ detector, scorer, judge: options, frames: count }: Rehearsal,
	frames: readonly Frame[],
	run: number,
	turn: () => Promise<void>,
): Promise<boolean> {
	const judge = new Judge({ ...options, minimumSeconds: Math.min(options.minimumSeconds, LONGEST_SECONDS) });
	for (let end = count; end <= frames.length; end++) {
		await turn();
		const shown = frames.slice(end - count, end).map((frame) => ({ ...frame, run })) as [Frame, ...Frame[]];
		const target = shown.at(-1)!;
		const { framesPerSecond } = options;
		const window: Window = { camera: target.camera, run, framesPerSecond, frames: shown, target };
		const prediction = await detector.detect(window, { freezeMemory: true });
		const verdict = judge.judge(scorer.score(prediction), null);
		if (verdict.kind === 'alarm') return true;
	}
	return false;
}
