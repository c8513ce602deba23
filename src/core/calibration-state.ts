import type { UtcMs } from './units.ts';

/** What a camera is judged by at the moment. */
export interface CalibrationState {
	/** The light it sees in, each with a calibration of its own. */
	readonly light: 'day' | 'night';
	/**
	 * `learning`: nothing yet, so that it cannot alarm; `provisional`: too little, so that only what is far from anything seen
	 * alarms; `calibrated`.
	 */
	readonly kind: 'learning' | 'provisional' | 'calibrated';
	/** Normal footage that a calibration still wants; 0 where there is one. */
	readonly missingSeconds: number;
	/** What the calibration in force stands on; null without one. */
	readonly footageHours: number | null;
	/** The end of that footage. */
	readonly footageTo: UtcMs | null;
	/** Normal footage that is kept for the next calibration. */
	readonly keptHours: number;
	/** Powers of ten that the level has risen by since the first calibration, in its words; 0 without one. */
	readonly crept: number;
	/** The budget would have a still higher level, which is not taken: a person should look. */
	readonly held: boolean;
}
