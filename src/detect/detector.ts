import type { Size, Window } from '../core/frame.ts';
import type { Mask } from '../core/mask.ts';
import type { OddThing } from '../core/odd-thing.ts';
import type { Channel, Prediction } from '../core/prediction.ts';
import type { CameraId } from '../core/units.ts';

/** What a detector wants to be shown. */
export interface WindowShape {
	/** Frames in a window, the target included. */
	readonly frames: number;
	/** The frame rate its weights were learned at; null where any will do. */
	readonly framesPerSecond: number | null;
}

export interface DetectOptions {
	/** True while the memory must not learn: an alarm is open or pending, or the camera is not trusted. */
	readonly freezeMemory: boolean;
}

/** Cosine distances of a memory's items from the nearest of those that it had once, 0..2: how new each of them is. */
export interface MemoryDrift {
	readonly mean: number;
	/** Of the item that is newest. */
	readonly most: number;
}

/** One camera's share of a detector: its memory lives here, the weights do not. */
export interface CameraDetector {
	/**
	 * Calls for one camera come one after the other. The window's size must be that of the one before; a new size starts
	 * the camera's state anew.
	 * @throws ForeframeError WINDOW_SHAPE when the window does not fit `expects`.
	 */
	detect(window: Window, options: DetectOptions): Promise<Prediction>;
	/** What must survive a restart, as bytes only this detector reads; null where there is nothing. */
	saveState(): Uint8Array | null;
	/**
	 * At any time: a window that is on its way then no longer teaches.
	 * @throws ForeframeError MODEL_INVALID when the bytes are not of this detector and model.
	 */
	loadState(state: Uint8Array): void;
	/**
	 * How far what it remembers lies from what it remembered once; null where it remembers nothing.
	 * @throws ForeframeError MODEL_INVALID as `loadState`
	 */
	driftFrom(state: Uint8Array): MemoryDrift | null;
	/**
	 * From the next window on, things like these count no more where they were seen; in place of what was forgiven before. Of
	 * no use to a detector whose predictions have no `things`.
	 */
	forgive(things: readonly OddThing[]): void;
	/** The highest regular score at which the memory may learn, from the camera's calibration. */
	setGate(gamma: number): void;
}

/** A way of telling strange windows. Opened once, shared by all cameras that use it. */
export interface Detector extends AsyncDisposable {
	readonly name: string;
	/** Changes whenever its raw scores would: a calibration holds for exactly one of these. */
	readonly model: { readonly id: string; readonly version: string };
	readonly expects: WindowShape;
	readonly channels: readonly Channel[];
	/** Whether its memory is kept from learning around alarms, capped and rolled back; a method may be wanted as published. */
	readonly guardsMemory: boolean;
	/** What each channel counts in the combined score; one that is not named is shown and never alarms. */
	readonly weights: ReadonlyMap<Channel, number>;
	/** Loads what a size needs, so that the first window is not late. */
	prepare(size: Size): Promise<void>;
	/** What the mask, at the size of the camera's windows, does not watch counts in nothing; what it hides no score depends on. */
	camera(camera: CameraId, mask?: Mask | null): CameraDetector;
}
