import { type OnsetScale, onsetLevel } from './onsets.ts';
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

/**
 * The surprise that normal footage newly reaches `falseAlarmsPerHour` times an hour.
 *
 * A budget that the footage hardly supports errs towards silence. Where the footage would hold fewer than ten of its false
 * alarms a margin is added, which grows to one standard error where it would hold a tenth of one; where it would hold less
 * than one, the level is never below the largest statistic that the footage reached.
 */
export function levelOf(
	{ windows, onsets }: { readonly windows: Scale; readonly onsets: OnsetScale },
	falseAlarmsPerHour: number,
): Level {
	if (!(falseAlarmsPerHour > 0)) {
		throw new RangeError(`Cannot set a level for ${falseAlarmsPerHour} false alarms an hour: expected more than 0`);
	}
	const { statistic, standardError } = onsetLevel(onsets, falseAlarmsPerHour);
	const expected = falseAlarmsPerHour * onsets.hours;
	const extrapolated = expected < 1;
	const margin = standardError * Math.min(1, Math.max(0, 0.5 * (1 - Math.log10(expected))));
	const chosen = (extrapolated ? Math.max(statistic, windows.largest) : statistic) + margin;
	return {
		falseAlarmsPerHour,
		level: scaleSurprise(windows, chosen),
		low: scaleSurprise(windows, statistic - 1.96 * standardError),
		high: scaleSurprise(windows, Math.max(chosen, statistic + 1.96 * standardError)),
		extrapolated,
	};
}
