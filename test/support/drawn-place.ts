import type { Frame } from '../../src/core/frame.ts';
import type { StandingChange } from '../../src/core/standing.ts';
import { cameraId, monotonicMs, utcMs } from '../../src/core/units.ts';
import { Standing } from '../../src/detect/standing/standing.ts';
import { seededNormal, seededRandom } from './random.ts';

export const PLACE = { width: 160, height: 96 } as const;
export const AFTER_SECONDS = 20;
/** From here on the place is known. */
export const KNOWN_SECONDS = 70;
const STARTED = Date.UTC(2026, 10, 22, 12);

/** The grey levels of a surface without end: patches of about four pixels, `contrast` around `mean`. */
export function texture(seed: number, mean: number, contrast: number): (x: number, y: number) => number {
	const random = seededRandom(seed);
	const lattice = Float32Array.from({ length: 64 * 64 }, () => random() - 0.5);
	const at = (column: number, row: number) => lattice[(row & 63) * 64 + (column & 63)]!;
	return (x, y) => {
		const [column, row] = [Math.floor(x / 4), Math.floor(y / 4)];
		const [u, v] = [x / 4 - column, y / 4 - row];
		const above = at(column, row) * (1 - u) + at(column + 1, row) * u;
		const below = at(column, row + 1) * (1 - u) + at(column + 1, row + 1) * u;
		return mean + contrast * (above * (1 - v) + below * v);
	};
}

/** What a place shows at a second, before noise; null where it shows the ground. */
export type Drawing = (x: number, y: number, second: number) => number | null;

export const ground = texture(1, 120, 40);

/** A rectangle of one surface, standing still. */
export function block(
	left: number,
	top: number,
	width: number,
	height: number,
	surface: (x: number, y: number) => number,
): Drawing {
	return (x, y) => (x >= left && x < left + width && y >= top && y < top + height ? surface(x, y) : null);
}

export function between(from: number, to: number, drawing: Drawing): Drawing {
	return (x, y, second) => (second >= from && second < to ? drawing(x, y, second) : null);
}

export interface Show {
	readonly seconds: number;
	readonly from?: number;
	/** The first one that shows something hides the others. */
	readonly drawings?: readonly Drawing[];
	/** Gain of the whole picture. */
	readonly light?: (second: number, x: number, y: number) => number;
	readonly damaged?: (second: number) => Frame['damage'];
}

export interface Told {
	readonly second: number;
	readonly change: StandingChange;
}

export function openStandingPlace(absorbSeconds = 3600): Standing {
	return new Standing({
		size: PLACE,
		framesPerSecond: 1,
		afterSeconds: AFTER_SECONDS,
		minimumArea: 0.002,
		absorbSeconds,
	});
}

/** Shows a place second by second, with a sensor's noise, and returns what was said of it. */
export function watched(standing: Standing, show: Show): Told[] {
	const told: Told[] = [];
	for (let second = show.from ?? 0; second < show.seconds; second++) {
		for (const change of standing.look(pictureAt(second, show))) told.push({ second, change });
	}
	return told;
}

export function pictureAt(second: number, { drawings = [], light = () => 1, damaged = () => null }: Show): Frame {
	const { width, height } = PLACE;
	const noise = seededNormal(1000 + second);
	const luma = new Uint8ClampedArray(width * height);
	for (let at = 0; at < luma.length; at++) {
		const x = at % width;
		const y = (at - x) / width;
		let value: number | null = null;
		for (const drawing of drawings) {
			value = drawing(x, y, second);
			if (value !== null) break;
		}
		luma[at] = (value ?? ground(x, y)) * light(second, x, y) + 1.5 * noise();
	}
	return {
		camera: cameraId('place'),
		run: 1,
		index: second,
		capturedAt: utcMs(STARTED + second * 1000),
		arrivedAt: monotonicMs(second * 1000),
		...PLACE,
		luma: new Uint8Array(luma.buffer),
		damage: damaged(second),
	};
}
