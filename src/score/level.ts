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
	/** By how long the level is held, the shortest (0) first. */
	readonly onsets: readonly OnsetScale[];
}

/** Erring towards silence never makes an alarm rarer than by this many powers of ten. */
const MARGIN_MAX = 0.5;

/**
 * The surprise that normal footage newly reaches `falseAlarmsPerHour` times an hour and holds for `minimumSeconds`, or for the
 * longest time below that the calibration knows, which errs towards fewer.
 *
 * An onset is at least as many windows as it is held for, so that the level is never above the surprise that so many times as
 * many single windows reach: this bounds it where there are too few clusters to tell.
 * A budget that the footage does not support errs towards silence: where it would hold less than one of its false alarms, the level
 * is never below the highest that the footage held, and a margin is added, which grows to one standard error (at most .5) where
 * it would hold a tenth of one. So does the doubt whether what is so rare ends before `minimumSeconds`, as common things do: with
 * a tenth of one the level is that of onsets of any length.
 */
export function levelOf(combined: CombinedScale, falseAlarmsPerHour: number, minimumSeconds: number): Level {
	if (!(falseAlarmsPerHour > 0)) {
		throw new RangeError(`Cannot set a level for ${falseAlarmsPerHour} false alarms an hour: expected more than 0`);
	}
	const { windows } = combined;
	const held = onsetsHeldFor(combined, minimumSeconds);
	const expected = falseAlarmsPerHour * held.hours;
	const doubt = Math.min(1, Math.max(0, -Math.log10(expected)));
	const sure = estimateFor(windows, held, falseAlarmsPerHour, doubt);
	const unsure = estimateFor(windows, onsetsHeldFor(combined, 0), falseAlarmsPerHour, doubt);
	const mixed = (key: keyof Estimate) => sure[key] + doubt * Math.max(0, unsure[key] - sure[key]);
	const level = mixed('level');
	return {
		falseAlarmsPerHour,
		level,
		low: Math.min(mixed('low'), level),
		high: Math.max(mixed('high'), level),
		extrapolated: expected < 1,
	};
}

interface Estimate {
	readonly level: number;
	readonly low: number;
	readonly high: number;
}

function estimateFor(windows: Scale, onsets: OnsetScale, falseAlarmsPerHour: number, doubt: number): Estimate {
	const { statistic, standardError } = onsetLevel(onsets, falseAlarmsPerHour);
	const single = Math.max(0, Math.log10(onsets.windowsPerHour / windowsOf(onsets) / falseAlarmsPerHour));
	const surpriseAt = (errors: number) => scaleSurprise(windows, statistic + errors * standardError);
	const estimate = Math.min(surpriseAt(0), single);
	const error = Math.max(0, surpriseAt(1) - surpriseAt(0));
	const largest = doubt > 0 ? scaleSurprise(windows, onsets.scale.largest) : 0;
	return {
		level: Math.max(estimate, largest) + Math.min(MARGIN_MAX, doubt * error),
		low: surpriseAt(-1.96),
		high: surpriseAt(1.96),
	};
}

/** How often a statistic this high is newly reached on normal footage, for a window at least, times an hour. */
export function ratePerHour(combined: CombinedScale, statistic: number): number {
	const onsets = onsetsHeldFor(combined, 0);
	const single = onsets.windowsPerHour * 10 ** -scaleSurprise(combined.windows, statistic);
	return Math.min(single, onsetsPerHour(onsets, statistic));
}

function onsetsHeldFor({ onsets }: CombinedScale, seconds: number): OnsetScale {
	return onsets.findLast(({ sustainedSeconds }) => sustainedSeconds <= seconds + 1e-6) ?? onsets[0]!;
}

/** A level that is held for a time is reached by the windows at both its ends. */
function windowsOf({ sustainedSeconds, windowsPerHour }: OnsetScale): number {
	return 1 + Math.ceil((sustainedSeconds * windowsPerHour) / 3600 - 1e-6);
}
