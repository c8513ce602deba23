import type { Picture } from '../scene/planes.ts';
import { gaussian, hash, randomStream } from '../scene/random.ts';

const SEED = 0xeffec7;
const UNIT_NOISE: Float32Array = unitNoise(1 << 16);
/** Levels, and how much of the picture's own brightness is left. */
const DARK = { level: 3, share: 0.02, noise: 1.2 } as const;
const NIGHT = { floor: 14, gain: 0.92, gamma: 0.85, corner: 0.25, noise: 4 } as const;
const COVER = { level: 92, slope: 14, through: 0.015, noise: 1.2 } as const;

/** Lets next to no light in. */
export function darken({ luma, u, v }: Picture, width: number, index: number): void {
	for (let at = 0; at < luma.length; at++) luma[at] = DARK.level + DARK.share * luma[at]!;
	grey(u, v);
	addGrain(luma, width, DARK.noise, index);
}

/** Lays something soft before the lens, through which only a trace of what is behind shimmers. */
export function cover({ luma, u, v }: Picture, width: number, index: number): void {
	const height = luma.length / width;
	let mean = 0;
	for (let at = 0; at < luma.length; at++) mean += luma[at]!;
	mean /= luma.length;
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			const at = row * width + column;
			const slope = COVER.slope * (column / width + (0.6 * row) / height - 0.8);
			luma[at] = COVER.level + slope + COVER.through * (luma[at]! - mean);
		}
	}
	grey(u, v);
	addGrain(luma, width, COVER.noise, index);
}

/** Multiplies the light; what is too bright is white. */
export function expose({ luma }: Picture, gain: number): void {
	for (let at = 0; at < luma.length; at++) luma[at] = luma[at]! * (1 + gain);
}

/** The picture of a sensor without an infrared filter under the camera's lamp, which lights the middle. */
export function seeInfrared({ luma, u, v }: Picture, width: number, index: number): void {
	const height = luma.length / width;
	const { floor, gain, gamma, corner, noise } = NIGHT;
	const curve = Float32Array.from({ length: 256 }, (_, level) => 255 * (level / 255) ** gamma);
	for (let row = 0; row < height; row++) {
		const down = (2 * row) / height - 1;
		for (let column = 0; column < width; column++) {
			const across = (2 * column) / width - 1;
			const lamp = Math.max(corner, 1 - 0.5 * (across * across + down * down));
			const at = row * width + column;
			luma[at] = floor + gain * lamp * curve[luma[at]!]!;
		}
	}
	grey(u, v);
	addGrain(luma, width, noise, index);
}

/** Adds a sensor's noise of this standard deviation; another `index` gives other noise. */
export function addGrain(luma: Uint8ClampedArray, width: number, deviation: number, index: number): void {
	for (let from = 0; from < luma.length; from += width) {
		const offset = hash(SEED, index, from);
		for (let column = 0; column < width; column++) {
			luma[from + column]! += deviation * UNIT_NOISE[(offset + column) % UNIT_NOISE.length]!;
		}
	}
}

function unitNoise(length: number): Float32Array {
	const random = randomStream(SEED);
	return Float32Array.from({ length }, () => gaussian(random));
}

function grey(...planes: readonly (Uint8ClampedArray | null)[]): void {
	for (const plane of planes) plane?.fill(128);
}
