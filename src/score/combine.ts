import type { Channel } from '../core/prediction.ts';
import { type Domain, toDomain } from './domain.ts';
import { type Scale, scaleSurprise } from './scale.ts';

/** One channel of a calibration. */
export interface ChannelScale {
	/** Its share in the combined statistic, 0 or more; 0 is shown and never alarms. */
	readonly weight: number;
	readonly domain: Domain;
	readonly scale: Scale;
}

export function channelSurprise({ domain, scale }: ChannelScale, raw: number): number {
	return scaleSurprise(scale, toDomain(domain, raw));
}

/** The mean of the channels' surprises by their weights: a channel that is quiet holds back one that is loud. */
export function combine(
	surprises: Iterable<readonly [Channel, number]>,
	weights: ReadonlyMap<Channel, number>,
): number {
	let sum = 0;
	let total = 0;
	for (const [channel, surprise] of surprises) {
		const weight = weights.get(channel) ?? 0;
		sum += weight * surprise;
		total += weight;
	}
	return sum / total;
}

/** Exponential running mean that looks back only. Begins every run at `resting`, what normal windows have on average. */
export class Smoother {
	readonly #newest: number;
	readonly #resting: number;
	#mean: number;

	/** `newest`: weight of the newest value, (0, 1]. */
	constructor(newest: number, resting: number) {
		this.#newest = newest;
		this.#resting = resting;
		this.#mean = resting;
	}

	restart(): void {
		this.#mean = this.#resting;
	}

	next(value: number): number {
		this.#mean += this.#newest * (value - this.#mean);
		return this.#mean;
	}
}
