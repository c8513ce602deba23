import { z } from 'zod';
import type { Size } from '../../core/frame.ts';
import type { ThingLook } from '../../detect/standing/kept.ts';

/** What an alarm of things that stand was about: kept so that feedback may come days later. */
export interface StandingPattern {
	readonly size: Size;
	readonly things: readonly ThingLook[];
}

const side = z.int().min(1).max(4096);
const grey = z.base64();
const stored = z.strictObject({
	standing: z.literal(1),
	size: z.strictObject({ width: side, height: side }),
	things: z.array(z.strictObject({ pixels: z.array(z.int().min(0)).min(1), before: grey, after: grey })),
});

export function writeStandingPattern({ size: { width, height }, things }: StandingPattern): string {
	const text: z.infer<typeof stored> = {
		standing: 1,
		size: { width, height },
		things: things.map(({ pixels, before, after }) => ({
			pixels: [...pixels],
			before: packed(before),
			after: packed(after),
		})),
	};
	return JSON.stringify(text);
}

/** null where it is a pattern of something else, was written by a later version, or is damaged. */
export function readStandingPattern(text: string): StandingPattern | null {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = stored.safeParse(json);
	if (!parsed.success) return null;
	const { size } = parsed.data;
	const things = parsed.data.things.map(({ pixels, before, after }) => ({
		pixels: Int32Array.from(pixels),
		before: greyOf(before),
		after: greyOf(after),
	}));
	const isWhole = things.every(
		({ pixels, before, after }) =>
			before.length === pixels.length &&
			after.length === pixels.length &&
			pixels.every((pixel) => pixel < size.width * size.height),
	);
	return isWhole ? { size, things } : null;
}

function packed(values: Float32Array): string {
	return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))).toBase64();
}

function greyOf(text: string): Float32Array {
	return Float32Array.from(Uint8Array.fromBase64(text));
}
