import type { DaemonEvent } from '../core/events.ts';
import type { CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

export interface MemoryMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

const SPANS = ['hour', 'day'] as const;
const REASONS = ['alarm', 'hour', 'day'] as const;

/** What cameras remember, and whether they would still notice anything. One that remembers nothing has no series of it. */
export function memoryMetrics({ counter, gauge }: Instruments): MemoryMetrics {
	const drift = gauge(
		'memory_drift_ratio',
		'Mean cosine distance of the memory from what it was an hour or a day ago',
		['camera', 'over'],
	);
	const frozen = gauge('memory_frozen', 'What keeps the memory from learning: 1 for that, 0 for the others', [
		'camera',
		'reason',
	]);
	const capped = counter('memory_caps_total', 'Times the memory moved as far as it may', ['camera', 'over']);
	const replaced = counter('memory_rollbacks_total', 'Times the memory became again what it was', ['camera']);
	const sensitivity = gauge('camera_sensitivity', 'Share of synthetic oddities that would have alarmed, 0 to 1', [
		'camera',
	]);
	const deaf = gauge('camera_deaf', 'Whether the camera would hardly notice anything: 1 or 0', ['camera']);
	const cameras = new Set<CameraId>();
	const remembering = new Set<CameraId>();

	const begin = (camera: CameraId) => {
		if (remembering.has(camera)) return;
		remembering.add(camera);
		for (const over of SPANS) capped.inc({ camera, over }, 0);
		replaced.inc({ camera }, 0);
	};
	const remove = (camera: CameraId) => {
		cameras.delete(camera);
		remembering.delete(camera);
		for (const over of SPANS) for (const series of [drift, capped]) series.remove({ camera, over });
		for (const reason of REASONS) frozen.remove({ camera, reason });
		for (const series of [replaced, sensitivity, deaf]) series.remove({ camera });
	};

	return {
		observe: (event) => {
			if (event.kind === 'camera-added') cameras.add(event.camera);
			if (!('camera' in event) || !cameras.has(event.camera)) return;
			const { camera } = event;
			switch (event.kind) {
				case 'camera-removed':
					return remove(camera);
				case 'memory-drift':
					begin(camera);
					for (const over of SPANS) {
						const distance = event[over];
						if (distance === null) drift.remove({ camera, over });
						else drift.set({ camera, over }, distance);
					}
					for (const reason of REASONS) frozen.set({ camera, reason }, reason === event.frozen ? 1 : 0);
					return;
				case 'memory-capped':
					begin(camera);
					return capped.inc({ camera, over: event.over });
				case 'memory-replaced':
					begin(camera);
					return replaced.inc({ camera });
				case 'hearing':
					sensitivity.set({ camera }, event.hearing.sensitivity);
					return deaf.set({ camera }, event.hearing.deaf ? 1 : 0);
			}
		},
	};
}
