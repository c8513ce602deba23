import { ForeframeError } from '../../core/errors.ts';
import type { MemoryDrift } from '../detector.ts';
import type { MnadModel } from './model.ts';
import { queryLength } from './network.ts';

/** An item nearest to less than this share of an even share of the queries counts as dead. */
const DEAD_SHARE = 0.02;
/** Usage is averaged over about this many accepted windows. */
const USAGE_WINDOWS = 2000;
const MAGIC = 'FFM1';

/** One camera's memory items, and how much each has been used of late. */
export class CameraMemory {
	readonly #owner: string;
	#items: Float32Array;
	#usage: Float32Array;
	#sinceRevival = 0;

	constructor({ manifest, memory }: MnadModel) {
		this.#owner = manifest.sha256;
		this.#items = memory.slice();
		this.#usage = new Float32Array(manifest.memory.items).fill(1 / manifest.memory.items);
		if (memory.length !== manifest.memory.items * queryLength(manifest.network)) {
			throw new RangeError(`A memory of ${memory.length} numbers does not fit the model ${manifest.id}`);
		}
	}

	/** Unit vectors. `[M, C]` */
	get items(): Float32Array {
		return this.#items;
	}

	/**
	 * Takes an update. An item that nothing has been nearest to for long takes the place of the query that fits none, so
	 * that a memory does not run out of items when the view changes: one item at a time, so that what is seen once never takes several.
	 * @param items `[M, C]` @param usage share of the window's queries by item `[M]` @param farthest that query `[C]`, or null
	 * where items are to stay, as published
	 */
	learn(items: Float32Array, usage: Float32Array, farthest: Float32Array | null): void {
		this.#items = items;
		const keep = 1 - 1 / USAGE_WINDOWS;
		const even = 1 / usage.length;
		let dead = -1;
		for (let m = 0; m < usage.length; m++) {
			const mean = this.#usage[m]! * keep + usage[m]! * (1 - keep);
			this.#usage[m] = mean;
			if (mean < even * DEAD_SHARE && (dead < 0 || mean < this.#usage[dead]!)) dead = m;
		}
		this.#sinceRevival++;
		if (dead < 0 || farthest === null || this.#sinceRevival < USAGE_WINDOWS) return;
		this.#sinceRevival = 0;
		this.#items.set(farthest, dead * farthest.length);
		this.#usage[dead] = even;
	}

	/** See `CameraDetector.driftFrom`. @throws ForeframeError MODEL_INVALID */
	driftFrom(state: Uint8Array): MemoryDrift {
		const { items } = this.#parse(state);
		const count = this.#usage.length;
		const length = items.length / count;
		const cosine = (now: number, then: number) => {
			let sum = 0;
			for (let c = 0; c < length; c++) sum += this.#items[now * length + c]! * items[then * length + c]!;
			return sum;
		};
		const distances = Array.from({ length: count }, (_, now) => {
			const nearest = Array.from({ length: count }, (_, then) => cosine(now, then));
			return Math.max(0, 1 - Math.max(...nearest));
		});
		return {
			mean: distances.reduce((sum, distance) => sum + distance, 0) / count,
			most: Math.max(...distances),
		};
	}

	/** `FFM1`, the SHA-256 of the model's weights (64 hexadecimal digits), usage, items; little-endian float32. */
	save(): Uint8Array {
		const head = new TextEncoder().encode(MAGIC + this.#owner);
		const state = new Uint8Array(head.length + 4 * (this.#usage.length + this.#items.length));
		state.set(head);
		const view = new DataView(state.buffer, head.length);
		[...this.#usage, ...this.#items].forEach((value, index) => {
			view.setFloat32(4 * index, value, true);
		});
		return state;
	}

	/** @throws ForeframeError MODEL_INVALID when the bytes are not of this model. */
	load(state: Uint8Array): void {
		const { items, usage } = this.#parse(state);
		this.#items = items;
		this.#usage = usage;
	}

	#parse(state: Uint8Array): { readonly items: Float32Array; readonly usage: Float32Array } {
		const head = MAGIC + this.#owner;
		const expected = head.length + 4 * (this.#usage.length + this.#items.length);
		const owner = new TextDecoder('latin1').decode(state.subarray(0, head.length));
		if (owner !== head || state.length !== expected) {
			throw new ForeframeError(
				'MODEL_INVALID',
				`Cannot use a stored memory of ${state.length} bytes: it is not of the model ${this.#owner.slice(0, 12)}`,
			);
		}
		const view = new DataView(state.buffer, state.byteOffset + head.length);
		const values = Float32Array.from({ length: (expected - head.length) / 4 }, (_, index) =>
			view.getFloat32(4 * index, true),
		);
		if (!values.every(Number.isFinite)) {
			throw new ForeframeError('MODEL_INVALID', 'Cannot use a stored memory: it holds values that are no numbers');
		}
		return { usage: values.slice(0, this.#usage.length), items: values.slice(this.#usage.length) };
	}
}
