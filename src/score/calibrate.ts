import { ForeframeError } from '../core/errors.ts';
import type { Size } from '../core/frame.ts';
import type { Channel } from '../core/prediction.ts';
import { RELEASE_SHARE } from '../core/release.ts';
import type { Calibration } from './calibration.ts';
import { type ChannelScale, channelSurprise, combine, Smoother } from './combine.ts';
import { statisticIn } from './creep.ts';
import { effectiveSize } from './dependence.ts';
import { domainOf, toDomain } from './domain.ts';
import type { Footage } from './footage.ts';
import { levelOf } from './level.ts';
import { fitOnsets, type LeftOutOnsets, withLeftOut } from './onsets.ts';
import { fitScale, scaleInverse, scaleSurprise } from './scale.ts';

export interface CalibrationRequest {
	/** Normal footage: the windows' raw scores, in order of time. */
	readonly footage: Footage;
	readonly framesPerSecond: number;
	readonly size: Size;
	readonly model: { readonly id: string; readonly version: string };
	readonly smoothing: number;
	/** Fingerprint of the camera's mask; none where it is not given. */
	readonly mask?: string | null;
	/** What each channel counts in the combined statistic, as the detector's model says; a channel not named counts 0. */
	readonly weights: ReadonlyMap<Channel, number>;
	/** For people: where the footage came from. */
	readonly source: string;
	/** The detector's state at the end of the footage. */
	readonly memory: Uint8Array | null;
	/** Alarms that are missing in the footage and taken for normal; absent where none is. */
	readonly leftOut?: LeftOut | null;
}

/**
 * Footage from which alarms were left out ends at the level: taken as it is, every calibration on it would have a lower one than
 * that before. What a budget allows is put back as what is known of it: so many, above the level.
 */
export interface LeftOut {
	readonly perHour: number;
	/** Windows over the level that each had. */
	readonly windowsEach: number;
	/** How long each lasted at least. */
	readonly minimumSeconds: number;
	/** The surprise that each reached, in the words of the calibration that was in force. */
	readonly above: number;
	readonly by: Calibration;
}

export const WINDOWS_MIN = 100;
/** From here on each half is scored with scales that were fitted on the other one. */
const HELD_OUT_MIN = 1000;
/** The judge's default `releaseSeconds`: alarms closer than this are one. */
const MERGE_SECONDS = 3;
/** Of these the longest that is not longer than the camera's `minimumSeconds` counts. */
const SUSTAINED_SECONDS = [0, 0.5, 1, 2, 5, 10, 30];
/** Levels of common budgets are told for the judge's default. */
const USUAL_MINIMUM_SECONDS = 1;
/** A tail narrower than 1 % of the raw score, or .01 of surprise or decibel, is taken for an unmoving picture. */
const SCALE_MIN = 0.01;
const GATE_SHARE = 0.95;
/** The part of the windows from which on the end of missing ones is told. */
const TAIL_FROM = 0.95;
const COMMON_BUDGETS = [12, 1, 1 / 24, 1 / 168];

/**
 * Fits what normal looks like: each channel's scale, then the scale of the smoothed weighted mean of the channels' surprises.
 * @throws ForeframeError CALIBRATION_INVALID when there is too little footage.
 */
export function calibrate(request: CalibrationRequest): Calibration {
	const { footage, framesPerSecond, size, model, smoothing, weights, source, memory } = request;
	requireEnough(footage, framesPerSecond);
	const channels = fitChannels(footage, weights, null);
	const heldOut = combineHeldOut(footage, weights, channels);
	const resting = mean(heldOut);
	const statistic = smooth(heldOut, footage.steps, smoothing, resting);
	const effectiveWindows = effectiveSize(statistic);
	const missing = missingOnsets(request, channels, statistic.length / framesPerSecond / 3600);
	const windows = fitScale({
		sample: withMissing(statistic, missing),
		independence: effectiveWindows / statistic.length,
		scaleMin: SCALE_MIN,
	});
	const onsets = SUSTAINED_SECONDS.map((sustainedSeconds) =>
		fitOnsets({
			statistic,
			steps: footage.steps,
			sustainedSeconds,
			mergeSeconds: MERGE_SECONDS,
			releaseOf: (level) => scaleInverse(windows, RELEASE_SHARE * scaleSurprise(windows, level)),
			framesPerSecond,
			scaleMin: SCALE_MIN,
			leftOut: missing !== null && sustainedSeconds <= missing.minimumSeconds ? missing : null,
		}),
	);
	const { hours, clusters } = onsets[0]!;
	const regular = footage.channels.get('regular');
	return {
		kind: 'foreframe-calibration',
		version: 2,
		model: { id: model.id, version: model.version },
		size: { width: size.width, height: size.height },
		framesPerSecond,
		mask: request.mask ?? null,
		smoothing,
		channels: Object.fromEntries(channels) as Calibration['channels'],
		combined: { resting, windows, onsets },
		gate: regular === undefined ? null : quantile(regular, GATE_SHARE),
		footage: {
			windows: footage.windows,
			hours,
			from: new Date(footage.from).toISOString(),
			to: new Date(footage.to).toISOString(),
			source,
		},
		uncertainty: {
			effectiveWindows,
			onsets: clusters,
			supportedHours: hours,
			levels: COMMON_BUDGETS.map((budget) => levelOf({ windows, onsets }, budget, USUAL_MINIMUM_SECONDS)),
		},
		memory: memory === null ? null : Buffer.from(memory).toString('base64'),
	};
}

interface Missing extends LeftOutOnsets {
	readonly windowsEach: number;
	readonly minimumSeconds: number;
}

function missingOnsets(
	{ leftOut }: CalibrationRequest,
	channels: ReadonlyMap<Channel, ChannelScale>,
	hours: number,
): Missing | null {
	if (leftOut == null) return null;
	const { perHour, windowsEach, minimumSeconds, above, by } = leftOut;
	const count = Math.round(perHour * hours);
	return count === 0 ? null : { count, windowsEach, minimumSeconds, above: statisticIn(above, by, channels) };
}

function withMissing(statistic: Float64Array, missing: Missing | null): Float64Array {
	if (missing === null) return statistic;
	const threshold = quantile(statistic, TAIL_FROM);
	const excesses = statistic.filter((value) => value > threshold).map((value) => value - threshold);
	const count = Math.round(missing.count * missing.windowsEach);
	const all = withLeftOut([...excesses], { count, above: Math.max(0, missing.above - threshold) });
	const drawn = all.subarray(excesses.length).map((excess) => threshold + excess);
	return Float64Array.from([...statistic, ...drawn]);
}

function requireEnough({ windows }: Footage, framesPerSecond: number): void {
	if (windows >= WINDOWS_MIN) return;
	const missing = WINDOWS_MIN - windows;
	throw new ForeframeError(
		'CALIBRATION_INVALID',
		`Cannot calibrate on ${windows} windows of normal footage: expected at least ${WINDOWS_MIN}, ` +
			`so ${missing} windows (${(missing / framesPerSecond).toFixed(1)} s at ${framesPerSecond} frames a second) are missing`,
	);
}

/** Each channel's scale alone. `part`: the windows from (included) and to (excluded); null takes all. */
export function fitChannels(
	footage: Footage,
	weights: ReadonlyMap<Channel, number>,
	part: readonly [number, number] | null,
): ReadonlyMap<Channel, ChannelScale> {
	const [from, to] = part ?? [0, footage.windows];
	const fitted = [...footage.channels].map(([channel, raw]): [Channel, ChannelScale] => {
		const domain = domainOf(channel, raw);
		const sample = raw.subarray(from, to).map((value) => toDomain(domain, value));
		const independence = effectiveSize(sample) / sample.length;
		const scale = fitScale({ sample, independence, scaleMin: SCALE_MIN });
		return [channel, { weight: weights.get(channel) ?? 0, domain, scale }];
	});
	if (!fitted.some(([, { weight }]) => weight > 0)) {
		const names = fitted.map(([channel]) => channel).join(', ');
		throw new RangeError(`Cannot combine the channels ${names}: expected one of them to have a weight above 0`);
	}
	return new Map(fitted);
}

/**
 * The combined statistic of every window. Where there is footage enough, each half is scored as later footage will be: with
 * scales that have not seen it, so that what drifts between the halves counts as normal.
 */
function combineHeldOut(
	footage: Footage,
	weights: ReadonlyMap<Channel, number>,
	all: ReadonlyMap<Channel, ChannelScale>,
): Float64Array {
	const combined = new Float64Array(footage.windows);
	if (footage.windows < HELD_OUT_MIN) {
		combineInto(combined, footage, all, weights, [0, footage.windows]);
		return combined;
	}
	const middle = footage.windows >> 1;
	const first = [0, middle] as const;
	const second = [middle, footage.windows] as const;
	const counting = [...footage.channels].filter(([channel]) => (weights.get(channel) ?? 0) > 0);
	const weighty = { ...footage, channels: new Map(counting) };
	combineInto(combined, weighty, fitChannels(weighty, weights, second), weights, first);
	combineInto(combined, weighty, fitChannels(weighty, weights, first), weights, second);
	return combined;
}

function combineInto(
	combined: Float64Array,
	footage: Footage,
	scales: ReadonlyMap<Channel, ChannelScale>,
	weights: ReadonlyMap<Channel, number>,
	[from, to]: readonly [number, number],
): void {
	const columns = [...scales].map(([channel, scale]) => ({ channel, scale, raw: footage.channels.get(channel)! }));
	for (let i = from; i < to; i++) {
		combined[i] = combine(
			columns.map(({ channel, scale, raw }) => [channel, channelSurprise(scale, raw[i]!)] as const),
			weights,
		);
	}
}

function smooth(values: Float64Array, steps: Uint32Array, newest: number, resting: number): Float64Array {
	const smoother = new Smoother(newest, resting);
	return values.map((value, i) => {
		if (steps[i] === 0) smoother.restart();
		return smoother.next(value);
	});
}

function quantile(values: Float64Array, share: number): number {
	return values.toSorted()[Math.ceil(share * values.length) - 1]!;
}

function mean(values: Float64Array): number {
	let sum = 0;
	for (const value of values) sum += value;
	return sum / values.length;
}
