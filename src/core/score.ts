import type { Channel } from './prediction.ts';
import type { CameraId, MonotonicMs, RawScore, Surprise, UtcMs } from './units.ts';

export interface ChannelScore {
	readonly raw: RawScore;
	/** null while the camera has no calibration. */
	readonly surprise: Surprise | null;
}

/** A window's calibrated verdict of strangeness, on the one scale with a meaning. */
export interface Score {
	readonly camera: CameraId;
	readonly run: number;
	readonly index: number;
	readonly capturedAt: UtcMs;
	readonly arrivedAt: MonotonicMs;
	readonly channels: ReadonlyMap<Channel, ChannelScore>;
	/** All channels together, smoothed causally and calibrated as a whole. null while the camera has no calibration. */
	readonly surprise: Surprise | null;
	/** The surprise that the camera's false-alarm budget allows. null while the camera has no calibration. */
	readonly level: Surprise | null;
	/** How often a window this strange is seen on normal footage: once in this many hours. */
	readonly onceInHours: number | null;
	/** The channel that is rarest in this window. */
	readonly why: Channel | null;
}
