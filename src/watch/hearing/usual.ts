import { z } from 'zod';
import type { CameraId } from '../../core/units.ts';
import type { StateFiles } from '../../record/state-files.ts';

/** What a camera noticed when it was first tried with a model and a budget. */
export interface Usual {
	/** Of the first trials, at most `TRIALS`; each 0..1. */
	readonly first: readonly number[];
	/** Of what they hold. */
	readonly of: string;
}

/** Kept for a camera. */
export interface UsualStore {
	/** null where there is none, or none that can be read. */
	load(): Promise<Usual | null>;
	/** @throws ForeframeError STORE_FAILED */
	save(usual: Usual): Promise<void>;
}

/** So many trials make what is usual. */
const TRIALS = 3;
/** Where less than this share of the oddities is noticed the camera is deaf, whatever is usual; */
const LEAST = 0.2;
/** and where less than this share of what is usual is. */
const SHARE = 0.5;

/** With the trial of now, which belongs to what is usual where it is one of the first. */
export function withTrial(usual: Usual | null, of: string, sensitivity: number): Usual {
	if (usual?.of !== of) return { of, first: [sensitivity] };
	return usual.first.length < TRIALS ? { of, first: [...usual.first, sensitivity] } : usual;
}

/** The best of the first trials: a picture in which little can be seen for a while says little of the camera. */
export function usualOf({ first }: Usual): number {
	return Math.max(...first);
}

export function isFarBelow(usual: Usual, sensitivity: number): boolean {
	return sensitivity < Math.max(LEAST, SHARE * usualOf(usual));
}

const KIND = 'hearing';
const schema = z.strictObject({ of: z.string(), first: z.array(z.number().min(0).max(1)).min(1).max(TRIALS) });

export function usualStore(state: StateFiles, camera: CameraId): UsualStore {
	return {
		load: async () => {
			const bytes = await state.load(camera, KIND);
			if (bytes === null) return null;
			try {
				return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
			} catch (error) {
				// Of another version; it is found out anew.
				if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
				throw error;
			}
		},
		save: (usual) => state.save(camera, KIND, new TextEncoder().encode(JSON.stringify(usual))),
	};
}
