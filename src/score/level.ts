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
 * A budget rarer than the footage supports errs towards silence: its level is never below the largest statistic that normal
 * footage reached, and a margin is added that grows to one standard error at a tenth of the supported rate.
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
	const margin = extrapolated ? standardError * Math.min(1, -Math.log10(expected)) : 0;
	const chosen = extrapolated ? Math.max(statistic, windows.largest) + margin : statistic;
	return {
		falseAlarmsPerHour,
		level: scaleSurprise(windows, chosen),
		low: scaleSurprise(windows, statistic - 1.96 * standardError),
		high: scaleSurprise(windows, Math.max(chosen, statistic + 1.96 * standardError)),
		extrapolated,
	};
}
