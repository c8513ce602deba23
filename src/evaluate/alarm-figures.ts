import type { JudgedAlarm } from './clip-judge.ts';
import { type Event, inTail, outcomes } from './events.ts';
import { percentilesOf } from './metrics.ts';
import type { AlarmOutcome, ClipSeries, EventOutcome, WindowSeries } from './report.ts';

/** A clip as one level has it judged. */
export interface LevelClip {
	readonly windows: readonly WindowSeries[];
	/** What the judge said of each window. */
	readonly verdicts: readonly WindowSeries['verdict'][];
	readonly alarms: readonly JudgedAlarm[];
	readonly events: readonly Event[];
}

export interface AlarmCount {
	readonly outcome: Omit<AlarmOutcome, 'level'>;
	/** Of normal windows, tails left out. */
	readonly normalHours: number;
	/** In the order of the clips. */
	readonly clips: readonly Pick<ClipSeries, 'events' | 'alarms'>[];
}

/** Counts events found and false alarms, as `outcomes` tells them apart, over all clips. */
export function countAlarms(clips: readonly LevelClip[], framesPerSecond: number, tailSeconds: number): AlarmCount {
	const told = clips.map((clip) => outcomes(clip, clip.events, tailSeconds));
	const events = told.flatMap((clip) => clip.events);
	const detected = events.map(({ detectedAfterSeconds }) => detectedAfterSeconds).filter((after) => after !== null);
	const alarms = told.flatMap((clip) => clip.alarms);
	const normal = clips.flatMap(({ windows, verdicts, events }) =>
		verdicts.filter((_, index) => isNormal(windows[index]!, events, tailSeconds)),
	);
	const normalHours = normal.length / framesPerSecond / 3600;
	const falseAlarms = alarms.filter(({ outcome }) => outcome === 'false').length;
	return {
		outcome: {
			events: events.length,
			eventsDetected: detected.length,
			eventsUnderFalseAlarm: events.filter(isUnderFalseAlarm).length,
			recall: events.length === 0 ? null : detected.length / events.length,
			falseAlarms,
			tailAlarms: alarms.filter(({ outcome }) => outcome === 'tail').length,
			falseAlarmsPerHour: normal.length === 0 ? null : falseAlarms / normalHours,
			falselyAlarmedShare:
				normal.length === 0 ? null : normal.filter((verdict) => verdict === 'alarm').length / normal.length,
			timeToDetect: percentilesOf(detected),
		},
		normalHours,
		clips: told,
	};
}

function isUnderFalseAlarm({ detectedAfterSeconds, underFalseAlarm }: EventOutcome): boolean {
	return detectedAfterSeconds === null && underFalseAlarm;
}

function isNormal({ anomalous, seconds }: WindowSeries, events: readonly Event[], tailSeconds: number): boolean {
	return !anomalous && !inTail(seconds, events, tailSeconds);
}
