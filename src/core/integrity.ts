import type { AlarmId, CameraId, MonotonicMs, UtcMs } from './units.ts';

/** What may be wrong with a camera's pictures. */
export const PICTURE_FAULTS = [
	'frozen',
	'loop',
	'dark',
	'covered',
	'defocused',
	'moved',
	'noise',
	'packet-loss',
] as const;
export type PictureFault = (typeof PICTURE_FAULTS)[number];

/** Those that are told by how the camera has looked before: over when somebody accepts its view. */
export const VIEW_FAULTS: readonly PictureFault[] = ['covered', 'defocused', 'moved', 'noise'];

/**
 * What may be wrong with a camera so that a person must see to it; `docs/integrity.md` says what to do. `deaf`: its pictures may be
 * well, but it would hardly notice anything in them.
 */
export const INTEGRITY_KINDS = [...PICTURE_FAULTS, 'deaf'] as const;
export type IntegrityKind = (typeof INTEGRITY_KINDS)[number];

/** What passes by itself: everything is another picture at once, another light, or the camera turns. */
export const DISTURBANCES = ['cut', 'light', 'pan'] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

/** Why a picture that was decoded well is neither scored nor learned from. */
export type Distrust = PictureFault | Disturbance;

/** A camera that no longer shows what it should; never an anomaly. */
export interface IntegrityFault {
	/** UUIDv7, as that of an alarm. */
	readonly id: AlarmId;
	readonly camera: CameraId;
	readonly kind: IntegrityKind;
	/** Capture time of the first picture that showed it. */
	readonly startedAt: UtcMs;
	/** null while it goes on. */
	readonly endedAt: UtcMs | null;
	/** Capture time of the picture that decided. */
	readonly frameAt: UtcMs;
	/** What was seen, for a person. */
	readonly detail: string;
}

export const INTEGRITY_CHANGES = ['started', 'ended'] as const;
export type IntegrityChange = (typeof INTEGRITY_CHANGES)[number];

/** What is wrong with a camera at the moment. */
export type OpenFault = Pick<IntegrityFault, 'kind' | 'startedAt' | 'detail'>;

/** A fault's change on its way out; `arrivedAt` is when the deciding frame reached the machine. */
export interface IntegrityNotice {
	readonly change: IntegrityChange;
	readonly fault: IntegrityFault;
	readonly arrivedAt: MonotonicMs;
}
