import type { AlarmReason } from '../core/alarm.ts';
import type { Score } from '../core/score.ts';

const HOUR_SECONDS = 3600;

/** The channels in which a window was rarer than one an hour, the rarest first; always the one that the score names. */
export function reasonsOf({ channels, why }: Score, framesPerSecond: number): readonly AlarmReason[] {
	const windowsPerHour = HOUR_SECONDS * framesPerSecond;
	return [...channels]
		.flatMap(([channel, { surprise }]) =>
			surprise === null ? [] : [{ channel, surprise, onceInHours: 10 ** surprise / windowsPerHour }],
		)
		.filter(({ channel, onceInHours }) => onceInHours >= 1 || channel === why)
		.toSorted((one, other) => other.surprise - one.surprise);
}
