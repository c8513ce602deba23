import type { Channel } from '../core/prediction.ts';

/**
 * Where a channel's raw scores are made comparable: errors, distances and speeds spread over powers of ten and are taken
 * as logarithms, so that a tail that is exponential here is a power law in the raw score; decibels already are logarithms.
 */
export type Domain =
	| { readonly kind: 'linear' }
	/** Logarithm above `floor`; below, the straight line that touches it there, so that zero has a place too. */
	| { readonly kind: 'log'; readonly floor: number };

/** Raw scores this share of the middle one are told apart by their difference, no longer by their ratio. */
const FLOOR_SHARE = 1e-3;

/** The domain of a channel, for scores like these (any order); scaling them by a positive number scales its floor. */
export function domainOf(channel: Channel, raw: ArrayLike<number>): Domain {
	if (channel === 'psnr' || channel === 'oddity') return { kind: 'linear' };
	const positive = Float64Array.from(raw)
		.filter((value) => value > 0)
		.sort();
	const middle = positive[Math.floor(positive.length / 2)];
	// Nothing but zeros: any floor will do, and this one is far below any error a detector can tell.
	return { kind: 'log', floor: middle === undefined ? 1e-9 : middle * FLOOR_SHARE };
}

/** Strictly increasing in `raw`. */
export function toDomain(domain: Domain, raw: number): number {
	if (domain.kind === 'linear') return raw;
	if (raw >= domain.floor) return Math.log(raw);
	return Math.log(domain.floor) + (raw - domain.floor) / domain.floor;
}

/** The raw score of a value of the domain. */
export function fromDomain(domain: Domain, value: number): number {
	if (domain.kind === 'linear') return value;
	const floor = Math.log(domain.floor);
	return value >= floor ? Math.exp(value) : domain.floor * (1 + value - floor);
}
