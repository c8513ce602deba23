import type { Channel } from '../core/prediction.ts';
import { type Calibration, channelScales } from './calibration.ts';
import { type ChannelScale, channelSurprise } from './combine.ts';
import { fromDomain } from './domain.ts';
import { scaleInverse, scaleSurprise } from './scale.ts';

/**
 * A surprise of one calibration as the combined statistic of other channel scales. They meet in raw scores: in a window whose
 * channels are all equally rare to the first, as rare as its whole.
 */
export function statisticIn(surprise: number, from: Calibration, scales: ReadonlyMap<Channel, ChannelScale>): number {
	const statistic = scaleInverse(from.combined.windows, surprise);
	let sum = 0;
	let total = 0;
	for (const [channel, { weight, domain, scale }] of channelScales(from)) {
		const other = scales.get(channel);
		if (weight === 0 || other === undefined) continue;
		sum += weight * channelSurprise(other, fromDomain(domain, scaleInverse(scale, statistic)));
		total += weight;
	}
	if (total === 0) throw new RangeError('Cannot compare two calibrations that have no channel in common');
	return sum / total;
}

/** A surprise of one calibration as one of another. */
export function translate(surprise: number, from: Calibration, to: Calibration): number {
	return scaleSurprise(to.combined.windows, statisticIn(surprise, from, channelScales(to)));
}
