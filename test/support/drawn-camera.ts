import type { Frame } from '../../src/core/frame.ts';
import { cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import { gaussian, hash, planeNoise, randomStream } from '../../src/ingest/simulate/scene/random.ts';

export const DRAWN = { width: 128, height: 72 } as const;
export const DRAWN_RATE = 5;
const PIXELS = DRAWN.width * DRAWN.height;
const GRAINS = grains(1 << 17);

export interface Drawing {
	/** Seconds of the scene's time: where walkers are. */
	readonly seconds: number;
	readonly walkers?: number;
	readonly noise?: number;
	/** Pixels the camera has turned to the right. */
	readonly turned?: number;
	/** Another number, another place. */
	readonly place?: number;
	/** Another number, other noise. */
	readonly grain?: number;
}

/** A wall with marks of all sizes, before which walkers go to and fro. `[height * width]` */
export function draw({ seconds, walkers = 3, noise = 1, turned = 0, place = 1, grain = 0 }: Drawing): Uint8Array {
	const from = hash(grain, 17) % GRAINS.length;
	// Otherwise two pictures of many would have the same noise.
	const stride = 1 + 2 * (hash(grain, 23) % 5000);
	const luma = wall(turned, place).slice();
	for (let walker = 0; walker < walkers; walker++) {
		const pace = 6 + (hash(walker, 5) % 50) / 10;
		const way = (hash(walker, 3) % 1000) + seconds * pace;
		const left = Math.floor(Math.abs((way % (2 * DRAWN.width)) - DRAWN.width)) - turned;
		const top = 8 + (hash(walker, 4) % 40);
		for (let row = top; row < top + 16; row++) {
			for (let column = Math.max(0, left); column < Math.min(DRAWN.width, left + 7); column++) {
				luma[row * DRAWN.width + column] = walker % 2 === 0 ? 20 : 230;
			}
		}
	}
	return Uint8Array.from(luma, (level, at) => {
		const grained = level + noise * GRAINS[(from + at * stride) % GRAINS.length]!;
		return Math.max(0, Math.min(255, Math.round(grained)));
	});
}

const walls = new Map<string, Float32Array>();

function wall(turned: number, place: number): Float32Array {
	const key = `${turned}/${place}`;
	const drawn = walls.get(key) ?? new Float32Array(PIXELS);
	if (walls.has(key)) return drawn;
	for (let row = 0; row < DRAWN.height; row++) {
		for (let column = 0; column < DRAWN.width; column++) {
			const x = column + turned;
			const coarse = planeNoise(x / 24, row / 24, place);
			const fine = planeNoise(x / 3, row / 3, place + 9);
			drawn[row * DRAWN.width + column] = 60 + 70 * coarse + 45 * fine;
		}
	}
	walls.set(key, drawn);
	return drawn;
}

/** Frames of one camera at `DRAWN_RATE`, one after the other. */
export function drawnCamera() {
	let index = 0;
	let run = 1;
	return {
		frame: (luma: Uint8Array, damage: Frame['damage'] = null): Frame => {
			const at = (index / DRAWN_RATE) * 1000;
			return {
				camera: cameraId('front'),
				run,
				index: index++,
				capturedAt: utcMs(1_700_000_000_000 + at),
				arrivedAt: monotonicMs(at),
				...DRAWN,
				luma,
				damage,
			};
		},
		get seconds() {
			return index / DRAWN_RATE;
		},
		nextRun: () => {
			run++;
		},
	};
}

function grains(length: number): Float32Array {
	const random = randomStream(17);
	return Float32Array.from({ length }, () => gaussian(random));
}

/** Normal pictures of the scene, each with noise of its own. */
export function normal(seconds: number, changes: Partial<Drawing> = {}): Uint8Array {
	return draw({ seconds, grain: Math.round(seconds * 1000), ...changes });
}
