import type { EndReason, Verdict } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import { ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import type { MonotonicMs } from '../core/units.ts';
import type { Detector } from '../detect/detector.ts';
import { Brain, type BrainParts, type BrainStore } from './brain.ts';
import type { Patience } from './patience.ts';

/** What a camera is watched with: a detector, and what the camera keeps for it. */
export interface Knowledge {
	readonly detector: Detector;
	readonly store: BrainStore;
}

export interface BrainsParts extends Omit<BrainParts, 'detector' | 'weights' | 'store'> {
	readonly knowledge: Knowledge;
	readonly clock: Clock;
	readonly patience: Patience;
	/** Told what ends with a brain. */
	readonly ended: (verdict: Verdict | null, at: MonotonicMs) => Promise<void>;
}

/** A brain for one picture size, being opened or open. */
interface Seat {
	readonly size: Size;
	readonly brain: Promise<Brain>;
	opened: Brain | null;
}

/** A brain that is ready to take over. */
interface Successor {
	readonly knowledge: Knowledge;
	readonly size: Size;
	readonly brain: Brain;
	/** From then on it takes over even while an alarm is open, which ends. */
	until: MonotonicMs;
	readonly done: PromiseWithResolvers<void>;
}

/** A camera's brain at the picture size it has, opened with its first frame; another takes over between two windows. */
export class Brains {
	readonly #parts: BrainsParts;
	#knowledge: Knowledge;
	#seat: Seat | null = null;
	#successor: Successor | null = null;
	#adopting: Promise<void> = Promise.resolve();

	constructor(parts: BrainsParts) {
		this.#parts = parts;
		this.#knowledge = parts.knowledge;
	}

	/** null while none is open. */
	get current(): Brain | null {
		return this.#seat?.opened ?? null;
	}

	get knowledge(): Knowledge {
		return this.#knowledge;
	}

	/** Opens what the size needs where nothing is open; a failure is that of the first window, which opens it again. */
	approach(size: Size): void {
		if (this.#seat === null) this.#open(size).brain.catch(() => {});
	}

	/** The brain for a window of this size; to be asked once for each window, before anything is done with it. */
	async at(size: Size): Promise<Brain> {
		for (;;) {
			if (this.#seat !== null && !isSame(this.#seat.size, size)) await this.leave('changed');
			const seat = this.#seat ?? this.#open(size);
			const brain = await seat.brain;
			// Otherwise it was left while it was being opened, for other knowledge.
			if (this.#seat === seat) return this.#succeeded(brain);
		}
	}

	/**
	 * Watches with other knowledge from a coming window on; resolves when it does. While an alarm is open it waits, at most
	 * `waitMs`. No window is lost or seen by both.
	 * @throws ForeframeError MODEL_INVALID, PROVIDER_REFUSED when it cannot be used: all stays as it is.
	 */
	adopt(next: Knowledge, waitMs: number): Promise<void> {
		// Whoever waits for an alarm to end waits no longer.
		if (this.#successor !== null) this.#successor.until = this.#parts.clock.monotonicNow();
		const adopting = this.#adopting.then(() => this.#adopt(next, waitMs));
		this.#adopting = adopting.catch(() => {});
		return adopting;
	}

	/** Ends what is open: the camera is left, or has another size. */
	async leave(reason: EndReason): Promise<void> {
		const seat = this.#seat;
		this.#seat = null;
		const successor = this.#successor;
		this.#successor = null;
		// One that is open only after the camera was left has seen nothing, and is forgotten.
		if (seat?.opened != null) await this.#end(seat.opened, reason);
		if (successor === null) return;
		await successor.brain[Symbol.asyncDispose]();
		this.#knowledge = successor.knowledge;
		successor.done.resolve();
	}

	async #adopt(next: Knowledge, waitMs: number): Promise<void> {
		const { frames } = this.#knowledge.detector.expects;
		const { detector } = next;
		if (detector.expects.frames !== frames) {
			const { id, version } = detector.model;
			throw new ForeframeError(
				'MODEL_INVALID',
				`Cannot watch with ${id} ${version}: it wants ${detector.expects.frames} frames in a window, not ${frames}`,
			);
		}
		for (;;) {
			const seat = this.#seat;
			if (seat?.opened == null) {
				this.#knowledge = next;
				// What is being opened for the first window is opened again with the other knowledge.
				if (seat !== null) this.#seat = null;
				return;
			}
			const { size } = seat;
			const brain = await this.#parts.patience.during(() => this.#create(size, next));
			if (this.#seat !== seat) {
				await brain[Symbol.asyncDispose]();
				continue;
			}
			const until = (this.#parts.clock.monotonicNow() + waitMs) as MonotonicMs;
			const successor = { knowledge: next, size, brain, until, done: Promise.withResolvers<void>() };
			this.#successor = successor;
			return successor.done.promise;
		}
	}

	async #succeeded(brain: Brain): Promise<Brain> {
		const next = this.#successor;
		if (next === null) return brain;
		if (brain.alert && this.#parts.clock.monotonicNow() < next.until) return brain;
		this.#successor = null;
		this.#knowledge = next.knowledge;
		this.#seat = { size: next.size, brain: Promise.resolve(next.brain), opened: next.brain };
		// Somebody may have said something since it was opened.
		next.brain.forgive();
		await this.#end(brain, 'changed');
		this.#parts.learned(next.brain.progress);
		next.done.resolve();
		return next.brain;
	}

	#open(size: Size): Seat {
		const brain = this.#create({ width: size.width, height: size.height }, this.#knowledge);
		const seat: Seat = { size: { width: size.width, height: size.height }, brain, opened: null };
		this.#seat = seat;
		brain.then(
			(opened) => {
				if (this.#seat !== seat) return;
				seat.opened = opened;
				this.#parts.learned(opened.progress);
			},
			() => {
				if (this.#seat === seat) this.#seat = null;
			},
		);
		return seat;
	}

	async #create(size: Size, { detector, store }: Knowledge): Promise<Brain> {
		let created: Brain | null = null;
		created = await Brain.open(size, {
			...this.#parts,
			detector,
			weights: detector.weights,
			store,
			learned: (progress) => {
				if (created !== null && created === this.current) this.#parts.learned(progress);
			},
		});
		return created;
	}

	async #end(brain: Brain, reason: EndReason): Promise<void> {
		await this.#parts.ended(brain.rest(reason), this.#parts.clock.monotonicNow());
		await brain[Symbol.asyncDispose]();
	}
}

function isSame(a: Size, b: Size): boolean {
	return a.width === b.width && a.height === b.height;
}
