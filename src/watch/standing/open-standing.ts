import { newAlarmId } from '../../alarm/alarm-id.ts';
import { falseAlarmsPerHour } from '../../alarm/options.ts';
import type { CameraConfig } from '../../config/schema.ts';
import type { Alarm, AlarmChange } from '../../core/alarm.ts';
import type { Observe } from '../../core/events.ts';
import type { Evidence } from '../../core/explanation.ts';
import type { Size } from '../../core/frame.ts';
import type { MonotonicMs } from '../../core/units.ts';
import type { Heeded } from '../../detect/standing/kept.ts';
import type { FeedbackRecords } from '../../record/recorder.ts';
import type { StateFiles } from '../../record/state-files.ts';
import type { CameraStatus } from '../camera-status.ts';
import { maskPlanOf, zonesOf } from '../mask-plan.ts';
import { CameraStanding } from './camera-standing.ts';
import { writeStandingPattern } from './pattern.ts';

/** What of the state it is kept as. */
export const STANDING_STATE = 'standing';

export interface StandingLinks {
	readonly state: StateFiles;
	readonly status: CameraStatus;
	readonly observe: Observe;
	/** See `CameraFeedback.standing`. */
	readonly said: (size: Size) => Heeded;
	readonly records: Pick<FeedbackRecords, 'keepPattern'>;
	readonly keep: (evidence: Evidence) => void;
	readonly tell: (alarm: Alarm, change: AlarmChange, arrivedAt: MonotonicMs) => Promise<void>;
}

/** A camera's look-out for what stands still, as its configuration asks; null where it is switched off. */
export function openStanding(camera: CameraConfig, links: StandingLinks): CameraStanding | null {
	const { state, status, observe, keep, said, records, tell } = links;
	const { id, standing, alarm, framesPerSecond } = camera;
	if (!standing.enabled) return null;
	return new CameraStanding({
		camera: id,
		options: standing,
		framesPerSecond,
		falseAlarmsPerHour: falseAlarmsPerHour(alarm.falseAlarms),
		maximumSeconds: alarm.maximumSeconds,
		mask: maskPlanOf(camera),
		zones: zonesOf(camera),
		newAlarmId,
		store: {
			load: () => state.load(id, STANDING_STATE),
			save: (bytes) => state.save(id, STANDING_STATE, bytes),
		},
		observe,
		said,
		keepPattern: (alarm, at, pattern) =>
			void records.keepPattern({ alarm, camera: id, at, body: writeStandingPattern(pattern) }),
		keepEvidence: keep,
		tell: async (alarm, change, arrivedAt) => {
			await tell(alarm, change, arrivedAt);
			status.standing(change !== 'ended', alarm.startedAt);
		},
	});
}
