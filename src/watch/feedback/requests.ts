import { ForeframeError } from '../../core/errors.ts';
import type { FeedbackRequests } from '../../core/feedback.ts';
import type { AlarmId, CameraId } from '../../core/units.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { CameraFeedback } from './camera-feedback.ts';

/** Of a camera's newest alarms, so many are looked at for one that was told by itself. */
const NEWEST = 50;

/** @param of throws ForeframeError USAGE where there is no such camera */
export function feedbackRequests(recorder: Recorder, of: (camera: CameraId) => CameraFeedback): FeedbackRequests {
	const give: FeedbackRequests['give'] = async (alarm, request) => {
		const known = await recorder.alarm(alarm);
		if (known === null) throw noAlarm(alarm);
		return of(known.camera).give(alarm, request);
	};
	return {
		give,
		giveLast: async (camera, request) => {
			const feedback = of(camera);
			const newest = await recorder.alarms({ camera, limit: NEWEST });
			const last = newest.find(({ gathered }) => !gathered) ?? newest[0];
			if (last === undefined) throw new ForeframeError('USAGE', `Camera ${camera} has had no alarm yet`);
			return feedback.give(last.id, request);
		},
		history: (alarm) => recorder.feedback.entries(alarm),
	};
}

function noAlarm(alarm: AlarmId): ForeframeError {
	return new ForeframeError('USAGE', `There is no alarm "${alarm}"`);
}
