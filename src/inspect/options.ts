import { z } from 'zod';
import { PICTURE_FAULTS } from '../core/integrity.ts';

/** What is done about pictures that cannot be trusted. */
export const integrityOptions = z.strictObject({
	ignore: z
		.array(z.enum(PICTURE_FAULTS))
		.default([])
		.describe(
			'Faults that are neither told nor kept from being judged, such as [loop] where a carousel turns all day; see docs/integrity.md',
		),
	acceptMinutes: z
		.number()
		.min(1)
		.max(7 * 24 * 60)
		.default(10)
		.describe('How long a camera that was moved may stay as it is; then what it shows is its view'),
});
export type IntegrityOptions = z.infer<typeof integrityOptions>;
