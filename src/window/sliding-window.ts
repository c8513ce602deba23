import type { Frame, Window } from '../core/frame.ts';

export interface SlidingWindowOptions {
	/** Frames in a window, the target included; at least 1. */
	readonly frames: number;
	readonly framesPerSecond: number;
}

/** What a frame made of its camera's window. */
export type Slide =
	/** `missing` more frames of this run are needed. */
	| { readonly kind: 'warming-up'; readonly missing: number }
	/** The window holds a frame that cannot be trusted, so it is neither scored nor learned from. */
	| { readonly kind: 'damaged'; readonly damage: NonNullable<Frame['damage']> }
	| { readonly kind: 'window'; readonly window: Window };

/** The last frames of one camera. Starts anew with a run, a size or after a missing index, so that no window spans them. */
export class SlidingWindow {
	readonly #length: number;
	readonly #framesPerSecond: number;
	#frames: Frame[] = [];

	constructor({ frames, framesPerSecond }: SlidingWindowOptions) {
		if (!Number.isInteger(frames) || frames < 1) {
			throw new RangeError(`Cannot slide a window of ${frames} frames: expected a whole number from 1`);
		}
		this.#length = frames;
		this.#framesPerSecond = framesPerSecond;
	}

	push(frame: Frame): Slide {
		const last = this.#frames.at(-1);
		if (last !== undefined && !follows(last, frame)) this.#frames = [];
		// A new array each time: the window given out before keeps its own.
		this.#frames = [...this.#frames.slice(Math.max(0, this.#frames.length - this.#length + 1)), frame];
		if (this.#frames.length < this.#length) {
			return { kind: 'warming-up', missing: this.#length - this.#frames.length };
		}
		const damage = this.#frames.find((held) => held.damage !== null)?.damage ?? null;
		if (damage !== null) return { kind: 'damaged', damage };
		return { kind: 'window', window: windowOf(this.#frames, frame, this.#framesPerSecond) };
	}
}

function follows(last: Frame, frame: Frame): boolean {
	return (
		frame.camera === last.camera &&
		frame.run === last.run &&
		frame.index === last.index + 1 &&
		frame.width === last.width &&
		frame.height === last.height
	);
}

function windowOf(frames: readonly Frame[], target: Frame, framesPerSecond: number): Window {
	return {
		camera: target.camera,
		run: target.run,
		framesPerSecond,
		frames: frames as readonly [Frame, ...Frame[]],
		target,
	};
}
