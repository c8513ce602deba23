import { z } from 'zod';
import type { Size } from '../../core/frame.ts';
import { STANDING_KINDS } from '../../core/standing.ts';
import { utcMs } from '../../core/units.ts';
import type { Kept } from './kept.ts';
import { COUNTS, PLACES, type RarityState } from './rarity.ts';

const bytes = z.base64();
const side = z.int().min(1).max(4096);
const amount = z.number().min(0);

/** What a camera keeps of its slow background, as it lies on disk. */
const standingState = z.strictObject({
	/** 1: what stood belonged there, and nothing of it was kept. */
	version: z.union([z.literal(1), z.literal(2)]),
	width: side,
	height: side,
	/** Grey levels, a byte a pixel. */
	slow: bytes,
	before: z.array(z.strictObject({ pixels: z.array(z.int().min(0)), values: bytes })).max(128),
	standing: z
		.array(
			z.strictObject({
				pixels: z.array(z.int().min(0)).min(1),
				values: bytes,
				seconds: amount,
				thing: z
					.strictObject({
						number: z.int(),
						kind: z.enum(STANDING_KINDS),
						region: z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
						since: z.number(),
						seconds: amount,
					})
					.nullable(),
			}),
		)
		.max(64)
		.default([]),
	/** Numbers of the things of which nothing is to be told any more. */
	told: z.array(z.int()).default([]),
	rarity: z.strictObject({
		hours: amount,
		counts: z.array(amount).length(COUNTS),
		places: z.array(amount).length(PLACES * PLACES),
	}),
});

/** @throws ZodError, SyntaxError, RangeError where the bytes are no such state, or one of another size */
export function readStandingState(
	stored: Uint8Array,
	size: Size,
): { readonly kept: Kept; readonly told: readonly number[]; readonly rarity: RarityState } {
	const state = standingState.parse(JSON.parse(new TextDecoder().decode(stored)));
	const { width, height, rarity } = state;
	if (width !== size.width || height !== size.height) throw otherSize(state, size);
	const slow = greyOf(state.slow);
	if (slow.length !== width * height) throw otherSize({ width: slow.length, height: 1 }, size);
	const before = state.before.map(({ pixels, values }) => ({
		pixels: Int32Array.from(pixels),
		values: greyOf(values),
	}));
	const standing = state.standing.map(({ pixels, values, seconds, thing }) => ({
		pixels: Int32Array.from(pixels),
		values: greyOf(values),
		seconds,
		thing: thing === null ? null : { ...thing, since: utcMs(thing.since) },
	}));
	for (const { pixels, values } of [...before, ...standing]) {
		const inside = pixels.every((pixel) => pixel < slow.length);
		if (!inside || pixels.length !== values.length) throw new RangeError('a place of it lies outside the picture');
	}
	return { kept: { slow, before, standing }, told: state.told, rarity };
}

export function writeStandingState(
	{ slow, before, standing }: Kept,
	told: readonly number[],
	rarity: RarityState,
	{ width, height }: Size,
): Uint8Array {
	const state: z.infer<typeof standingState> = {
		version: 2,
		width,
		height,
		slow: packed(slow),
		before: before.map(({ pixels, values }) => ({ pixels: [...pixels], values: packed(values) })),
		standing: standing.map(({ pixels, values, seconds, thing }) => ({
			pixels: [...pixels],
			values: packed(values),
			seconds,
			thing: thing === null ? null : { ...thing, region: { ...thing.region } },
		})),
		told: [...told],
		rarity: { hours: rarity.hours, counts: [...rarity.counts], places: [...rarity.places] },
	};
	return new TextEncoder().encode(JSON.stringify(state));
}

function packed(values: Float32Array): string {
	return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))).toBase64();
}

function greyOf(text: string): Float32Array {
	return Float32Array.from(Uint8Array.fromBase64(text));
}

function otherSize(state: Size, size: Size): RangeError {
	return new RangeError(
		`it was kept for ${state.width}x${state.height}, and the picture has ${size.width}x${size.height}`,
	);
}
