import type { Calibration } from '../../score/calibration.ts';
import type { BrainStore } from '../brain.ts';

/** A store with one calibration and one memory (null: as the calibration has it), which nothing is written to. */
export function unchangedStore(calibration: Calibration, loadMemory: BrainStore['loadMemory']): BrainStore {
	return {
		calibrations: async () => [async () => calibration],
		saveCalibration: async () => {},
		loadMemory,
		saveMemory: async () => {},
		history: {
			list: async () => [],
			before: async () => null,
			load: async () => null,
			keep: async () => {},
			forgetAfter: async () => {},
		},
	};
}
