import { z } from 'zod';
import type { Size } from '../../core/frame.ts';
import type { OddThing } from '../../core/odd-thing.ts';
import { CHANNELS, type Channel } from '../../core/prediction.ts';
import { type AlarmId, type CameraId, type RawScore, type UtcMs, utcMs } from '../../core/units.ts';
import type { FeedbackRecords } from '../../record/recorder.ts';
import { REGIMES, type Regime } from '../../score/regimes.ts';

/** What an alarm looked like to the detector: kept so that feedback may come days later. */
export interface AlarmPattern {
	/** What it is a pattern for: to others it says nothing. */
	readonly model: { readonly id: string; readonly version: string };
	readonly size: Size;
	/** In order of time. */
	readonly windows: readonly PatternWindow[];
}

export interface PatternWindow {
	readonly run: number;
	readonly index: number;
	readonly capturedAt: UtcMs;
	/** The light it was judged in. */
	readonly regime: Regime;
	/** Raw scores, and what they would be without `things`. */
	readonly channels: ReadonlyMap<Channel, RawScore>;
	readonly rest: ReadonlyMap<Channel, RawScore>;
	readonly things: readonly OddThing[];
}

const share = z.number();
const raw = z.record(z.string(), z.number());
/** Features are little-endian half-precision numbers in base64: .001 of a cosine. */
const thing = z.object({
	region: z.object({ x: share, y: share, width: share, height: share }),
	oddity: z.number(),
	speed: z.number(),
	feature: z.base64(),
});
const stored = z.object({
	v: z.literal(1),
	model: z.object({ id: z.string(), version: z.string() }),
	size: z.object({ width: z.number(), height: z.number() }),
	windows: z.array(
		z.object({
			run: z.number(),
			index: z.number(),
			capturedAt: z.number(),
			// Those that were kept before lights were told apart.
			regime: z.enum(REGIMES).default('first'),
			channels: raw,
			rest: raw,
			things: z.array(thing),
		}),
	),
});

export function writePattern({ model, size, windows }: AlarmPattern): string {
	const text: z.infer<typeof stored> = {
		v: 1,
		model: { ...model },
		size: { ...size },
		windows: windows.map(({ channels, rest, things, ...when }) => ({
			...when,
			channels: Object.fromEntries(channels),
			rest: Object.fromEntries(rest),
			things: things.map(({ feature, region, ...odd }) => ({ ...odd, region: { ...region }, feature: pack(feature) })),
		})),
	};
	return JSON.stringify(text);
}

/** null where it was written by a later version, or is damaged: then nothing follows from it. */
export function readPattern(text: string): AlarmPattern | null {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = stored.safeParse(json);
	if (!parsed.success) return null;
	const { model, size, windows } = parsed.data;
	return {
		model,
		size,
		windows: windows.map(({ channels, rest, things, capturedAt, ...when }) => ({
			...when,
			capturedAt: utcMs(capturedAt),
			channels: scores(channels),
			rest: scores(rest),
			things: things.map(({ feature, ...odd }) => ({ ...odd, feature: unpack(feature) })),
		})),
	};
}

/** Puts a pattern away with its alarm; resolves when it was, or could not be. */
export function keepPattern(
	records: Pick<FeedbackRecords, 'keepPattern'>,
	camera: CameraId,
	alarm: AlarmId,
	pattern: AlarmPattern,
): Promise<void> {
	return records.keepPattern({ alarm, camera, at: pattern.windows[0]!.capturedAt, body: writePattern(pattern) });
}

function scores(record: Readonly<Record<string, number>>): ReadonlyMap<Channel, RawScore> {
	return new Map(CHANNELS.flatMap((name) => (name in record ? [[name, record[name] as RawScore] as const] : [])));
}

function pack(feature: Float32Array): string {
	const bytes = Buffer.alloc(2 * feature.length);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	feature.forEach((value, place) => {
		view.setFloat16(2 * place, value, true);
	});
	return bytes.toString('base64');
}

function unpack(text: string): Float32Array {
	const bytes = Buffer.from(text, 'base64');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	return Float32Array.from({ length: bytes.length / 2 }, (_, place) => view.getFloat16(2 * place, true));
}
