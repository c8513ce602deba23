import type { Frame, Window } from '../../core/frame.ts';

/** A camera's newest pictures in a row, until there are enough. */
export class Pictures {
	readonly #wanted: number;
	#frames: Frame[] = [];

	constructor(wanted: number) {
		this.#wanted = wanted;
	}

	/** Windows come in order; one that does not go on where the last ended begins the row anew. */
	add({ frames, target }: Window): void {
		const last = this.#frames.at(-1);
		const goesOn = last !== undefined && last.run === target.run && last.index + 1 === target.index;
		if (goesOn && last.width === target.width && last.height === target.height) this.#frames.push(target);
		else this.#frames = [...frames];
	}

	get enough(): boolean {
		return this.#frames.length >= this.#wanted;
	}

	/** The newest, as many as are wanted. */
	get frames(): readonly Frame[] {
		return this.#frames.slice(-this.#wanted);
	}
}
