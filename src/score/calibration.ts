import { z } from 'zod';
import { CHANNELS, type Channel } from '../core/prediction.ts';
import type { ChannelScale } from './combine.ts';

const finite = z.number();
const positive = z.number().positive();

const tail = z.strictObject({
	threshold: finite,
	scale: positive,
	shape: z.number().min(-0.5).max(0.5),
	join: positive.nullable(),
});

const scale = z.strictObject({
	knots: z
		.array(z.tuple([finite, z.number().min(0)]).readonly())
		.min(1)
		.max(256)
		.refine(
			(knots) => knots.every(([x, s], i) => i === 0 || (x > knots[i - 1]![0] && s > knots[i - 1]![1])),
			'expected knots whose both numbers rise',
		)
		.readonly(),
	tail,
	largest: finite,
});

const domain = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('linear') }),
	z.strictObject({ kind: z.literal('log'), floor: positive }),
]);

const channel = z.strictObject({ weight: z.number().min(0), domain, scale });

const level = z.strictObject({
	falseAlarmsPerHour: positive,
	level: finite,
	low: finite,
	high: finite,
	extrapolated: z.boolean(),
});

const firstVersion = z.looseObject({
	version: z.literal(1),
	combined: z.looseObject({ onsets: z.looseObject({ mergeSeconds: z.number().min(0) }) }),
});

/**
 * What normal looks like on a camera to one model at one size and frame rate: the JSON file that any camera can be given
 * ("calibration pack"), and what the daemon writes when it has learned a camera.
 */
const newestSchema = z.strictObject({
	kind: z.literal('foreframe-calibration'),
	version: z.literal(2),
	model: z.strictObject({ id: z.string().min(1), version: z.string().min(1) }),
	size: z.strictObject({ width: z.number().int().positive(), height: z.number().int().positive() }),
	framesPerSecond: positive,
	/** Fingerprint of the mask that the camera had; null for none, as in packs from before there were any. */
	mask: z
		.string()
		.regex(/^[0-9a-f]{16}$/)
		.nullable()
		.default(null),
	/** Weight of the newest window in the running mean. */
	smoothing: z.number().gt(0).max(1),
	channels: z.partialRecord(z.enum(CHANNELS), channel),
	combined: z.strictObject({
		/** Mean of the combined statistic before smoothing: where a run begins. */
		resting: finite,
		windows: scale,
		/** By how long a level is held, see `OnsetScale`; the shortest is 0. */
		onsets: z
			.array(
				z.strictObject({
					sustainedSeconds: z.number().min(0),
					scale,
					windowsPerHour: positive,
					hours: positive,
					clusters: z.number().int().min(0),
				}),
			)
			.min(1)
			.max(16)
			.refine(
				(onsets) =>
					onsets.every(({ sustainedSeconds: s }, i) => (i === 0 ? s === 0 : s > onsets[i - 1]!.sustainedSeconds)),
				'expected times that rise from 0',
			)
			.readonly(),
	}),
	/** 95 % quantile of the regular score, raw: above it the memory does not learn. null without that channel. */
	gate: z.number().nullable(),
	footage: z.strictObject({
		windows: z.number().int().positive(),
		hours: positive,
		from: z.iso.datetime(),
		to: z.iso.datetime(),
		/** For people: where the footage came from. */
		source: z.string(),
	}),
	uncertainty: z.strictObject({
		/** Independent windows that the autocorrelated ones are worth. */
		effectiveWindows: positive,
		/** Clusters of windows that the rarest levels are extrapolated from. */
		onsets: z.number().int().min(0),
		/** Budgets rarer than once in so many hours are extrapolated. */
		supportedHours: positive,
		/** Levels of common budgets with their 95 % intervals. */
		levels: z.array(level),
	}),
	/** The detector's state for the camera at the end of the footage, base64. */
	memory: z.base64().nullable(),
});
export type Calibration = z.infer<typeof newestSchema>;

/** Version 1 too, which knew only how often a level is reached, for however short a time. */
export const calibrationSchema = z.preprocess((file) => {
	const first = firstVersion.safeParse(file);
	if (!first.success) return file;
	const { combined, ...others } = first.data;
	const { mergeSeconds: _, ...onsets } = combined.onsets;
	return { ...others, version: 2, combined: { ...combined, onsets: [{ sustainedSeconds: 0, ...onsets }] } };
}, newestSchema);

/** The calibration's channels, the most weighty first. */
export function channelScales(calibration: Calibration): ReadonlyMap<Channel, ChannelScale> {
	const entries = Object.entries(calibration.channels) as [Channel, ChannelScale][];
	return new Map(entries.toSorted(([, a], [, b]) => b.weight - a.weight));
}
