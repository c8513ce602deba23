import type { DaemonEvent } from '../core/events.ts';
import { DISTURBANCES, INTEGRITY_KINDS } from '../core/integrity.ts';
import type { CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

export interface IntegrityMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

/** Cameras that no longer show what they should. */
export function integrityMetrics({ counter, gauge }: Instruments): IntegrityMetrics {
	const open = gauge('camera_integrity', 'Whether the camera has this fault: 1 or 0', ['camera', 'kind']);
	const faults = counter('camera_integrity_faults_total', 'Faults of the camera that began', ['camera', 'kind']);
	const disturbances = counter('camera_disturbances_total', 'Times something passed over the whole picture', [
		'camera',
		'kind',
	]);
	const cameras = new Set<CameraId>();

	const add = (camera: CameraId) => {
		if (cameras.has(camera)) return;
		cameras.add(camera);
		for (const kind of INTEGRITY_KINDS) {
			open.set({ camera, kind }, 0);
			faults.inc({ camera, kind }, 0);
		}
		for (const kind of DISTURBANCES) disturbances.inc({ camera, kind }, 0);
	};
	const remove = (camera: CameraId) => {
		cameras.delete(camera);
		for (const kind of INTEGRITY_KINDS) {
			open.remove({ camera, kind });
			faults.remove({ camera, kind });
		}
		for (const kind of DISTURBANCES) disturbances.remove({ camera, kind });
	};
	return {
		observe: (event) => {
			if (event.kind === 'camera-added') add(event.camera);
			if (!('camera' in event) || !cameras.has(event.camera)) return;
			const { camera } = event;
			switch (event.kind) {
				case 'camera-removed':
					return remove(camera);
				case 'integrity': {
					const { change, fault } = event.notice;
					open.set({ camera, kind: fault.kind }, change === 'started' ? 1 : 0);
					if (change === 'started') faults.inc({ camera, kind: fault.kind });
					return;
				}
				case 'picture-disturbed':
					return disturbances.inc({ camera, kind: event.disturbance });
			}
		},
	};
}
