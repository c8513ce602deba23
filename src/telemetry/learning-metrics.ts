import type { DaemonEvent } from '../core/events.ts';
import { type CameraModel, LEARNING_OUTCOMES, LEARNING_PHASES } from '../core/learning-state.ts';
import type { CameraId } from '../core/units.ts';
import type { Instruments } from './instruments.ts';

export interface LearningMetrics {
	/** Of cameras that were added and not removed; other events are left alone. */
	observe(event: DaemonEvent): void;
}

/** What is counted of a camera's own learning. A camera that does not learn has no series but its model's. */
export function learningMetrics({ counter, gauge }: Instruments): LearningMetrics {
	const model = gauge('camera_model_info', 'The model that scores the windows: always 1', [
		'camera',
		'model',
		'version',
		'learned',
	]);
	const phase = gauge('learning_phase', 'Phase the learning is in: 1 for that one, 0 for the others', [
		'camera',
		'phase',
	]);
	const progress = gauge('learning_progress_ratio', 'How far the phase is, 0 to 1; absent where nobody can tell', [
		'camera',
	]);
	const ended = counter('learnings_total', 'Learnings by what came of them, and what was done about a learned model', [
		'camera',
		'outcome',
	]);
	const bytes = gauge('footage_bytes', 'Disk that the footage to learn from takes', ['camera']);
	const seconds = gauge('footage_seconds', 'Normal footage that is kept to learn from', ['camera']);
	const cameras = new Set<CameraId>();
	const models = new Map<CameraId, CameraModel>();
	const learning = new Set<CameraId>();

	const setModel = (camera: CameraId, next: CameraModel | null) => {
		const before = models.get(camera);
		if (before !== undefined) model.remove(modelLabels(camera, before));
		models.delete(camera);
		if (next === null) return;
		models.set(camera, next);
		model.set(modelLabels(camera, next), 1);
	};
	const begin = (camera: CameraId) => {
		if (learning.has(camera)) return;
		learning.add(camera);
		for (const outcome of LEARNING_OUTCOMES) ended.inc({ camera, outcome }, 0);
		bytes.set({ camera }, 0);
		seconds.set({ camera }, 0);
	};
	const remove = (camera: CameraId) => {
		setModel(camera, null);
		cameras.delete(camera);
		learning.delete(camera);
		for (const one of LEARNING_PHASES) phase.remove({ camera, phase: one });
		for (const outcome of LEARNING_OUTCOMES) ended.remove({ camera, outcome });
		for (const series of [progress, bytes, seconds]) series.remove({ camera });
	};

	return {
		observe: (event) => {
			if (event.kind === 'camera-added') cameras.add(event.camera);
			if (!('camera' in event) || !cameras.has(event.camera)) return;
			switch (event.kind) {
				case 'camera-removed':
					return remove(event.camera);
				case 'model-chosen':
					return setModel(event.camera, event.model);
				case 'learning-phase':
					begin(event.camera);
					for (const one of LEARNING_PHASES) {
						phase.set({ camera: event.camera, phase: one }, one === event.phase ? 1 : 0);
					}
					return;
				case 'learning-progress':
					if (event.progress === null) progress.remove({ camera: event.camera });
					else progress.set({ camera: event.camera }, event.progress);
					return;
				case 'learning-ended':
					begin(event.camera);
					return ended.inc({ camera: event.camera, outcome: event.outcome });
				case 'footage':
					bytes.set({ camera: event.camera }, event.bytes);
					return seconds.set({ camera: event.camera }, event.seconds);
			}
		},
	};
}

function modelLabels(camera: CameraId, { id, version, learned }: CameraModel) {
	return { camera, model: id, version, learned: String(learned) };
}
