import { z } from 'zod';
import type { Severity } from '../../core/alarm.ts';

const share = z
	.number()
	.refine((value) => value >= 0 && value <= 1, 'expected a share of the picture, 0 to 1')
	.meta({ minimum: 0, maximum: 1 });

/** What a zone makes of an alarm's severity: nothing, one step more or less, or the one it names. */
const severity = z.enum(['rarity', 'higher', 'lower', 'low', 'medium', 'high'] satisfies (
	| Severity
	| 'rarity'
	| 'higher'
	| 'lower'
)[]);
export type ZoneSeverity = z.infer<typeof severity>;

/** Parts of the picture that alarms are told by. */
export const zonesOptions = z.record(
	z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,49}$/u, 'expected a name of letters, digits, spaces, _, . and -'),
	z.strictObject({
		polygon: z
			.array(z.tuple([share, share]))
			.min(3)
			.max(64)
			.describe('Corners [x, y] in shares of the picture’s width and height, from its top left'),
		severity: severity
			.default('rarity')
			.describe(
				'Of alarms in it: by how rare it is (rarity), a step higher or lower than that, or low, medium or high',
			),
	}),
);
