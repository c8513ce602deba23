import type { DaemonEvent } from '../core/events.ts';
import { FEEDBACK_ACTIONS } from '../core/feedback.ts';
import type { CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

export interface FeedbackMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

/** Alarms that were gathered, and what people said of alarms. */
export function feedbackMetrics({ counter, gauge }: Instruments): FeedbackMetrics {
	const gathered = counter('alarms_gathered_total', 'Alarms that were told in a summary only', ['camera']);
	const flood = gauge('flood_active', 'Whether alarms are being gathered into a summary: 1 or 0', ['camera']);
	const feedback = counter('feedback_total', 'What people said of alarms', ['camera', 'verdict']);
	const cameras = new Set<CameraId>();

	const add = (camera: CameraId) => {
		if (cameras.has(camera)) return;
		cameras.add(camera);
		gathered.inc({ camera }, 0);
		flood.set({ camera }, 0);
		for (const verdict of FEEDBACK_ACTIONS) feedback.inc({ camera, verdict }, 0);
	};
	const remove = (camera: CameraId) => {
		cameras.delete(camera);
		gathered.remove({ camera });
		flood.remove({ camera });
		for (const verdict of FEEDBACK_ACTIONS) feedback.remove({ camera, verdict });
	};
	return {
		observe: (event) => {
			if (event.kind === 'camera-added') add(event.camera);
			if (!('camera' in event) || !cameras.has(event.camera)) return;
			const { camera } = event;
			switch (event.kind) {
				case 'camera-removed':
					return remove(camera);
				case 'alarm-gathered':
					if (event.change === 'started') gathered.inc({ camera });
					return;
				case 'flood':
					return flood.set({ camera }, event.notice.change === 'ended' ? 0 : 1);
				case 'feedback':
					return feedback.inc({ camera, verdict: event.action });
			}
		},
	};
}
