import { z } from 'zod';
import { LEARNING_OUTCOMES } from '../../core/learning-state.ts';
import type { CameraId } from '../../core/units.ts';
import type { StateFiles } from '../../record/state-files.ts';

const at = z.number();

const schema = z.object({
	v: z.literal(1),
	/** Since when the camera has had its view: calibrations and footage from before are not used. null: always. */
	trustedFrom: at.nullable(),
	/** When the last learning ended, whatever came of it; null before the first one and where it is to begin anew. */
	endedAt: at.nullable(),
	last: z.object({ at, outcome: z.enum(LEARNING_OUTCOMES), detail: z.string() }).nullable(),
});

/** What of a camera's learning survives a restart. */
export type LearningRecord = Readonly<z.infer<typeof schema>>;

export const NEW_RECORD: LearningRecord = { v: 1, trustedFrom: null, endedAt: null, last: null };

const KIND = 'learning';

/** What cannot be read is as if it was new. @throws ForeframeError STORE_FAILED */
export async function loadLearning(state: StateFiles, camera: CameraId): Promise<LearningRecord> {
	const bytes = await state.load(camera, KIND);
	if (bytes === null) return NEW_RECORD;
	const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
	return parsed.success ? parsed.data : NEW_RECORD;
}

/** @throws ForeframeError STORE_FAILED */
export function saveLearning(state: StateFiles, camera: CameraId, record: LearningRecord): Promise<void> {
	return state.save(camera, KIND, new TextEncoder().encode(JSON.stringify(record)));
}
