import type { CalibrationState } from '../core/calibration-state.ts';
import type { DaemonEvent } from '../core/events.ts';
import type { CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

export interface CalibrationMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

const LIGHTS = ['day', 'night'] as const satisfies readonly CalibrationState['light'][];

/** What cameras are judged by. A camera without a calibration has only its light and what is missing. */
export function calibrationMetrics({ gauge }: Instruments): CalibrationMetrics {
	const light = gauge('camera_light', 'The light that the camera sees in: 1 for that one, 0 for the other', [
		'camera',
		'light',
	]);
	const missing = gauge(
		'calibration_missing_seconds',
		'Normal footage that a first calibration for this light still wanted when that was told last',
		['camera'],
	);
	const footage = gauge('calibration_footage_seconds', 'Normal footage that the calibration in force stands on', [
		'camera',
	]);
	const newest = gauge(
		'calibration_timestamp_seconds',
		'When the newest footage of the calibration in force was taken',
		['camera'],
	);
	const crept = gauge('calibration_crept', 'Powers of ten that the level has risen by since the first calibration', [
		'camera',
	]);
	const held = gauge(
		'calibration_held',
		'Whether the budget would have a level that is not taken, being too high: 1 or 0',
		['camera'],
	);
	const cameras = new Set<CameraId>();

	const remove = (camera: CameraId) => {
		cameras.delete(camera);
		for (const one of LIGHTS) light.remove({ camera, light: one });
		for (const series of [missing, footage, newest, crept, held]) series.remove({ camera });
	};

	return {
		observe: (event) => {
			if (event.kind === 'camera-added') cameras.add(event.camera);
			if (!('camera' in event) || !cameras.has(event.camera)) return;
			const { camera } = event;
			if (event.kind === 'camera-removed') return remove(camera);
			if (event.kind !== 'calibration') return;
			const { state } = event;
			for (const one of LIGHTS) light.set({ camera, light: one }, one === state.light ? 1 : 0);
			missing.set({ camera }, state.missingSeconds);
			if (state.footageHours === null || state.footageTo === null) {
				for (const series of [footage, newest, crept, held]) series.remove({ camera });
				return;
			}
			footage.set({ camera }, state.footageHours * 3600);
			newest.set({ camera }, state.footageTo / 1000);
			crept.set({ camera }, state.crept);
			held.set({ camera }, state.held ? 1 : 0);
		},
	};
}
