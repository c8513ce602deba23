import type { Score } from '../core/score.ts';
import { countAlarms } from './alarm-figures.ts';
import { ClipJudge, type ClipJudgeOptions } from './clip-judge.ts';
import type { Event } from './events.ts';
import type { LevelPoint, WindowSeries } from './report.ts';

/** A clip's scores, and what is needed to judge them anew. */
export interface ScoredClip {
	readonly windows: readonly WindowSeries[];
	readonly scores: readonly Score[];
	readonly events: readonly Event[];
}

export type LevelOptions = Omit<ClipJudgeOptions, 'level'> & { readonly tailSeconds: number };

const LEVELS_A_UNIT = 10;
/** No footage tells such levels apart. */
const LEVEL_MAX = 20;

/**
 * What the same scores come to at other levels, up to the first that nothing reaches, 20 at most. The scores are those of
 * the level at which the memory was kept from learning.
 */
export function levelPoints(clips: readonly ScoredClip[], { tailSeconds, ...options }: LevelOptions): LevelPoint[] {
	const highest = clips.flatMap(({ windows }) => windows).reduce((most, { surprise }) => Math.max(most, surprise), 0);
	const steps = Math.min(Math.ceil(highest * LEVELS_A_UNIT) + 1, LEVEL_MAX * LEVELS_A_UNIT);
	return Array.from({ length: steps + 1 }, (_, step) => {
		// Not a sum of tenths, which would be no whole number where it should.
		const level = step / LEVELS_A_UNIT;
		const judged = clips.map(({ windows, scores, events }) => {
			const judge = new ClipJudge({ ...options, level });
			const verdicts = scores.map((score, index) => judge.judge(score, null, windows[index]!.seconds));
			return { windows, verdicts, alarms: judge.close(), events };
		});
		return { level, ...countAlarms(judged, options.framesPerSecond, tailSeconds).outcome };
	});
}
