import { z } from 'zod';
import { CHANNELS } from '../core/prediction.ts';
import { modelManifest } from '../detect/mnad/manifest.ts';

/** A number that may have become infinite or none at all, which JSON cannot say. */
const measured = z.number().nullable();

/** What happens while a model is learned: the lines of `--json`, one object each. `docs/learning.md` describes them. */
export const learnEvent = z.discriminatedUnion('kind', [
	/** A recording is being read; `total` is null where nobody knows beforehand. */
	z.object({
		kind: z.literal('reading'),
		dataset: z.string(),
		done: z.number().int(),
		total: z.number().int().nullable(),
	}),
	/** A live camera is being watched for footage. */
	z.object({
		kind: z.literal('collecting'),
		camera: z.string(),
		seconds: z.number(),
		ofSeconds: z.number(),
		frames: z.number().int(),
	}),
	/** Something that a person should know and that does not end learning. */
	z.object({ kind: z.literal('warning'), message: z.string() }),
	z.object({
		kind: z.literal('footage'),
		clips: z.number().int(),
		frames: z.number().int(),
		/** Frames of which a part was not believed to be normal. */
		doubted: z.number().int().default(0),
		heldOut: z.array(z.string()),
	}),
	/** Learning goes on from a checkpoint; `minutes` were learned before. */
	z.object({ kind: z.literal('resumed'), step: z.number().int(), minutes: z.number() }),
	z.object({
		kind: z.literal('training'),
		step: z.number().int(),
		/** 0..1 */
		done: z.number(),
		samplesPerSecond: z.number(),
		secondsLeft: z.number(),
		/** Running means of the recipe's terms. */
		terms: z.record(z.string(), measured),
		/** Mean squared error on held-out windows, [0,1] luma, when last looked at; null before. */
		heldOutError: measured,
		/** Share of the queries by memory item. */
		usage: z.array(z.number()),
	}),
	/** What was learned until `step` is on disk: a run that is killed now goes on from there. */
	z.object({ kind: z.literal('checkpoint'), step: z.number().int(), minutes: z.number() }),
	z.object({
		kind: z.literal('done'),
		manifest: modelManifest,
		heldOut: z.object({
			gate: z.number(),
			windows: z.number().int(),
			median: z.partialRecord(z.enum(CHANNELS), z.number()),
		}),
	}),
	/** Learning was asked to stop, by a signal or because its parent is gone. */
	z.object({ kind: z.literal('interrupted') }),
	/** Learning failed for a reason that somebody decides about. */
	z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type LearnEvent = z.infer<typeof learnEvent>;
export type LearnEventOf<Kind extends LearnEvent['kind']> = Extract<LearnEvent, { kind: Kind }>;

/** One line of JSON, without its end. */
export function eventLine(event: LearnEvent): string {
	return JSON.stringify(event);
}
