import type { Zone } from '../alarm/zones/zones.ts';
import type { CameraConfig } from '../config/schema.ts';
import type { MaskPlan } from '../core/mask.ts';

/** What a camera's configuration has it watch. */
export function maskPlanOf({
	masks = {},
	zones = {},
	watch,
}: Pick<CameraConfig, 'masks' | 'zones' | 'watch'>): MaskPlan {
	return {
		hidden: Object.values(masks),
		only: watch === 'zones' ? Object.values(zones).map(({ polygon }) => polygon) : null,
	};
}

export function zonesOf({ zones = {} }: Pick<CameraConfig, 'zones'>): readonly Zone[] {
	return Object.entries(zones).map(([name, zone]) => ({ name, ...zone }));
}
