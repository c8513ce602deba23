import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraId } from '../core/units.ts';
import { replaceFile } from '../record/replace-file.ts';
import type { StateFiles } from '../record/state-files.ts';
import { readCalibration, writeCalibration } from '../score/calibration-file.ts';
import type { BrainStore } from './brain.ts';

const CALIBRATION = 'calibration.json';
const MEMORY = 'memory';

/** A camera's folder in the state, and the calibration pack that it was given, if any. */
export function brainStore(state: StateFiles, camera: CameraId, pack: string | null): BrainStore {
	return {
		calibrations: async () => {
			const path = join(state.path(camera), CALIBRATION);
			return [...(pack === null ? [] : [pack]), ...((await exists(path)) ? [path] : [])].map(
				(file) => () => readCalibration(file),
			);
		},
		saveCalibration: async (calibration) =>
			writeCalibration(join(await state.folder(camera), CALIBRATION), calibration, replaceFile),
		loadMemory: () => state.load(camera, MEMORY),
		saveMemory: (bytes) => state.save(camera, MEMORY, bytes),
	};
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
