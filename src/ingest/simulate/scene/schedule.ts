/** What does not belong on the campus walkway. */
export const ODDITY_KINDS = ['cyclist', 'runner', 'cart', 'on-grass', 'left-object', 'wrong-way', 'loitering'] as const;
/** What stands still where it did not, or no longer stands where it did; only where it is asked for by name. */
export const STANDING_KINDS = ['removed-object', 'moved-barrier', 'open-door', 'parked-cart'] as const;
export type OddityKind = (typeof ODDITY_KINDS)[number] | (typeof STANDING_KINDS)[number];

export interface PlannedOddity {
	readonly kind: OddityKind;
	/** When it begins to be odd: when it comes into the picture, the bag stands alone, the loiterer begins to linger. */
	readonly startSeconds: number;
	/** Of what stands still and of `loitering`: how long it lasts; 25 unless told. */
	readonly durationSeconds?: number;
}

/** How long what lasts is odd unless its plan says so. */
export const LASTS_SECONDS = 25;

export type Schedule = readonly PlannedOddity[] | 'none' | 'demo';

/** The demo begins with what nobody overlooks. */
export const DEMO_KINDS: readonly OddityKind[] = [
	'cart',
	'runner',
	'cyclist',
	'on-grass',
	'left-object',
	'wrong-way',
	'loitering',
];
const DEMO = { firstSeconds: 30, everySeconds: 60 } as const;
/** Nothing that an oddity brings with it begins or ends further than this from its start. */
const MARGIN_SECONDS = 90;

/** The planned oddities that may be in the picture at a time, each with a number (1..255) that stays its own meanwhile. */
export function plannedNear(
	seconds: number,
	schedule: Schedule,
): { readonly number: number; readonly planned: PlannedOddity }[] {
	if (schedule === 'none') return [];
	if (schedule === 'demo') return demoNear(seconds);
	return schedule
		.map((planned, order) => ({ number: 1 + (order % 255), planned }))
		.filter(
			({ planned: { kind, startSeconds, durationSeconds = 0 } }) =>
				belongsThere(kind) || Math.abs(startSeconds - seconds) <= MARGIN_SECONDS + durationSeconds,
		);
}

/** What is there, as it should be, before and after it is odd. */
function belongsThere(kind: OddityKind): boolean {
	return kind === 'removed-object' || kind === 'moved-barrier';
}

/** One oddity a minute, each kind in turn, for ever. */
function demoNear(seconds: number): { readonly number: number; readonly planned: PlannedOddity }[] {
	const roundOf = (time: number) => Math.floor((time - DEMO.firstSeconds) / DEMO.everySeconds);
	const near: { number: number; planned: PlannedOddity }[] = [];
	const last = roundOf(seconds + MARGIN_SECONDS);
	for (let round = Math.max(0, roundOf(seconds - MARGIN_SECONDS)); round <= last; round++) {
		const kind = DEMO_KINDS[round % DEMO_KINDS.length]!;
		near.push({
			number: 1 + (round % 255),
			planned: { kind, startSeconds: DEMO.firstSeconds + round * DEMO.everySeconds },
		});
	}
	return near;
}
