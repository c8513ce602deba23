import { ForeframeError } from '../core/errors.ts';
import type { Frame, Size, Window } from '../core/frame.ts';
import type { Channel } from '../core/prediction.ts';
import { cameraId, monotonicMs, utcMs } from '../core/units.ts';
import type { Detector } from './detector.ts';

/** A few windows with what a model said of them when it was made, its memory as it came: what it must say wherever it runs. */
export interface Golden {
	readonly model: { readonly id: string; readonly sha256: string };
	readonly framesPerSecond: number;
	readonly clip: GoldenClip;
	/** What each window gave, in the order of the clip's windows. */
	readonly expected: readonly ReadonlyMap<Channel, number>[];
}

/** Pictures for a golden's windows. `drawn` ones come from `drawGoldenClip` and need not be stored. */
export interface GoldenClip {
	readonly kind: 'drawn' | 'recorded';
	readonly size: Size;
	/** Each window's frames, oldest first. `[windows][frames][H * W]` */
	readonly windows: readonly (readonly Uint8Array[])[];
}

/**
 * How far a channel may be from what it was, as a share of that: providers add up in other orders and some round to ten
 * bits of mantissa on the way; a wrong layer is off by tens of percents.
 */
export const GOLDEN_TOLERANCE = 0.02;
const DRAWN_SIZE = { width: 128, height: 96 } as const;
const CAMERA = cameraId('golden');

/** Shows a detector a clip and keeps what it says. */
export async function makeGolden(
	detector: Detector,
	sha256: string,
	framesPerSecond: number,
	clip: GoldenClip,
): Promise<Golden> {
	const expected = await show(detector, framesPerSecond, clip);
	return { model: { id: detector.model.id, sha256 }, framesPerSecond, clip, expected };
}

/**
 * Shows a detector the golden windows of its model.
 * @throws ForeframeError SELF_TEST_FAILED naming model, channel, value and what was expected.
 */
export async function selfTest(detector: Detector, golden: Golden): Promise<void> {
	if (detector.model.id !== golden.model.id) {
		throw new RangeError(`Cannot test ${detector.model.id} on the golden windows of ${golden.model.id}`);
	}
	const found = await show(detector, golden.framesPerSecond, golden.clip);
	for (const [index, expected] of golden.expected.entries()) {
		for (const [channel, value] of expected) {
			const here = found[index]!.get(channel);
			if (here !== undefined && agrees(here, value)) continue;
			throw new ForeframeError(
				'SELF_TEST_FAILED',
				`The model ${golden.model.id} ${golden.model.sha256.slice(0, 12)} is not what it was when it was made: channel ` +
					`${channel} of its golden window ${index + 1} is ${here?.toPrecision(6) ?? 'missing'}, expected ` +
					`${value.toPrecision(6)} within ${100 * GOLDEN_TOLERANCE} %`,
			);
		}
	}
}

/**
 * Three windows of pictures that are the same on every machine: a still texture, then things that cross it at 1 to 3 pixels
 * a frame, then one that jumps. `frames`: of a window.
 */
export function drawGoldenClip(frames: number): GoldenClip {
	const windows = [0, 1, 2].map((window) => Array.from({ length: frames }, (_, index) => draw(window, index, frames)));
	return { kind: 'drawn', size: DRAWN_SIZE, windows };
}

async function show(
	detector: Detector,
	framesPerSecond: number,
	{ size, windows }: GoldenClip,
): Promise<ReadonlyMap<Channel, number>[]> {
	await detector.prepare(size);
	const camera = detector.camera(CAMERA);
	const said: ReadonlyMap<Channel, number>[] = [];
	for (const [run, pictures] of windows.entries()) {
		const window = windowOf(pictures, size, run + 1, framesPerSecond);
		said.push((await camera.detect(window, { freezeMemory: true })).channels);
	}
	return said;
}

function windowOf(pictures: readonly Uint8Array[], size: Size, run: number, framesPerSecond: number): Window {
	const frames = pictures.map((luma, index): Frame => {
		const sinceMs = (index * 1000) / framesPerSecond;
		const times = { capturedAt: utcMs(sinceMs), arrivedAt: monotonicMs(sinceMs) };
		return { camera: CAMERA, run, index, ...size, ...times, luma, damage: null };
	}) as [Frame, ...Frame[]];
	return { camera: CAMERA, run, framesPerSecond, frames, target: frames.at(-1)! };
}

function agrees(here: number, expected: number): boolean {
	// Below this a channel says that nothing is there.
	return Math.abs(here - expected) <= GOLDEN_TOLERANCE * Math.max(1e-5, Math.abs(expected));
}

/** Whole numbers only, so that no two machines round differently. */
function draw(window: number, index: number, frames: number): Uint8Array {
	const { width, height } = DRAWN_SIZE;
	const things = [0, 1, 2].map((thing) => {
		const step = window === 0 ? 0 : thing + 1;
		const jump = window === 2 && thing === 0 && index === frames - 1 ? 9 : 0;
		return { x: 12 + 34 * thing + step * index + jump, y: 12 + 26 * thing, width: 12 + 4 * thing, height: 20 };
	});
	const picture = new Uint8Array(width * height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const thing = things.find((one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height);
			const still = 60 + ((x * 3 + y * 5) % 64) + (hashed(x >> 2, y >> 2) % 40);
			const moving = thing === undefined ? 0 : 150 + (hashed((x - thing.x) >> 1, (y - thing.y) >> 1) % 90);
			const noise = hashed(x + 1009 * (window * frames + index), y) % 5;
			picture[y * width + x] = (thing === undefined ? still : moving) + noise;
		}
	}
	return picture;
}

function hashed(x: number, y: number): number {
	const mixed = Math.imul(x + 0x9e37, 0x85ebca6b) ^ Math.imul(y + 0x79b9, 0xc2b2ae35);
	return (Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f) >>> 16) & 0xffff;
}
