import type { Channel, Prediction } from '../core/prediction.ts';
import type { ChannelScore, Score } from '../core/score.ts';
import { type RawScore, type Surprise, surprise } from '../core/units.ts';
import { type CalibrationRequest, calibrate, WINDOWS_MIN } from './calibrate.ts';
import { type Calibration, channelScales } from './calibration.ts';
import { type ChannelScale, channelSurprise, combine, Smoother } from './combine.ts';
import { FootageCollector, windowOf } from './footage.ts';
import { type Level, levelOf, ratePerHour } from './level.ts';
import { scaleSurprise } from './scale.ts';

/** Gives one camera's predictions their meaning. Windows come in order of time. */
export interface Scorer {
	score(prediction: Prediction): Score;
}

/** Rarer is told as this: no footage supports more, and it must stay a number in JSON. */
const ONCE_IN_HOURS_MAX = 1e9;

/** Scores by a frozen calibration. */
export class CalibratedScorer implements Scorer {
	readonly kind = 'calibrated';
	readonly calibration: Calibration;
	/** The level of the camera's budget, with how sure it is. */
	readonly level: Level;
	readonly #channels: ReadonlyMap<Channel, ChannelScale>;
	readonly #weights: ReadonlyMap<Channel, number>;
	readonly #smoother: Smoother;
	#run: number | null = null;

	/** `minimumSeconds`: how long an alarm has to last, as the judge has it. */
	constructor(
		calibration: Calibration,
		falseAlarmsPerHour: number,
		minimumSeconds = 0,
		level: Level = levelOf(calibration.combined, falseAlarmsPerHour, minimumSeconds),
	) {
		this.calibration = calibration;
		this.level = level;
		this.#channels = channelScales(calibration);
		this.#weights = new Map([...this.#channels].map(([channel, { weight }]) => [channel, weight]));
		this.#smoother = new Smoother(calibration.smoothing, calibration.combined.resting);
	}

	/** @throws RangeError when the prediction lacks a calibrated channel, or one is not finite: its detector is broken. */
	score(prediction: Prediction): Score {
		const { target } = prediction.window;
		if (target.run !== this.#run) this.#smoother.restart();
		this.#run = target.run;
		const rarities = [...this.#channels].map(
			([channel, scale]) => [channel, channelSurprise(scale, finiteRaw(prediction, channel))] as const,
		);
		const statistic = this.#smoother.next(combine(rarities, this.#weights));
		const { combined } = this.calibration;
		const surprises = new Map(rarities);
		return {
			...identity(prediction),
			channels: channelScores(prediction, (channel) => surprises.get(channel) ?? null),
			surprise: surprise(scaleSurprise(combined.windows, statistic)),
			level: surprise(this.level.level),
			onceInHours: Math.min(ONCE_IN_HOURS_MAX, 1 / ratePerHour(combined, statistic)),
			why: this.#rarest(rarities),
		};
	}

	#rarest(rarities: readonly (readonly [Channel, number])[]): Channel | null {
		let rarest: readonly [Channel, number] | null = null;
		for (const entry of rarities) {
			const counts = (this.#weights.get(entry[0]) ?? 0) > 0;
			if (counts && (rarest === null || entry[1] > rarest[1])) rarest = entry;
		}
		return rarest?.[0] ?? null;
	}
}

export interface CollectingOptions extends Omit<CalibrationRequest, 'footage' | 'memory'> {
	readonly channels: readonly Channel[];
	readonly minutes: number;
	/** In [0,1): which stretches stay when there is more footage than is kept. */
	readonly random: () => number;
}

/** A camera keeps at most so many windows while it learns: 3.6 hours at 5 a second. */
const CAPACITY = 65_536;

/** Collects normal footage of a camera without a calibration; its scores say nothing yet. */
export class CollectingScorer implements Scorer {
	readonly kind = 'collecting';
	readonly #options: CollectingOptions;
	readonly #collector: FootageCollector;
	readonly #wanted: number;

	constructor(options: CollectingOptions) {
		this.#options = options;
		this.#collector = new FootageCollector({
			channels: options.channels,
			capacity: CAPACITY,
			random: options.random,
		});
		this.#wanted = Math.max(WINDOWS_MIN, Math.ceil(options.minutes * 60 * options.framesPerSecond));
	}

	/** 0..1; at 1 there is enough to calibrate. */
	get progress(): number {
		return Math.min(1, this.#collector.seen / this.#wanted);
	}

	score(prediction: Prediction): Score {
		this.#collector.add(windowOf(prediction));
		return meaningless(prediction);
	}

	/**
	 * Freezes what was collected. `memory`: the detector's state for the camera as it is now.
	 * @throws ForeframeError CALIBRATION_INVALID when there is too little footage.
	 */
	calibrate(memory: Uint8Array | null): Calibration {
		return calibrate({ ...this.#options, footage: this.#collector.footage(), memory });
	}
}

/** The score of a window of which nobody can tell how strange it is. */
export function meaningless(prediction: Prediction): Score {
	return {
		...identity(prediction),
		channels: channelScores(prediction, () => null),
		surprise: null,
		level: null,
		onceInHours: null,
		why: null,
	};
}

function identity({ window }: Prediction): Pick<Score, 'camera' | 'run' | 'index' | 'capturedAt' | 'arrivedAt'> {
	const { camera, run, index, capturedAt, arrivedAt } = window.target;
	return { camera, run, index, capturedAt, arrivedAt };
}

function channelScores(
	{ channels }: Prediction,
	surpriseOf: (channel: Channel) => number | null,
): ReadonlyMap<Channel, ChannelScore> {
	return new Map(
		[...channels].map(([channel, raw]) => [channel, { raw, surprise: surpriseOf(channel) as Surprise | null }]),
	);
}

function finiteRaw({ channels }: Prediction, channel: Channel): RawScore {
	const raw = channels.get(channel);
	if (raw === undefined || !Number.isFinite(raw)) {
		throw new RangeError(`Cannot score channel ${channel} with ${raw}: expected a finite number`);
	}
	return raw;
}
