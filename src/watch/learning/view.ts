import { z } from 'zod';
import { correlation } from '../../core/correlation.ts';
import type { Frame, Size } from '../../core/frame.ts';
import type { MonotonicMs } from '../../core/units.ts';

const storedView = z.object({
	v: z.literal(1),
	size: z.object({ width: z.number().int().positive().max(4096), height: z.number().int().positive().max(4096) }),
	looks: z.number().int().positive(),
	usual: z.number(),
	/** Little-endian float32. */
	known: z.base64(),
});

/** How often a frame is looked at. */
const LOOK_MS = 2000;
/** Side of the squares that are averaged before edges are taken, pixels. */
const CELL = 4;
/** Looks after which the newest counts 1 - 1/e: the view of now (10 s), and the view as it was known (30 minutes). */
const NOW_LOOKS = 5;
const KNOWN_LOOKS = 900;
/** Looks before anything is said. */
const WARM_UP_LOOKS = 60;
/** Another view has lasted for so many looks (one minute), */
const LASTING_LOOKS = 30;
/** in which it correlated with the known one less than this, and than this share of what is usual; */
const ALIKE_MIN = 0.4;
const USUAL_SHARE = 0.55;
/** and was itself the same view for so long: what sweeps to and fro is not a new place. */
const STEADY_MIN = 0.75;
/** Below this mean of the edges, levels, there is nothing to go by: dark, covered, fog. */
const EDGES_MIN = 1;
const MEAN_MIN = 10;

/**
 * Notices that a camera was moved: the mean edges of the last seconds have for a minute not been where those of the last
 * half hour were, by their correlation and under what is usual for the camera. Edges stay where they are when the light
 * changes, and means over time have no walkers.
 */
export class View {
	#size: Size | null = null;
	#looked: MonotonicMs | null = null;
	#looks = 0;
	#odd = 0;
	/** `[height / CELL * width / CELL]` */
	#now = new Float32Array(0);
	#known = new Float32Array(0);
	/** The view of now when the oddness began, and how alike the two views usually are. */
	#then = new Float32Array(0);
	#usual = 0;

	/** True once when the camera was moved; from then on the new view is the known one. */
	look(frame: Frame): boolean {
		if (this.#looked !== null && frame.arrivedAt - this.#looked < LOOK_MS) return false;
		this.#looked = frame.arrivedAt;
		if (frame.width !== this.#size?.width || frame.height !== this.#size.height) this.#begin(frame);
		const edges = edgesOf(frame);
		if (edges === null) return false;
		this.#looks++;
		follow(this.#now, edges, Math.max(1 / this.#looks, 1 / NOW_LOOKS));
		const alike = this.#looks === 1 ? 1 : correlation(this.#now, this.#known);
		const odd = this.#looks > WARM_UP_LOOKS && alike < Math.min(ALIKE_MIN, USUAL_SHARE * this.#usual);
		if (!odd) {
			this.#odd = 0;
			follow(this.#known, edges, Math.max(1 / this.#looks, 1 / KNOWN_LOOKS));
			this.#usual += (alike - this.#usual) * Math.max(1 / this.#looks, 1 / KNOWN_LOOKS);
			return false;
		}
		this.#odd++;
		// By then the walkers and the old view have left the mean.
		if (this.#odd === 2 * NOW_LOOKS) this.#then = this.#now.slice();
		if (this.#odd < LASTING_LOOKS) return false;
		const steady = correlation(this.#now, this.#then) >= STEADY_MIN;
		if (!steady) {
			this.#odd = 0;
			return false;
		}
		this.#begin(frame);
		return true;
	}

	/** What is shown from now on is the known view. */
	forget(): void {
		if (this.#size !== null) this.#begin(this.#size);
	}

	/** What `restore` takes; null before there is a view. */
	save(): Uint8Array | null {
		if (this.#size === null || this.#looks <= WARM_UP_LOOKS) return null;
		const known = Buffer.from(this.#known.buffer).toString('base64');
		const stored: z.infer<typeof storedView> = {
			v: 1,
			size: this.#size,
			looks: this.#looks,
			usual: this.#usual,
			known,
		};
		return new TextEncoder().encode(JSON.stringify(stored));
	}

	/** Knows the view from before a restart. What cannot be read is as if there was none. */
	restore(bytes: Uint8Array): void {
		const parsed = storedView.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
		if (!parsed.success) return;
		const { size, looks, usual, known } = parsed.data;
		this.#begin(size);
		const values = Buffer.from(known, 'base64');
		if (values.length !== 4 * this.#known.length) return;
		new Uint8Array(this.#known.buffer).set(values);
		this.#now = this.#known.slice();
		this.#looks = looks;
		this.#usual = usual;
	}

	#begin({ width, height }: Size): void {
		this.#size = { width, height };
		const cells = Math.floor(width / CELL) * Math.floor(height / CELL);
		this.#now = new Float32Array(cells);
		this.#known = new Float32Array(cells);
		this.#looks = 0;
		this.#odd = 0;
		this.#usual = 0;
	}
}

/** Size of the gradient of cell means; null where the picture shows too little. `[height / CELL * width / CELL]` */
function edgesOf({ luma, width, height }: Frame): Float32Array | null {
	const columns = Math.floor(width / CELL);
	const rows = Math.floor(height / CELL);
	const cells = new Float32Array(columns * rows);
	let mean = 0;
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			let sum = 0;
			for (let y = row * CELL; y < (row + 1) * CELL; y++) {
				const line = y * width + column * CELL;
				for (let x = line; x < line + CELL; x++) sum += luma[x]!;
			}
			cells[row * columns + column] = sum / CELL ** 2;
			mean += sum / CELL ** 2;
		}
	}
	if (mean / cells.length < MEAN_MIN) return null;
	const edges = new Float32Array(cells.length);
	let total = 0;
	for (let row = 1; row < rows - 1; row++) {
		for (let column = 1; column < columns - 1; column++) {
			const at = row * columns + column;
			const edge = Math.hypot(cells[at + 1]! - cells[at - 1]!, cells[at + columns]! - cells[at - columns]!) / 2;
			edges[at] = edge;
			total += edge;
		}
	}
	return total / edges.length < EDGES_MIN ? null : edges;
}

function follow(mean: Float32Array, newest: Float32Array, weight: number): void {
	for (let at = 0; at < mean.length; at++) mean[at] = mean[at]! + weight * (newest[at]! - mean[at]!);
}
