import type { Calibration } from '../../score/calibration.ts';
import type { BrainStore } from '../brain.ts';

/** A store with one calibration and with what else `store` has (nothing without one), which nothing is written to. */
export function unchangedStore(calibration: Calibration, store: BrainStore | null): BrainStore {
	return {
		trustedFrom: store?.trustedFrom ?? null,
		calibrations: async () => [async () => calibration],
		saveCalibration: async () => {},
		loadNormal: async (name) => store?.loadNormal(name) ?? null,
		saveNormal: async () => {},
		loadMemory: async () => store?.loadMemory() ?? null,
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
