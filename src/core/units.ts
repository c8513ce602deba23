declare const brand: unique symbol;

/** A number or string that only its own constructor makes, so that two units cannot be mixed up. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

/** Milliseconds since 1970-01-01T00:00:00Z. For people and messages, never for a timeout. */
export type UtcMs = Brand<number, 'UtcMs'>;
/** Milliseconds on a clock that never jumps; its zero means nothing. For every timeout and age. */
export type MonotonicMs = Brand<number, 'MonotonicMs'>;
/** A camera's name in configuration, topics, labels and paths: `[a-z0-9][a-z0-9_-]{0,62}`. */
export type CameraId = Brand<string, 'CameraId'>;
/** UUIDv7: sorts by the time the alarm started. */
export type AlarmId = Brand<string, 'AlarmId'>;
/** What a detector says in its own scale: comparable only within one camera, model, size and frame rate. Higher is stranger. */
export type RawScore = Brand<number, 'RawScore'>;
/**
 * A calibrated score: -log10 of the probability that a normal window of this camera scores at least as high.
 * 0 is ordinary, 3 is one window in a thousand.
 */
export type Surprise = Brand<number, 'Surprise'>;

export function utcMs(value: number): UtcMs {
	return value as UtcMs;
}

export function monotonicMs(value: number): MonotonicMs {
	return value as MonotonicMs;
}

export function rawScore(value: number): RawScore {
	return value as RawScore;
}

export function surprise(value: number): Surprise {
	return value as Surprise;
}

const CAMERA_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export function isCameraId(text: string): text is CameraId {
	return CAMERA_ID.test(text);
}

/** @throws RangeError when the text is not a camera id; the configuration says it with line and column before this. */
export function cameraId(text: string): CameraId {
	if (!isCameraId(text)) {
		throw new RangeError(`Cannot use "${text}" as a camera id: expected ${CAMERA_ID.source}`);
	}
	return text;
}
