import { type ForeframeError, isForeframeError } from '../core/errors.ts';
import type { Calibration } from '../score/calibration.ts';
import { type CalibrationFit, requireFit } from '../score/calibration-file.ts';

/** The first that was made for the camera as it is; `refused` is told of each that was not or cannot be read. */
export async function fittingCalibration(
	calibrations: readonly (() => Promise<Calibration>)[],
	fit: CalibrationFit,
	refused: (reason: ForeframeError) => void,
): Promise<Calibration | null> {
	for (const read of calibrations) {
		try {
			const calibration = await read();
			requireFit(calibration, fit);
			return calibration;
		} catch (error) {
			if (!isForeframeError(error, 'CALIBRATION_INVALID')) throw error;
			refused(error);
		}
	}
	return null;
}
