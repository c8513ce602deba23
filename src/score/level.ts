import { type OnsetScale, onsetLevel, onsetsPerHour } from './onsets.ts';
import { type Scale, scaleSurprise } from './scale.ts';

/** The level of a false-alarm budget, in surprise, with its 95 % interval. */
export interface Level {
	readonly falseAlarmsPerHour: number;
	readonly level: number;
	readonly low: number;
	readonly high: number;
	/** The budget is rarer than once in the footage. */
	readonly extrapolated: boolean;
}

/** A calibration's combined statistic: how rare a window is, and how often a level is newly reached. */
export interface CombinedScale {
	readonly windows: Scale;
	readonly onsets: OnsetScale;
}

/** Erring towards silence never makes an alarm rarer than by this many powers of ten. */
const MARGIN_MAX = 0.5;

/**
 * The surprise that normal footage newly reaches `falseAlarmsPerHour` times an hour.
 *
 * An onset is at least one window, so that the level is never above the surprise that single windows reach that often: this
 * bounds it where there are too few clusters to tell.
 * A budget that the footage hardly supports errs towards silence. Where the footage would hold fewer than ten of its false
 * alarms a margin is added, which grows to one standard error (at most .5) where it would hold a tenth of one; where it would
 * hold less than one, the level is never below the largest statistic that the footage reached.
 */
export function levelOf({ windows, onsets }: CombinedScale, falseAlarmsPerHour: number): Level {
	if (!(falseAlarmsPerHour > 0)) {
		throw new RangeError(`Cannot set a level for ${falseAlarmsPerHour} false alarms an hour: expected more than 0`);
	}
	const { statistic, standardError } = onsetLevel(onsets, falseAlarmsPerHour);
	const single = Math.max(0, Math.log10(onsets.windowsPerHour / falseAlarmsPerHour));
	const surpriseAt = (errors: number) => scaleSurprise(windows, statistic + errors * standardError);
	const estimate = Math.min(surpriseAt(0), single);
	const error = Math.max(0, surpriseAt(1) - surpriseAt(0));
	const expected = falseAlarmsPerHour * onsets.hours;
	const extrapolated = expected < 1;
	const largest = extrapolated ? scaleSurprise(windows, windows.largest) : 0;
	const doubt = Math.min(1, Math.max(0, 0.5 * (1 - Math.log10(expected))));
	const level = Math.max(estimate, largest) + Math.min(MARGIN_MAX, doubt * error);
	return {
		falseAlarmsPerHour,
		level,
		low: Math.min(surpriseAt(-1.96), level),
		high: Math.max(surpriseAt(1.96), level),
		extrapolated,
	};
}

/** How often a statistic this high is newly reached on normal footage, times an hour. */
export function ratePerHour({ windows, onsets }: CombinedScale, statistic: number): number {
	const single = onsets.windowsPerHour * 10 ** -scaleSurprise(windows, statistic);
	return Math.min(single, onsetsPerHour(onsets, statistic));
}
