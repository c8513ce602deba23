import type { IntegrityChange, PictureFault } from '../core/integrity.ts';

/** A lack of evidence this short does not begin it anew. */
const GAP_SECONDS = 1;
/** Time without pictures counts as so long at most. */
const STEP_SECONDS_MAX = 1;

/** Lets a fault begin when there was evidence for long enough, and end when there was none for long enough. */
export class Suspicion {
	readonly kind: PictureFault;
	readonly #tellSeconds: number;
	readonly #clearSeconds: number;
	#forSeconds = 0;
	#withoutSeconds = 0;
	#told = false;

	constructor(kind: PictureFault, tellSeconds: number, clearSeconds: number) {
		this.kind = kind;
		this.#tellSeconds = tellSeconds;
		this.#clearSeconds = clearSeconds;
	}

	/** The fault goes on. */
	get told(): boolean {
		return this.#told;
	}

	/** There is evidence, told or not. */
	get held(): boolean {
		return this.#told || this.#forSeconds > 0;
	}

	/** The first picture of the evidence is this one. */
	get fresh(): boolean {
		return this.#forSeconds === 0;
	}

	/** `stepSeconds` since the picture before. */
	next(evident: boolean, stepSeconds: number): IntegrityChange | null {
		const step = Math.min(STEP_SECONDS_MAX, stepSeconds);
		if (evident) {
			this.#withoutSeconds = 0;
			// The first picture shows a moment, however short.
			this.#forSeconds += this.#forSeconds === 0 ? Number.EPSILON : step;
			if (this.#told || this.#forSeconds < this.#tellSeconds) return null;
			this.#told = true;
			return 'started';
		}
		this.#withoutSeconds += step;
		if (!this.#told && this.#withoutSeconds > GAP_SECONDS) this.#forSeconds = 0;
		if (!this.#told || this.#withoutSeconds < this.#clearSeconds) return null;
		return this.close();
	}

	/** Ends what goes on. */
	close(): IntegrityChange | null {
		const told = this.#told;
		this.#told = false;
		this.#forSeconds = 0;
		return told ? 'ended' : null;
	}
}
